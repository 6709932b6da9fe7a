package io.narrows.ml;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * How well a score tells anomalous rows from the others: exact, ties included, and computed on the
 * cluster.
 *
 * <p>Rows are counted per distinct score and sorted by it, highest first; partitions then sum up
 * for themselves what comes before them, so that the driver sees a few totals per partition and
 * never a score.
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
   * @param scoreCol numeric column, higher = more anomalous
   * @param anomalous condition that holds for the rows that ought to be found
   * @param predictionCol numeric column, 1 where the score lies above the threshold and 0 elsewhere
   * @throws IllegalArgumentException if there are not rows of both kinds, a score is NaN or
   *     missing, or the condition is neither true nor false for a row
   */
  public static AnomalyMetrics of(
      Dataset<Row> rows, String scoreCol, Column anomalous, String predictionCol) {
    Dataset<Row> groups =
        rows.select(
                col(scoreCol).cast("double").as("score"),
                anomalous.cast("boolean").as("anomalous"),
                coalesce(col(predictionCol).cast("double").notEqual(0), lit(false)).as("predicted"))
            .groupBy("score")
            .agg(
                count(col("anomalous")).as("positives"),
                count(col("anomalous").equalTo(false)).as("negatives"),
                count(col("anomalous").isNull()).as("undecided"),
                count(col("anomalous").and(col("predicted"))).as("truePositives"),
                count(col("anomalous").equalTo(false).and(col("predicted"))).as("falsePositives"))
            .sort(desc("score"));

    JavaRDD<Row> sorted = groups.javaRDD().persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<Totals> totals = sorted.mapPartitions(part -> one(Totals.of(part))).collect();
      Totals all = Totals.ZERO;
      Totals[] before = new Totals[totals.size()];
      for (int i = 0; i < before.length; i++) {
        before[i] = all;
        all = all.plus(totals.get(i));
      }
      all.check();

      double positives = all.positives;
      double negatives = all.negatives;
      double area = 0;
      double precisionSum = 0;
      for (Sums sums :
          sorted
              .mapPartitionsWithIndex((i, part) -> one(Sums.of(part, before[i])), true)
              .collect()) {
        area += sums.area;
        precisionSum += sums.precision;
      }
      return new AnomalyMetrics(
          area / (positives * negatives),
          precisionSum / positives,
          all.truePositives,
          all.falsePositives,
          all.positives - all.truePositives,
          all.negatives - all.falsePositives);
    } finally {
      sorted.unpersist(false);
    }
  }

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

  private static Column count(Column condition) {
    return sum(when(condition, 1L).otherwise(0L));
  }

  private static <T> Iterator<T> one(T value) {
    return List.of(value).iterator();
  }

  /** Counts over the rows of a partition, or of all partitions. */
  private record Totals(
      long positives,
      long negatives,
      long undecided,
      long unscored,
      long truePositives,
      long falsePositives)
      implements Serializable {
    static final Totals ZERO = new Totals(0, 0, 0, 0, 0, 0);

    static Totals of(Iterator<Row> groups) {
      Totals totals = ZERO;
      while (groups.hasNext()) {
        Row group = groups.next();
        long rows = group.getLong(1) + group.getLong(2) + group.getLong(3);
        boolean scored = !group.isNullAt(0) && !Double.isNaN(group.getDouble(0));
        totals =
            totals.plus(
                new Totals(
                    group.getLong(1),
                    group.getLong(2),
                    group.getLong(3),
                    scored ? 0 : rows,
                    group.getLong(4),
                    group.getLong(5)));
      }
      return totals;
    }

    Totals plus(Totals that) {
      return new Totals(
          positives + that.positives,
          negatives + that.negatives,
          undecided + that.undecided,
          unscored + that.unscored,
          truePositives + that.truePositives,
          falsePositives + that.falsePositives);
    }

    void check() {
      long rows = positives + negatives + undecided;
      require(rows > 0, "there are no scores");
      require(unscored == 0, "%d of %d scores are NaN or missing".formatted(unscored, rows));
      require(
          undecided == 0,
          "the condition for anomalous rows is neither true nor false for %d of %d rows, where a column is null"
              .formatted(undecided, rows));
      require(
          positives > 0, "none of the %d rows is anomalous: both kinds are needed".formatted(rows));
      require(
          negatives > 0, "all of the %d rows are anomalous: both kinds are needed".formatted(rows));
    }

    private static void require(boolean holds, String message) {
      if (!holds) {
        throw new IllegalArgumentException(message);
      }
    }
  }

  /**
   * What a partition adds to both curves.
   *
   * @param area pairs of an anomalous and a normal row in the right order, ties counting half
   * @param precision over the anomalous rows, the precision at their score
   */
  private record Sums(double area, double precision) implements Serializable {
    static Sums of(Iterator<Row> groups, Totals before) {
      long truePositives = before.positives;
      long falsePositives = before.negatives;
      double area = 0;
      double precision = 0;
      while (groups.hasNext()) {
        Row group = groups.next();
        long positives = group.getLong(1);
        long negatives = group.getLong(2);
        area += negatives * (truePositives + 0.5 * positives);
        truePositives += positives;
        falsePositives += negatives;
        precision += (double) positives * truePositives / (truePositives + falsePositives);
      }
      return new Sums(area, precision);
    }
  }
}
