/**
 * How a model came to be: {@link ai.narrows.ml.summary.TrainingSummary} with its {@link
 * ai.narrows.ml.summary.Provenance}, and where its threshold comes from. Public, as {@code ml} is.
 *
 * <p>May import {@code images}, {@code train} and Spark SQL.
 */
package ai.narrows.ml.summary;
