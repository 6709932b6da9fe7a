package ai.narrows.ml.metrics;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import ai.narrows.distributed.Described;
import ai.narrows.images.ColumnNames;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * A table of scores with the truth beside them, from which everything about them is measured:
 * exact, ties included, and on the cluster.
 *
 * <p>Rows are counted per distinct score and sorted by it, highest first, once; what comes of it
 * stays with the executors until this is closed. Partitions then sum up for themselves what comes
 * before them, so that the driver sees a few totals per partition and never a score.
 */
public final class RankedScores implements AutoCloseable {
  private final JavaRDD<ScoreGroup> kept; // highest score first, then rows without one
  private final JavaRDD<ScoreGroup> groups; // of these, those that have a score
  private final Totals[] before; // [partitions]
  private final Totals all;

  private RankedScores(JavaRDD<ScoreGroup> kept) {
    this.kept = kept;
    groups = kept.filter(ScoreGroup::isScored);
    List<Totals> totals = Collected.of(kept.mapPartitions(part -> one(Totals.of(part))));
    before = new Totals[totals.size()];
    Totals sum = Totals.ZERO;
    for (int i = 0; i < before.length; i++) {
      before[i] = sum;
      sum = sum.plus(totals.get(i));
    }
    all = sum;
    all.check();
  }

  /**
   * Ranks a table of scores.
   *
   * @param rows those without a score, which is null, are left out and counted: {@link #unscored}
   * @param scoreCol numeric column, higher = more anomalous
   * @param anomalous condition that holds for the rows that ought to be found
   * @param predictionCol numeric column, 1 where the score lies above the threshold and 0
   *     elsewhere; empty if there are no predictions: none of the rows counts as predicted then
   * @throws IllegalArgumentException if there are not rows of both kinds, a score is NaN, or the
   *     condition is neither true nor false for a row
   */
  public static RankedScores of(
      Dataset<Row> rows, String scoreCol, Column anomalous, String predictionCol) {
    return of(rows, scoreCol, anomalous, predictionCol, lit(null));
  }

  /** Ranks scores of which none is held to be anomalous yet. */
  static RankedScores of(Dataset<Row> rows, String scoreCol, Column anomalous) {
    return rank(rows, scoreCol, anomalous, lit(false), lit(null));
  }

  /**
   * Ranks a table of scores for {@link #classes} too.
   *
   * @param classOf the class of an anomalous row
   * @throws IllegalArgumentException as the other
   */
  public static RankedScores of(
      Dataset<Row> rows, String scoreCol, Column anomalous, String predictionCol, Column classOf) {
    return rank(rows, scoreCol, anomalous, isPredicted(rows, predictionCol), classOf);
  }

  private static Column isPredicted(Dataset<Row> rows, String predictionCol) {
    return predictionCol.isEmpty()
        ? lit(false)
        : coalesce(
            ColumnNames.of(rows).column(predictionCol).cast("double").notEqual(0), lit(false));
  }

  private static RankedScores rank(
      Dataset<Row> rows, String scoreCol, Column anomalous, Column predicted, Column classOf) {
    Column truth = col("anomalous");
    Column flag = col("predicted");
    Dataset<Row> sorted =
        rows.select(
                ColumnNames.of(rows).column(scoreCol).cast("double").as("score"),
                anomalous.cast("boolean").as("anomalous"),
                predicted.as("predicted"),
                when(anomalous, classOf.cast("string")).as("class"))
            .groupBy("score", "class")
            .agg(
                count(truth.and(flag)).as("truePositives"),
                count(truth.and(flag.equalTo(false))).as("falseNegatives"),
                count(truth.equalTo(false).and(flag)).as("falsePositives"),
                count(truth.equalTo(false).and(flag.equalTo(false))).as("trueNegatives"),
                count(truth.isNull()).as("undecided"))
            .sort(desc("score"));
    // Already making an RDD of sorted rows runs jobs.
    return Described.get(
        rows.sparkSession().sparkContext(), "ranking the scores", () -> of(sorted));
  }

  /**
   * @param sorted the groups, highest score first
   */
  private static RankedScores of(Dataset<Row> sorted) {
    JavaRDD<ScoreGroup> groups =
        sorted.javaRDD().mapPartitions(ScoreGroup::of).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return new RankedScores(groups);
    } catch (RuntimeException e) {
      groups.unpersist(false);
      throw e;
    }
  }

  private static Column count(Column condition) {
    return sum(when(condition, 1L).otherwise(0L));
  }

  private static <T> Iterator<T> one(T value) {
    return List.of(value).iterator();
  }

  /** Rows without a score, which nothing else here counts. */
  public long unscored() {
    return all.unscored();
  }

  /** How well the scores tell anomalous rows from the others. */
  public AnomalyMetrics metrics() {
    double area = 0;
    double precision = 0;
    Totals[] before = this.before;
    JavaRDD<Sums> parts =
        groups.mapPartitionsWithIndex((i, part) -> one(Sums.of(part, before[i])), true);
    for (Sums sums : described("metrics of the scores", () -> Collected.of(parts))) {
      area += sums.area;
      precision += sums.precision;
    }
    return new AnomalyMetrics(
        area / ((double) all.positives() * all.negatives()),
        precision / all.positives(),
        all.truePositives(),
        all.falsePositives(),
        all.falseNegatives(),
        all.trueNegatives());
  }

  /** The threshold that would have given the best F1. */
  public BestThreshold bestThreshold() {
    Totals[] before = this.before;
    long positives = all.positives();
    JavaRDD<BestThreshold.Candidate> candidates =
        groups.mapPartitionsWithIndex(
            (i, part) ->
                one(
                    BestThreshold.Candidate.of(
                        part, before[i].positives(), before[i].negatives(), positives)),
            true);
    return BestThreshold.of(
        described("threshold of the best F1", () -> Collected.of(candidates)), unscored());
  }

  /**
   * Points of the ROC curve and of the precision-recall curve, exact ones, highest score first; the
   * last is that of all rows. Between neighbours lie at most 1 / {@code points} of the anomalous or
   * of the normal rows, if no more share a score.
   *
   * @param points of either kind, at least 1
   */
  public List<CurvePoint> curve(int points) {
    if (points < 1) {
      throw new IllegalArgumentException("points must be at least 1, but is " + points);
    }
    Totals[] before = this.before;
    Totals all = this.all;
    return Collected.of(
        groups.mapPartitionsWithIndex(
            (i, part) -> curve(part, before[i], all, points).iterator(), true));
  }

  private static List<CurvePoint> curve(
      Iterator<ScoreGroup> groups, Totals before, Totals all, int points) {
    List<CurvePoint> curve = new ArrayList<>();
    long truePositives = before.positives();
    long falsePositives = before.negatives();
    while (groups.hasNext()) {
      ScoreGroup group = groups.next();
      long truth = truePositives + group.positives();
      long alarms = falsePositives + group.negatives();
      if (step(truth, all.positives(), points) > step(truePositives, all.positives(), points)
          || step(alarms, all.negatives(), points)
              > step(falsePositives, all.negatives(), points)) {
        curve.add(new CurvePoint(group.score(), truth, alarms));
      }
      truePositives = truth;
      falsePositives = alarms;
    }
    return curve;
  }

  private static long step(long rows, long of, int points) {
    return (long) ((double) rows / of * points);
  }

  /**
   * Each class of anomalous rows against all normal rows, sorted by name, numbers by value; the
   * rows without a class last.
   *
   * @throws IllegalArgumentException if there are more than 1,000 classes
   */
  public List<ClassMetrics> classes() {
    long[] normalBefore = Stream.of(before).mapToLong(Totals::negatives).toArray();
    return described(
        "metrics of each class", () -> ClassMetrics.of(groups, normalBefore, all.negatives()));
  }

  /**
   * Intervals that the metrics fall into when the table is drawn anew.
   *
   * @param replicates how often, at least 100
   * @param seed the same seed gives the same intervals, however the table is partitioned
   */
  public Bootstrap bootstrap(int replicates, long seed) {
    return described(
        "intervals by the bootstrap", () -> Bootstrap.of(groups, all.rows(), replicates, seed));
  }

  private <T> T described(String words, Described.Asking<T, RuntimeException> jobs) {
    return Described.get(groups.context(), words, jobs);
  }

  /** Has the executors drop what they kept. */
  @Override
  public void close() {
    kept.unpersist(false);
  }

  /**
   * What a partition adds to both curves.
   *
   * @param area pairs of an anomalous and a normal row in the right order, ties counting half
   * @param precision over the anomalous rows, the precision at their score
   */
  private record Sums(double area, double precision) implements Serializable {
    static Sums of(Iterator<ScoreGroup> groups, Totals before) {
      long truePositives = before.positives();
      long falsePositives = before.negatives();
      double area = 0;
      double precision = 0;
      while (groups.hasNext()) {
        ScoreGroup group = groups.next();
        long positives = group.positives();
        long negatives = group.negatives();
        area += negatives * (truePositives + 0.5 * positives);
        truePositives += positives;
        falsePositives += negatives;
        precision += (double) positives * truePositives / (truePositives + falsePositives);
      }
      return new Sums(area, precision);
    }
  }
}
