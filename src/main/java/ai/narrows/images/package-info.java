/**
 * Images on their way in and out of Spark: the data sources {@code idx}, {@code cifar} and {@code
 * imagefolder}, the listing behind the latter ({@link ai.narrows.images.ImageListing}), the same
 * files as they appear ({@link ai.narrows.images.ImageStream}), pixels out of DataFrame columns
 * ({@link ai.narrows.images.PixelColumn}) with resize and channel conversion, and pixels back into
 * Spark's image struct ({@link ai.narrows.images.ImageRows}).
 *
 * <p>Pixels are row-major, height x width x channels (HWC), with the channels of colour images in
 * the order blue, green, red, as Spark's image struct has them. What users give wrongly ends in an
 * {@link ai.narrows.images.InputException} of one sentence.
 *
 * <p>May import {@code ai.narrows.nn}, Spark SQL (with Spark ML's image schema and vectors, and the
 * Jackson it ships), Hadoop's {@code FileSystem}, TwelveMonkeys ImageIO and the JDK; not {@code
 * org.nd4j}.
 */
package ai.narrows.images;
