/**
 * Made-up pictures of machined parts, sound ones and such with defects, for trying things out: a
 * {@link io.narrows.images.parts.PartPainter} draws a {@link io.narrows.images.parts.PartKind} with
 * a {@link io.narrows.images.parts.PartDefect}.
 *
 * <p>May import {@code io.narrows.images}, {@code io.narrows.nn} and the JDK.
 */
package io.narrows.images.parts;
