/**
 * Training without Spark: options, the source of batches, {@link ai.narrows.train.LocalTrainer},
 * {@link ai.narrows.train.ParameterAverage}, early stopping, and the history. The epoch loop here
 * also drives distributed training, which only brings another way of doing a round.
 *
 * <p>May import {@code nn} and {@code optim}; never Spark, Hadoop or ND4J.
 */
package ai.narrows.train;
