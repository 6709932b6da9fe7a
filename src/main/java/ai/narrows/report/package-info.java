/**
 * What a model does, for people: contact sheets of images and heat maps of errors as PNG, and the
 * HTML report.
 *
 * <p>May import {@code ai.narrows.ml} and the packages below it; nothing but the jobs builds on it.
 */
package ai.narrows.report;
