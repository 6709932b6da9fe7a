/**
 * Metrics of anomaly scores: ROC and precision-recall curves, the threshold with the best F1,
 * bootstrap intervals, metrics per class. Computed exactly, by ranks, with one sort of the scores.
 *
 * <p>May import {@code ai.narrows.images}, {@code ai.narrows.distributed} and Spark SQL.
 */
package ai.narrows.ml.metrics;
