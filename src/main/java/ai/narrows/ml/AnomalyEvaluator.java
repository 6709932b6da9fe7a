package ai.narrows.ml;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import ai.narrows.distributed.Described;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.InputException;
import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.metrics.RankedScores;
import ai.narrows.ml.params.Definitions;
import ai.narrows.ml.params.EvaluatorParams;
import ai.narrows.ml.params.Explanation;
import ai.narrows.ml.params.ParamSet;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates scored rows for Spark ML's {@code CrossValidator} and {@code TrainValidationSplit}: by
 * how well the score tells anomalous rows from normal ones where labels say which is which, or by
 * the mean reconstruction error where there are none. Exact, ties included; see {@link
 * AnomalyMetrics}.
 *
 * <pre>{@code
 * Dataset<Row> scores = model.transform(images); // with a column "label": 1 is anomalous
 * AnomalyEvaluator evaluator =
 *     new AnomalyEvaluator()
 *         .setAnomalous("label = 1")
 *         .setAnomalyScoreCol("anomalyScore")
 *         .setMetricName("auroc");
 * double auroc = evaluator.evaluate(scores);
 * }</pre>
 */
public final class AnomalyEvaluator extends Evaluator
    implements EvaluatorParams<AnomalyEvaluator>, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(AnomalyEvaluator.class);
  private static final String RECONSTRUCTION_ERROR = "reconstructionError";

  private final String uid;
  private transient ParamSet<AnomalyEvaluator> params;

  /** With a random uid. */
  public AnomalyEvaluator() {
    this(Identifiable$.MODULE$.randomUID("anomalyEvaluator"));
  }

  /** With this uid. */
  public AnomalyEvaluator(String uid) {
    this.uid = uid;
    paramSet(); // with its defaults
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public ParamSet<AnomalyEvaluator> paramSet() {
    if (params == null) {
      params = new ParamSet<>(this, Definitions.evaluator());
    }
    return params;
  }

  /** Whether the metric grows with quality: all but reconstructionError. */
  @Override
  public boolean isLargerBetter() {
    return !getMetricName().equals(RECONSTRUCTION_ERROR);
  }

  /**
   * The metric of scored rows. Those without a score, such as images that could not be read have,
   * are left out, with a warning that counts them.
   *
   * @throws IllegalArgumentException if the metric is unknown, there is no column that it needs, a
   *     score is NaN, none is there, or there are not rows of both kinds where the metric compares
   *     them
   */
  @Override
  public double evaluate(Dataset<?> dataset) {
    paramSet().check();
    Dataset<Row> rows = dataset.toDF();
    return switch (getMetricName()) {
      case "auroc" -> metrics(rows, "").auroc();
      case "averagePrecision" -> metrics(rows, "").averagePrecision();
      case "f1" -> metrics(rows, predictions()).f1();
      default -> meanError(rows);
    };
  }

  private String predictions() {
    if (getPredictionCol().isEmpty()) {
      throw new ParamException(
          Message.of(
              "%s needs predictions, but %s is empty",
              Message.param("metricName", "f1"), Message.param("predictionCol")));
    }
    return getPredictionCol();
  }

  private AnomalyMetrics metrics(Dataset<Row> rows, String predictionCol) {
    try (RankedScores ranked =
        RankedScores.of(rows, getAnomalyScoreCol(), expr(getAnomalous()), predictionCol)) {
      warn(ranked.unscored());
      return ranked.metrics();
    }
  }

  private double meanError(Dataset<Row> rows) {
    Column error = ColumnNames.of(rows).column(getReconstructionErrorCol()).cast("double");
    Dataset<Row> aggregate = rows.agg(avg(error), count(lit(1)), count(error));
    Row mean =
        Described.get(
            rows.sparkSession().sparkContext(), "mean reconstruction error", aggregate::first);
    long all = mean.getLong(1);
    long scored = mean.getLong(2);
    if (scored == 0) {
      throw new InputException(
          all == 0
              ? "there are no rows to evaluate"
              : "none of the " + all + " rows has a reconstruction error");
    }
    if (Double.isNaN(mean.getDouble(0))) {
      throw new InputException(
          "column '" + getReconstructionErrorCol() + "' has values that are NaN");
    }
    warn(all - scored);
    return mean.getDouble(0);
  }

  private static void warn(long unscored) {
    if (unscored > 0) {
      LOG.warn("{} rows without a score left out", unscored);
    }
  }

  @Override
  public String explainParam(Param<?> param) {
    return Explanation.of(this, param);
  }

  @Override
  public AnomalyEvaluator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads an evaluator that was saved with {@code write()}. */
  public static MLReader<AnomalyEvaluator> read() {
    return new DefaultParamsReader<>();
  }

  /** Loads an evaluator that was saved with {@code save(path)}. */
  public static AnomalyEvaluator load(String path) {
    return read().load(path);
  }
}
