/**
 * Columns of a DataFrame to pixels and back: {@link ai.narrows.images.pixels.PixelColumn} reads an
 * image column of any supported type, resizes it and converts its channels; {@link
 * ai.narrows.images.pixels.Patches} cuts images and puts their patches together again.
 *
 * <p>Internal. May import {@code ai.narrows.images}, {@code images.decode}, {@code ai.narrows.nn}
 * and Spark SQL.
 */
package ai.narrows.images.pixels;
