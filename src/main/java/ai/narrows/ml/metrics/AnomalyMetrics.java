package ai.narrows.ml.metrics;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How well a score tells anomalous rows from the others: exact, ties included, and computed on the
 * cluster (see {@link RankedScores}, which has more to say of the same rows).
 *
 * @param auroc probability that an anomalous row has a higher score than a normal one, ties
 *     counting half, in [0, 1]
 * @param averagePrecision sum of precision times gain in recall over the distinct scores, in (0,
 *     1]; without interpolation, as scikit-learn has it
 * @param truePositives rows predicted to be anomalous that are
 * @param falsePositives rows predicted to be anomalous that are not
 * @param falseNegatives anomalous rows that were not found
 * @param trueNegatives normal rows that were left alone
 */
public record AnomalyMetrics(
    double auroc,
    double averagePrecision,
    long truePositives,
    long falsePositives,
    long falseNegatives,
    long trueNegatives) {

  /**
   * Measures a table of scores.
   *
   * @param rows those without a score, which is null, are left out
   * @param scoreCol numeric column, higher = more anomalous
   * @param anomalous condition that holds for the rows that ought to be found
   * @param predictionCol numeric column, 1 where the score lies above the threshold and 0
   *     elsewhere; empty if there are no predictions: none of the rows counts as predicted then
   * @throws IllegalArgumentException if there are not rows of both kinds, a score is NaN, or the
   *     condition is neither true nor false for a row
   */
  public static AnomalyMetrics of(
      Dataset<Row> rows, String scoreCol, Column anomalous, String predictionCol) {
    try (RankedScores ranked = RankedScores.of(rows, scoreCol, anomalous, predictionCol)) {
      return ranked.metrics();
    }
  }

  /**
   * The threshold of a score that gives the best F1 on labelled rows, over all thresholds there
   * are.
   *
   * @param rows those without a score are left out and counted
   * @param scoreCol numeric column, higher = more anomalous
   * @param anomalous condition that holds for the rows that ought to be found
   * @throws IllegalArgumentException as {@link #of}
   */
  public static BestThreshold bestThreshold(Dataset<Row> rows, String scoreCol, Column anomalous) {
    try (RankedScores ranked = RankedScores.of(rows, scoreCol, anomalous)) {
      return ranked.bestThreshold();
    }
  }

  /**
   * The threshold of a score that a false positive rate puts among the scores of normal rows.
   *
   * @param rows normal ones that the model was not trained on; those without a score are left out
   *     and counted
   * @param scoreCol numeric column, higher = more anomalous
   * @param rate share of the normal rows to come that may lie above the threshold, in [0, 1)
   * @throws IllegalArgumentException if the rate is out of range, there is no score, or one is NaN
   */
  public static ConformalThreshold conformalThreshold(
      Dataset<Row> rows, String scoreCol, double rate) {
    return ConformalThreshold.of(rows, scoreCol, rate);
  }

  /** All rows. */
  public long rows() {
    return anomalous() + falsePositives + trueNegatives;
  }

  /** Rows that ought to be found. */
  public long anomalous() {
    return truePositives + falseNegatives;
  }

  /** Rows that were predicted to be anomalous. */
  public long predicted() {
    return truePositives + falsePositives;
  }

  /** Share of the predicted rows that are anomalous, in [0, 1]; 0 where none is predicted. */
  public double precision() {
    return predicted() == 0 ? 0 : (double) truePositives / predicted();
  }

  /** Share of the anomalous rows that are predicted, in [0, 1]. */
  public double recall() {
    return (double) truePositives / anomalous();
  }

  /** Harmonic mean of precision and recall, in [0, 1]. */
  public double f1() {
    return 2.0 * truePositives / (predicted() + anomalous());
  }
}
