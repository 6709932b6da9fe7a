/**
 * What differs between the versions of Spark and Scala that Narrows is built for. {@link
 * ai.narrows.compat.SparkSeam} exists once for each line of Spark, below {@code src/spark-4} and
 * {@code src/spark-3.5}; everything else is compiled from the same sources.
 *
 * <p>Internal. May import Scala's library, Spark SQL and Spark ML.
 */
package ai.narrows.compat;
