/**
 * Generated pictures of machined parts, with and without defects, for examples and tests: a {@link
 * ai.narrows.samples.PartPainter} draws a {@link ai.narrows.samples.PartKind} with a {@link
 * ai.narrows.samples.PartDefect}.
 *
 * <p>May import {@code ai.narrows.images}, {@code ai.narrows.nn} and the JDK.
 */
package ai.narrows.samples;
