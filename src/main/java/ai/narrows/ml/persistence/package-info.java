/**
 * Saved models: what a model is without Spark ML's classes ({@link
 * ai.narrows.ml.persistence.ModelData}), and its files ({@link
 * ai.narrows.ml.persistence.ModelStore}), which a stranger may have written.
 *
 * <p>Internal. May import {@code ml.summary}, the packages below {@code ml}, Spark, Hadoop's file
 * systems, and Jackson as Spark ships it; not {@code ml} itself.
 */
package ai.narrows.ml.persistence;
