/**
 * What everything about images shares: their shape ({@link ai.narrows.images.ImageShape}), Spark's
 * image struct ({@link ai.narrows.images.ImageRows}), the names of columns and fields, what is done
 * with an image that cannot be read, and {@link ai.narrows.images.InputException}, a sentence for a
 * user whose input is wrong.
 *
 * <p>Pixels are row-major, height x width x channels (HWC), with the channels of color images in
 * the order blue, green, red, as in Spark's image struct.
 *
 * <p>Internal. May import {@code ai.narrows.message}, {@code ai.narrows.nn}, Spark SQL and the JDK.
 */
package ai.narrows.images;
