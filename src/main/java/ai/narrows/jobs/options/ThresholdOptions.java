package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.output.Sources;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.metrics.BestThreshold;
import ai.narrows.ml.summary.ThresholdOrigin;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Option;

/** Labelled images by which a trained model's threshold is chosen. */
public final class ThresholdOptions {
  private static final String OPTIONS = "--threshold-";
  private static final String INPUT = OPTIONS + "input";
  private static final String ANOMALOUS = OPTIONS + "anomalous";
  private static final String WHERE = OPTIONS + "where";
  private static final String SCORE = "score";

  @Option(
      names = INPUT,
      order = 18,
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Labelled images, read as --input is, that set the threshold once the model is trained: where F1 on them is"
              + " best. Without them --contamination does.")
  List<String> paths;

  @Option(
      names = ANOMALOUS,
      order = 18,
      paramLabel = "SQL",
      description =
          "Condition that holds for those of --threshold-input that ought to be found, for example: label <> 1.")
  String anomalous;

  @Option(
      names = WHERE,
      order = 18,
      paramLabel = "SQL",
      description = "Take only the rows of --threshold-input that satisfy this.")
  String where;

  /** What acts only beside the others. */
  public List<Need> needs() {
    return Need.all(paths != null, "without " + INPUT, ANOMALOUS, WHERE);
  }

  /** Checks what needs no Spark. */
  public void check() {
    if (paths != null && anomalous == null) {
      throw new InputException(
          INPUT + " needs " + ANOMALOUS + ": which of its images ought to be found");
    }
  }

  /** Whether there are labeled images. */
  public boolean given() {
    return paths != null;
  }

  /** Tells what is read, so that it is not overwritten meanwhile. */
  public Sources addTo(Sources sources, InputOptions input, SparkSession spark) {
    return given() ? input.addTo(sources, spark, paths) : sources;
  }

  /**
   * The labelled images. Looks at their labels, so that what is wrong with them shows before hours
   * of training.
   *
   * @throws InputException if the condition is none, or there are not images of both kinds
   */
  public Dataset<Row> read(InputOptions input, SparkSession spark, Progress progress) {
    Dataset<Row> images = input.read(spark, progress, OPTIONS, paths, where);
    InputRows.filter(images, anomalous, ANOMALOUS);
    try {
      AnomalyMetrics.bestThreshold(
          images.select(functions.lit(0.0).as(SCORE), condition().as("anomalous")),
          SCORE,
          functions.col("anomalous"));
    } catch (IllegalArgumentException e) {
      throw new InputException(
          String.format(Locale.ROOT, "%s \"%s\": %s", ANOMALOUS, anomalous, e.getMessage()), e);
    }
    return images;
  }

  private Column condition() {
    return functions.expr(anomalous);
  }

  /** The model with the threshold that these images give. */
  public FittedAutoencoder<?> applyTo(
      FittedAutoencoder<?> model, InputOptions input, Dataset<Row> images, Progress progress) {
    BestThreshold best = model.bestThreshold(images, condition());
    progress.say(
        "Threshold %.6g gives the best F1 on the labelled images, %.4f%s",
        best.threshold(),
        best.f1(),
        best.unscored() > 0 ? ": " + ScoresOptions.leftOut(best.unscored()) : "");
    return model.withThreshold(best, ThresholdOrigin.maxF1(input.source(paths, where), anomalous));
  }
}
