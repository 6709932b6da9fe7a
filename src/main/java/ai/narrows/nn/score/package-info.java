/**
 * Anomaly scores of a network's rows: the score methods, the statistics of training rows that some
 * of them need, and the passes that only they make.
 *
 * <p>May import all of {@code nn}.
 */
package ai.narrows.nn.score;
