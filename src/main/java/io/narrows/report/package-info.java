/**
 * Pictures of what a model does: contact sheets of images, written as PNG through Hadoop's {@code
 * FileSystem}.
 *
 * <p>May import {@code io.narrows.ml} and the packages below it; nothing but the jobs builds on it.
 */
package io.narrows.report;
