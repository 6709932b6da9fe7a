package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.output.Sources;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.metrics.BestThreshold;
import ai.narrows.ml.metrics.Calibration;
import ai.narrows.ml.metrics.ConformalThreshold;
import ai.narrows.ml.summary.ThresholdOrigin;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Option;

/** Images by which a trained model's threshold is chosen: labelled ones, or normal ones. */
public final class ThresholdOptions {
  private static final String OPTIONS = "--threshold-";
  private static final String INPUT = OPTIONS + "input";
  private static final String NORMAL = OPTIONS + "normal";
  private static final String ANOMALOUS = OPTIONS + "anomalous";
  private static final String WHERE = OPTIONS + "where";
  private static final String CONTAMINATION = "--contamination";
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
      names = NORMAL,
      order = 18,
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Normal images that are not in --input, read as --input is, that set the threshold once the model is trained:"
              + " --contamination is its false positive rate. With --calibration-fraction 0 the model is trained on all"
              + " of --input.")
  List<String> normalPaths;

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
      description =
          "Take only the rows of --threshold-input or --threshold-normal that satisfy this.")
  String where;

  /** What acts only beside the others. */
  public List<Need> needs() {
    return List.of(
        new Need(ANOMALOUS, paths != null, "without " + INPUT),
        new Need(WHERE, given(), "without " + INPUT + " or " + NORMAL));
  }

  /** Checks what needs no Spark. */
  public void check() {
    if (paths != null && normalPaths != null) {
      throw new InputException(
          INPUT + " and " + NORMAL + " both set the threshold: leave one of them out");
    }
    if (paths != null && anomalous == null) {
      throw new InputException(
          INPUT + " needs " + ANOMALOUS + ": which of its images ought to be found");
    }
  }

  /** Whether there are such images. */
  public boolean given() {
    return paths != null || normalPaths != null;
  }

  /** Whether they are labelled: normal ones need a rate beside them. */
  public boolean labelled() {
    return paths != null;
  }

  /** The option that names them. */
  public String option() {
    return labelled() ? INPUT : NORMAL;
  }

  private List<String> all() {
    return labelled() ? paths : normalPaths;
  }

  /** Tells what is read, so that it is not overwritten meanwhile. */
  public Sources addTo(Sources sources, InputOptions input, SparkSession spark) {
    return given() ? input.addTo(sources, spark, all()) : sources;
  }

  /**
   * The images. Looks at their labels, where there are any, so that what is wrong with them shows
   * before hours of training.
   *
   * @throws InputException if the condition is none, or there are not images of both kinds
   */
  public Dataset<Row> read(InputOptions input, SparkSession spark, Progress progress) {
    Dataset<Row> images = input.read(spark, progress, OPTIONS, all(), where);
    if (!labelled()) {
      return images;
    }
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

  /**
   * The model with the threshold that these images give.
   *
   * @param rate of false positives where they are normal
   */
  public FittedAutoencoder<?> applyTo(
      FittedAutoencoder<?> model,
      InputOptions input,
      Dataset<Row> images,
      double rate,
      Progress progress) {
    if (!labelled()) {
      ConformalThreshold found = model.conformalThreshold(images, rate);
      FittedAutoencoder<?> other = model.withThreshold(found, input.source(normalPaths, where));
      tell(other, found, CONTAMINATION, progress);
      return other;
    }
    BestThreshold best = model.bestThreshold(images, condition());
    tell(best, progress);
    return model.withThreshold(best, ThresholdOrigin.maxF1(input.source(paths, where), anomalous));
  }

  /** Says how good a threshold is. */
  public static void tell(BestThreshold best, Progress progress) {
    progress.say(
        "Threshold %.6g gives the best F1 on the labelled images, %.4f%s",
        best.threshold(), best.f1(), leftOut(best.unscored()));
  }

  /**
   * Says what a threshold rests on.
   *
   * @param model that has it
   * @param option with the rate
   */
  public static void tell(
      FittedAutoencoder<?> model, ConformalThreshold found, String option, Progress progress) {
    tell(model, option, leftOut(found.unscored()), progress);
  }

  /** Says what the threshold of a model rests on, where it rests on unseen images. */
  public static void tell(
      FittedAutoencoder<?> model, String option, String leftOut, Progress progress) {
    Calibration calibration = model.thresholdOrigin().calibration();
    progress.say("Threshold %.6g by %s%s", model.getThreshold(), calibration, leftOut);
    calibration.shortfall(option).ifPresent(told -> progress.say("%s", told));
  }

  private static String leftOut(long unscored) {
    return unscored > 0 ? ": " + ScoresOptions.leftOut(unscored) : "";
  }
}
