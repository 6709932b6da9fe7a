package ai.narrows.jobs;

import static org.apache.spark.sql.functions.not;

import ai.narrows.images.InputException;
import ai.narrows.images.source.PathName;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.ModelOptions;
import ai.narrows.jobs.options.Need;
import ai.narrows.jobs.options.OutputOptions;
import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.jobs.options.ScoresOptions;
import ai.narrows.jobs.options.ThresholdOptions;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.Written;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.metrics.BestThreshold;
import ai.narrows.ml.metrics.ConformalThreshold;
import ai.narrows.ml.summary.ImageSource;
import ai.narrows.ml.summary.ThresholdOrigin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Another threshold in a saved model. */
@Command(
    name = "jobs/threshold",
    sortOptions = false,
    header = "Sets the threshold of a trained model.",
    description =
        "%nSets it to a value, to a false positive rate on normal images that the model was not trained on, or to the"
            + " best F1 on labelled images. The images are read and scored by the model, or their scores come from a"
            + " table of the job score. Writes a new model directory, or replaces the model; weights and all else stay"
            + " as they are.%n")
public final class Threshold extends Job {
  /** What the model says of the images where their scores were read. */
  static final String SCORES_FORMAT = "scores";

  private static final String VALUE = "--threshold";
  private static final String RATE = "--false-positive-rate";
  private static final String MAX_F1 = "--max-f1";
  private static final String IN_PLACE = "--in-place";

  /** What options of tables of scores say that no threshold depends on. */
  private static final List<String> OF_OTHER_JOBS =
      Stream.of("classCol", "predictionCol").map(ParamOptions::optionOf).toList();

  @Mixin ModelOptions model = new ModelOptions();

  @Option(
      names = VALUE,
      order = 2,
      paramLabel = "X",
      description = "Anomaly score above which an image is predicted anomalous.")
  Double value;

  @Option(
      names = RATE,
      order = 2,
      paramLabel = "R",
      description =
          "Fraction of unseen normal images that may be predicted anomalous, in [0, 1), on the normal images of --input"
              + " or --scores. Of n images the threshold is the score of rank floor((n + 1) R) from above (split"
              + " conformal prediction); 0 and rates below 1 / (n + 1) take the highest score.")
  Double rate;

  @Option(
      names = MAX_F1,
      order = 2,
      description =
          "The threshold with the best F1 on the labelled images of --input or --scores; needs --anomalous.")
  boolean maxF1;

  @Mixin ScoresOptions scores = new ScoresOptions();
  @Mixin InputOptions input = new InputOptions();
  @Mixin OutputOptions output = new OutputOptions();

  @Option(
      names = IN_PLACE,
      order = 41,
      description =
          "Replace the model in --model-dir instead of writing another. The old one goes when the new one is complete.")
  boolean inPlace;

  @Override
  void addOptions(CommandSpec spec) {
    optional(spec, "--input", "--scores", "--anomalous", "--output");
    scores.addOptions(spec);
    OF_OTHER_JOBS.forEach(option -> spec.remove(spec.findOption(option)));
  }

  @Override
  List<Need> needs() {
    List<Need> needs = new ArrayList<>();
    needs.addAll(
        Need.all(
            scores.directory != null,
            "without --scores",
            "--scores-format",
            "--anomaly-score-col"));
    needs.addAll(InputOptions.needs(input.paths != null, "without --input"));
    needs.addAll(Need.all(value == null, "with " + VALUE, "--input", "--scores", "--anomalous"));
    needs.add(new Need("--overwrite", output.directory != null, "without --output"));
    return needs;
  }

  @Override
  void check() {
    checkOne("what sets the threshold", value != null, VALUE, rate != null, RATE, maxF1, MAX_F1);
    checkOne("where the model goes", output.directory != null, "--output", inPlace, IN_PLACE);
    if (value != null) {
      if (value.isNaN()) {
        throw new InputException(VALUE + " must be a number, but is NaN");
      }
      return;
    }
    checkOne(
        "the images or their scores",
        input.paths != null,
        "--input",
        scores.directory != null,
        "--scores");
    if (rate != null && !(rate >= 0 && rate < 1)) {
      throw new InputException(
          String.format(Locale.ROOT, "%s must be at least 0 and below 1, but is %s", RATE, rate));
    }
    if (maxF1 && scores.anomalous == null) {
      throw new InputException(
          MAX_F1 + " needs --anomalous: which of the images ought to be found");
    }
    scores.check();
  }

  /**
   * Makes sure that just one of some options is given.
   *
   * @param what they say
   * @param options pairs: whether one is given, and its name
   */
  private static void checkOne(String what, Object... options) {
    List<String> names = new ArrayList<>();
    List<String> given = new ArrayList<>();
    for (int i = 0; i < options.length; i += 2) {
      names.add(options[i + 1].toString());
      if (options[i].equals(true)) {
        given.add(options[i + 1].toString());
      }
    }
    if (given.size() != 1) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "give one of %s for %s%s",
              String.join(", ", names),
              what,
              given.isEmpty() ? "" : ", but not " + String.join(" and ", given)));
    }
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    Sources sources = scores.addTo(input.addTo(sources(spark), spark), spark);
    try (Output out = open(sources, progress)) {
      FittedAutoencoder<?> old = FittedAutoencoder.load(model.directory);
      double before = old.getThreshold();
      FittedAutoencoder<?> changed = changed(old, spark, progress);
      changed.write().save(out.pending());
      out.commit();
      progress.say(
          "Set the threshold to %.6g, which was %.6g: %s",
          changed.getThreshold(), before, inPlace ? model.directory : output.directory);
    }
  }

  /** The model is in memory before anything is written, so that it may take its own place. */
  private Output open(Sources sources, Progress progress) throws IOException {
    if (!inPlace) {
      return output.open(sources.addModel(model.directory), progress);
    }
    refuseLosingPages(sources.hadoop());
    return Output.open(IN_PLACE, model.directory, Written.DIRECTORY, true, sources, progress);
  }

  /** Reports may lie in the directory of a model, which is replaced as a whole. */
  private void refuseLosingPages(Configuration hadoop) throws IOException {
    Path folder = PathName.path(model.directory);
    if (!folder.getFileSystem(hadoop).exists(folder)) {
      return; // loading it says so
    }
    for (FileStatus file : folder.getFileSystem(hadoop).listStatus(folder)) {
      if (file.getPath().getName().endsWith(".html")) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s would remove %s from %s: move it, or give --output",
                IN_PLACE,
                file.getPath().getName(),
                model.directory));
      }
    }
  }

  private FittedAutoencoder<?> changed(
      FittedAutoencoder<?> old, SparkSession spark, Progress progress) {
    if (value != null) {
      return old.setThreshold(value);
    }
    if (rate != null) {
      ConformalThreshold found = conformal(spark, progress);
      FittedAutoencoder<?> changed = old.withThreshold(found, source());
      ThresholdOptions.tell(changed, found, RATE, progress);
      return changed;
    }
    BestThreshold best = best(spark, progress);
    ThresholdOptions.tell(best, progress);
    return old.withThreshold(best, ThresholdOrigin.maxF1(source(), scores.anomalous));
  }

  private ConformalThreshold conformal(SparkSession spark, Progress progress) {
    Dataset<Row> rows = rows(spark, progress);
    Dataset<Row> normal = scores.anomalous == null ? rows : rows.where(not(scores.condition(rows)));
    return input.paths == null
        ? AnomalyMetrics.conformalThreshold(normal, scores.scoreColumn(), rate)
        : scorer().conformalThreshold(normal, rate);
  }

  private BestThreshold best(SparkSession spark, Progress progress) {
    Dataset<Row> rows = rows(spark, progress);
    return input.paths == null
        ? AnomalyMetrics.bestThreshold(rows, scores.scoreColumn(), scores.condition(rows))
        : scorer().bestThreshold(rows, scores.condition(rows));
  }

  private Dataset<Row> rows(SparkSession spark, Progress progress) {
    return input.paths == null ? scores.read(spark) : input.read(spark, progress);
  }

  /** The model as jobs use it, which is not how it is saved. */
  private FittedAutoencoder<?> scorer() {
    FittedAutoencoder<?> scorer = model.load();
    scorer.setHandleInvalid(input.handleInvalid());
    return scorer;
  }

  private ImageSource source() {
    return input.paths == null
        ? new ImageSource(List.of(scores.directory), SCORES_FORMAT, "")
        : input.source();
  }

  static int run(String... args) {
    return new Threshold().execute(args);
  }

  /**
   * Runs the command. Where it has not done its work, a JVM that was started for it ends with its
   * exit code.
   *
   * @throws JobException in any other JVM
   */
  public static void main(String[] args) {
    new Threshold().start(args);
  }
}
