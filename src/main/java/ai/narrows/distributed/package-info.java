/**
 * Training on Spark: images dealt to shards of cached pixel blocks ({@link
 * ai.narrows.distributed.Shards}), rounds of local steps and weighted averaging ({@link
 * ai.narrows.distributed.DistributedTrainer}), and exact ranks of scores.
 *
 * <p>May import {@code nn}, {@code optim}, {@code train}, {@code images}, {@code tensors}, {@code
 * json} and Spark with the Jackson it ships; never ND4J.
 */
package ai.narrows.distributed;
