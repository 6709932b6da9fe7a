/**
 * Spark ML's face of Narrows: {@link ai.narrows.ml.Autoencoder} and {@link
 * ai.narrows.ml.VariationalAutoencoder} with their models, shared params, and metrics of anomaly
 * scores. How a model came to be is in the room {@code summary}; its files are read and written in
 * the room {@code persistence}, which is internal.
 *
 * <p>May import every package but {@code report} and {@code jobs}, Spark, Hadoop's file systems,
 * and Jackson as Spark ships it; never ND4J.
 */
package ai.narrows.ml;
