/**
 * The data sources {@code idx}, {@code cifar} and {@code imagefolder}, in batch and as a stream,
 * and the search for image files below paths and patterns.
 *
 * <p>Internal, but for the short names of the sources. May import the other rooms of {@code
 * images}, Spark SQL with the Jackson it ships, and Hadoop's {@code FileSystem}.
 */
package ai.narrows.images.source;
