package ai.narrows.report;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.percentile_approx;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import ai.narrows.images.InputException;
import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.metrics.BestThreshold;
import ai.narrows.ml.metrics.CurvePoint;
import ai.narrows.ml.metrics.RankedScores;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A table of scores in a few figures: counts, a histogram, curves where it is known what is
 * anomalous, and the rows that are worth a look.
 *
 * @param json what the page shows of it
 * @param highest the rows with the highest scores
 * @param borderline those nearest to the threshold, the nearest first; none without a threshold
 * @param lowest those with the lowest scores, the lowest first
 * @param rows these and a sample of all, as they are in the table
 * @param sampled ids of the sample
 */
record ScoreSection(
    ObjectNode json,
    List<TopScores.Entry> highest,
    List<TopScores.Entry> borderline,
    List<TopScores.Entry> lowest,
    List<Scored> rows,
    Set<String> sampled) {
  private static final int SHOWN = 8;
  private static final int SAMPLED = 1500;
  private static final int BINS = 60;
  private static final int CURVE_POINTS = 200;

  /** Share of the rows beyond which the histogram's last bar takes all. */
  private static final double TAIL = 0.995;

  /**
   * A row of the table.
   *
   * @param error its reconstruction error, null where the table has none
   * @param label null where there is none
   * @param anomalous null where it is not known
   * @param predicted whether the model predicts that it is anomalous; null without predictions
   */
  record Scored(
      String id, double score, Double error, String label, Boolean anomalous, Boolean predicted)
      implements Serializable {}

  /**
   * The figures; runs jobs.
   *
   * @param errorCol column with the reconstruction errors, if the table has it
   */
  static ScoreSection of(ScoreTable table, double threshold, String errorCol) {
    Column predicted =
        table
            .predictionCol()
            .map(name -> table.column(name).cast("double").equalTo(1))
            .orElse(lit(null).cast("boolean"));
    Dataset<Row> rows =
        table
            .rows()
            .select(
                table.id().as("id"),
                table.score().as("score"),
                table.error(errorCol).as("error"),
                table.labelCol().map(table::column).orElse(lit(null)).cast("string").as("label"),
                table.anomalous().orElse(lit(null)).cast("boolean").as("anomalous"),
                predicted.as("predicted"));
    Column score = col("score");
    Column above = col("predicted");
    Column id = col("id");
    Row all =
        rows.agg(
                count(lit(1)).as("rows"),
                count(score).as("scored"),
                min(score).as("least"),
                max(score).as("most"),
                percentile_approx(score, lit(TAIL), lit(10_000)).as("tail"),
                count_if(above).as("predicted"),
                max(when(not(above), score)).as("highestBelow"),
                min(when(above, score)).as("lowestAbove"),
                TopScores.of(SHOWN, id, score).as("highest"),
                TopScores.of(SHOWN, id, abs(score.minus(lit(threshold))).multiply(-1))
                    .as("borderline"),
                TopScores.of(SHOWN, id, score.multiply(-1)).as("lowest"),
                TopScores.of(SAMPLED, id, when(score.isNotNull(), xxhash64(id).cast("double")))
                    .as("sample"))
            .first();
    long scored = all.getAs("scored");
    if (scored == 0) {
      throw new InputException("the report needs scores, but no row has one");
    }
    if (Double.isNaN(all.<Double>getAs("most"))) { // to Spark the greatest of all
      throw new InputException(
          String.format(Locale.ROOT, "column %s: some scores are NaN", table.scoreCol()));
    }
    double shownThreshold =
        threshold(threshold, all.getAs("highestBelow"), all.getAs("lowestAbove"));
    boolean finite = Double.isFinite(shownThreshold);

    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("column", table.scoreCol());
    json.put("rows", all.<Long>getAs("rows"));
    json.put("scored", scored);
    json.put("least", all.<Double>getAs("least"));
    json.put("most", all.<Double>getAs("most"));
    table.predictionCol().ifPresent(name -> json.put("predicted", all.<Long>getAs("predicted")));
    if (finite) {
      json.put("threshold", shownThreshold);
    }
    json.set(
        "histogram",
        histogram(rows, all.getAs("least"), all.getAs("most"), end(all, shownThreshold)));
    table.labelCol().ifPresent(name -> json.put("label", name));
    if (table.anomalous().isPresent()) {
      json.set("quality", quality(table, rows));
    }

    List<TopScores.Entry> highest = TopScores.read(all.getAs("highest"));
    List<TopScores.Entry> borderline = finite ? TopScores.read(all.getAs("borderline")) : List.of();
    List<TopScores.Entry> lowest = TopScores.read(all.getAs("lowest"));
    Set<String> sampled = new HashSet<>();
    TopScores.read(all.getAs("sample")).forEach(entry -> sampled.add(entry.id()));
    return new ScoreSection(
        json,
        highest,
        borderline,
        lowest,
        lookUp(rows, ids(sampled, highest, borderline, lowest)),
        sampled);
  }

  /**
   * The threshold that the predictions were made with: the model's, where they agree with it, and
   * otherwise half-way between the scores on either side.
   */
  private static double threshold(double models, Double highestBelow, Double lowestAbove) {
    boolean agrees =
        (highestBelow == null || highestBelow <= models)
            && (lowestAbove == null || lowestAbove > models);
    if (agrees) {
      return models;
    }
    if (highestBelow == null || lowestAbove == null) {
      return highestBelow == null ? lowestAbove : highestBelow;
    }
    return highestBelow + (lowestAbove - highestBelow) / 2;
  }

  /** Where the histogram ends: with the tail, but not before the threshold. */
  private static double end(Row all, double threshold) {
    double most = all.getAs("most");
    double tail = all.getAs("tail");
    double least = all.getAs("least");
    double wanted =
        Double.isFinite(threshold) ? Math.max(tail, threshold + (threshold - least) / 2) : tail;
    return Math.min(most, wanted);
  }

  private static ObjectNode histogram(Dataset<Row> rows, double least, double most, double end) {
    double width = end > least ? (end - least) / BINS : 1;
    Column bin =
        least(
            lit(BINS - 1L),
            greatest(lit(0L), floor(col("score").minus(least).divide(width)).cast("long")));
    long[] others = new long[BINS];
    long[] anomalous = new long[BINS];
    for (Row row :
        rows.where(col("score").isNotNull())
            .groupBy(bin.as("bin"), col("anomalous"))
            .count()
            .collectAsList()) {
      boolean isAnomalous = !row.isNullAt(1) && row.getBoolean(1);
      (isAnomalous ? anomalous : others)[(int) row.getLong(0)] += row.getLong(2);
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("from", least);
    json.put("width", width);
    json.put("cut", end < most);
    json.putPOJO("others", others);
    json.putPOJO("anomalous", anomalous);
    return json;
  }

  private static ObjectNode quality(ScoreTable table, Dataset<Row> rows) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    try (RankedScores ranked =
        RankedScores.of(
            rows.where(col("score").isNotNull()), "score", col("anomalous"), "predicted")) {
      AnomalyMetrics metrics = ranked.metrics();
      BestThreshold best = ranked.bestThreshold();
      json.put("auroc", metrics.auroc());
      json.put("averagePrecision", metrics.averagePrecision());
      if (table.predictionCol().isPresent()) {
        json.put("precision", metrics.precision());
        json.put("recall", metrics.recall());
        json.put("f1", metrics.f1());
        json.put("truePositives", metrics.truePositives());
        json.put("falsePositives", metrics.falsePositives());
      }
      json.put("bestF1", best.f1());
      json.put("bestF1Threshold", best.threshold());
      json.put("anomalous", metrics.anomalous());
      json.put("normal", metrics.rows() - metrics.anomalous());
      ArrayNode curve = json.putArray("curve"); // [score, recall, false positive rate, precision]
      double normal = metrics.rows() - metrics.anomalous();
      for (CurvePoint point : ranked.curve(CURVE_POINTS)) {
        curve
            .addArray()
            .add(point.score())
            .add((double) point.truePositives() / metrics.anomalous())
            .add(point.falsePositives() / normal)
            .add(point.precision());
      }
    }
    return json;
  }

  private static Object[] ids(Set<String> sampled, List<?>... others) {
    Set<String> ids = new HashSet<>(sampled);
    for (List<?> entries : others) {
      entries.forEach(entry -> ids.add(((TopScores.Entry) entry).id()));
    }
    ids.remove(null);
    return ids.toArray();
  }

  private static List<Scored> lookUp(Dataset<Row> rows, Object[] ids) {
    List<Scored> found = new ArrayList<>();
    for (Row row : rows.where(col("id").isin(ids).and(col("score").isNotNull())).collectAsList()) {
      found.add(
          new Scored(
              row.getAs("id"),
              row.getAs("score"),
              row.getAs("error"),
              row.getAs("label"),
              row.getAs("anomalous"),
              row.getAs("predicted")));
    }
    return found;
  }
}
