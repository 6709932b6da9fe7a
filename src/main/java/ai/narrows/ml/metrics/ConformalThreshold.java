package ai.narrows.ml.metrics;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import ai.narrows.distributed.ConformalRank;
import ai.narrows.distributed.Described;
import ai.narrows.distributed.Ranks;
import ai.narrows.images.ColumnNames;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The threshold that a false positive rate puts among the scores of normal rows, by split conformal
 * prediction.
 *
 * @param threshold one of the scores: that of {@link Calibration#rank}
 * @param calibration how many scores it rests on, and what that says of the rate
 * @param unscored rows without a score, which were left out
 */
public record ConformalThreshold(double threshold, Calibration calibration, long unscored) {
  private static final String SCORE = "score";

  /**
   * Ranks the scores, exactly.
   *
   * @param rows normal ones; those without a score are left out and counted
   * @param scoreCol numeric column, higher = more anomalous
   * @param rate share of the rows to come that may lie above the threshold, in [0, 1)
   * @throws IllegalArgumentException if the rate is out of range, no row has a score, or a score is
   *     NaN
   */
  static ConformalThreshold of(Dataset<Row> rows, String scoreCol, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "the false positive rate must be at least 0 and below 1, but is " + rate);
    }
    Column score = ColumnNames.of(rows).column(scoreCol).cast("double").as(SCORE);
    Dataset<Row> scores = rows.select(score).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return Described.get(rows.sparkSession().sparkContext(), "threshold", () -> of(scores, rate));
    } finally {
      scores.unpersist(false);
    }
  }

  private static ConformalThreshold of(Dataset<Row> scores, double rate) {
    Row counts =
        scores.agg(count(lit(1)), count(col(SCORE)), count(when(isnan(col(SCORE)), 1))).first();
    long scored = counts.getLong(1);
    long unscored = counts.getLong(0) - scored;
    require(counts.getLong(0) > 0, "there are no scores");
    require(scored > 0, "none of the " + unscored + " rows has a score");
    require(counts.getLong(2) == 0, counts.getLong(2) + " of " + scored + " scores are NaN");
    JavaRDD<double[]> values =
        scores.where(col(SCORE).isNotNull()).javaRDD().map(row -> new double[] {row.getDouble(0)});
    long rank = ConformalRank.unseen(scored, rate);
    return new ConformalThreshold(
        Ranks.largest(values, "threshold", rank - 1)[0],
        new Calibration("normal", scored, rate),
        unscored);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
