/**
 * Training without Spark: options, the source of batches, {@link io.narrows.train.LocalTrainer},
 * {@link io.narrows.train.ParameterAverage}, early stopping, and the history. The epoch loop here
 * also drives distributed training, which only brings another way of doing a round.
 *
 * <p>May import {@code nn} and {@code optim}; never Spark, Hadoop or ND4J.
 */
package io.narrows.train;
