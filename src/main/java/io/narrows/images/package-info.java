/**
 * Images on their way in and out of Spark: the data sources {@code idx}, {@code cifar} and {@code
 * imagefolder}, the listing behind the latter ({@link io.narrows.images.ImageListing}), the same
 * files as they appear ({@link io.narrows.images.ImageStream}), pixels out of DataFrame columns
 * ({@link io.narrows.images.PixelColumn}) with resize and channel conversion, and pixels back into
 * Spark's image struct ({@link io.narrows.images.ImageRows}).
 *
 * <p>Pixels are row-major, height x width x channels (HWC), with the channels of colour images in
 * the order blue, green, red, as Spark's image struct has them. What users give wrongly ends in an
 * {@link io.narrows.images.InputException} of one sentence.
 *
 * <p>May import {@code io.narrows.nn}, Spark SQL (with Spark ML's image schema and vectors, and the
 * Jackson it ships), Hadoop's {@code FileSystem}, TwelveMonkeys ImageIO and the JDK; not {@code
 * org.nd4j}.
 */
package io.narrows.images;
