/**
 * Made-up pictures of machined parts, sound ones and such with defects, for trying things out: a
 * {@link ai.narrows.images.parts.PartPainter} draws a {@link ai.narrows.images.parts.PartKind} with
 * a {@link ai.narrows.images.parts.PartDefect}.
 *
 * <p>May import {@code ai.narrows.images}, {@code ai.narrows.nn} and the JDK.
 */
package ai.narrows.images.parts;
