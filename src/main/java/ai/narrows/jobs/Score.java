package ai.narrows.jobs;

import ai.narrows.distributed.Described;
import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Counted;
import ai.narrows.jobs.console.Counts;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.ColumnOptions;
import ai.narrows.jobs.options.ErrorMapOptions;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.ModelOptions;
import ai.narrows.jobs.options.Need;
import ai.narrows.jobs.options.OutputOptions;
import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.jobs.options.RegionOptions;
import ai.narrows.jobs.options.StreamOptions;
import ai.narrows.jobs.options.TableOptions;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.TableOutput;
import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.params.Definitions;
import ai.narrows.ml.params.OutputParams;
import ai.narrows.ml.params.RegionParams;
import ai.narrows.ml.params.ScoreParams;
import ai.narrows.ml.params.ThresholdParams;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.report.TopScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** A table of anomaly scores, a row for every image. */
@Command(
    name = "jobs/score",
    sortOptions = false,
    header = "Scores images by how badly a trained model rebuilds them.",
    description =
        "%nWrites a table with id, label (where there is one), reconstructionError (mean squared error per pixel),"
            + " anomalyScore, prediction (1.0 where the score lies above the threshold, otherwise 0.0) and the input's"
            + " other columns, without the images. Other columns come with a name for them: --latent-col latent."
            + " A --score-method or --patch-quantile other than in training needs a --threshold of its own, or"
            + " --prediction-col ''.%n")
public final class Score extends Job {
  private static final int AFTER_INPUT = 20;
  private static final String HIGHEST = "highest";

  @Mixin ModelOptions model = new ModelOptions();
  @Mixin InputOptions input = new InputOptions();
  @Mixin OutputOptions output = new OutputOptions();
  @Mixin TableOptions table = new TableOptions();
  @Mixin ErrorMapOptions errorMaps = new ErrorMapOptions();
  @Mixin RegionOptions regions = new RegionOptions();
  @Mixin StreamOptions stream = new StreamOptions();

  private final ParamOptions scoring =
      new ParamOptions(
          Definitions.model(),
          Set.of(
                  "threshold",
                  "scoreMethod",
                  "scoreSamples",
                  "patchQuantile",
                  "pixelThreshold",
                  "minRegionArea")
              ::contains,
          definition ->
              definition.equals(RegionParams.MIN_REGION_AREA)
                  ? ParamOptions.defaultOf(definition)
                  : "as in training");
  private final ColumnOptions columns = ColumnOptions.scores();

  @Override
  void addOptions(CommandSpec spec) {
    scoring.addTo(spec, AFTER_INPUT);
    columns.addTo(spec, AFTER_INPUT);
  }

  @Override
  List<Need> needs() {
    boolean predicts = !columns.isLeftOut(OutputParams.PREDICTION_COL);
    boolean scores = predicts || !columns.isLeftOut(OutputParams.ANOMALY_SCORE_COL);
    String without = "without a name for --anomaly-score-col or --prediction-col";
    List<Need> needs = new ArrayList<>(stream.needs());
    needs.addAll(errorMaps.needs());
    needs.add(new Need("--threshold", predicts, "without a name for --prediction-col"));
    needs.addAll(Need.all(scores, without, "--score-method", "--score-samples"));
    needs.addAll(
        Need.all(
            regions.wanted() || columns.outlines(),
            "without --regions, --masks, --coco, or a name for --regions-col or --mask-col",
            "--pixel-threshold",
            "--min-region-area"));
    needs.addAll(
        Need.all(
            !stream.wanted(),
            "with --stream, which reads image files: leave it out",
            "--input-encoding",
            "--input-min",
            "--input-max"));
    return needs;
  }

  @Override
  void check() {
    columns.check();
    stream.check(input, output, errorMaps, regions);
    if (stream.wanted()) {
      table.checkStream();
    }
    table.check();
    errorMaps.check();
    regions.check(table);
    if (errorMaps.wanted() && columns.isLeftOut(OutputParams.ANOMALY_SCORE_COL)) {
      throw new InputException(
          "--error-maps needs the scores: --anomaly-score-col must have a name");
    }
    scoring.check();
  }

  /** Has the model score as the user says. */
  private void applyScoring(FittedAutoencoder<?> scorer) {
    Optional<ScoreMethod> method = scoring.given(ScoreParams.SCORE_METHOD).map(ScoreMethod::of);
    Optional<Double> quantile = scoring.given(ScoreParams.PATCH_QUANTILE);
    if (!method.orElse(scorer.anomalyScore()).equals(scorer.anomalyScore())
        || quantile.orElse(scorer.getPatchQuantile()) != scorer.getPatchQuantile()) {
      scorer.clear(scorer.threshold()); // it is one of other scores
    }
    scoring.applyTo(scorer);
    if (scoring.isGiven("scoreSamples") && !scorer.anomalyScore().likelihood()) {
      throw new InputException(
          "--score-samples has no effect without --score-method elbo or reconstructionProbability, but it is "
              + scorer.getScoreMethod());
    }
    scoring.given(ThresholdParams.THRESHOLD).ifPresent(scorer::setThreshold); // a given one
    scorer.checkScoring();
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    if (stream.wanted()) {
      new ScoreStream(scores(), input, output, table, stream).run(spark, read(spark), progress);
    } else {
      scoreAll(spark, progress);
    }
  }

  private Sources read(SparkSession spark) {
    return input.addTo(sources(spark), spark).addModel(model.directory);
  }

  /** As the model, set to what the user says, has them. */
  private ScoreRows scores() {
    FittedAutoencoder<?> scorer = model.load();
    columns.applyTo(scorer);
    scorer.setHandleInvalid(input.handleInvalid());
    applyScoring(scorer);
    return new ScoreRows(scorer, input.mode);
  }

  private void scoreAll(SparkSession spark, Progress progress) throws Exception {
    Sources sources = read(spark);
    try (TableOutput out = table.open(output, input, sources, spark, progress);
        Output pictures = errorMaps.open(output, out, sources, progress);
        RegionOptions.Outputs outlines = regions.open(output, out, table, sources, progress)) {
      ScoreRows scores = scores();
      Dataset<Row> images = input.read(spark, progress);
      columns.check(scores.scorer(), images);
      List<Column> more = new ArrayList<>();
      if (errorMaps.wanted()) {
        more.add(errorMaps.highest(scores.scorer().getAnomalyScoreCol()).as(HIGHEST));
      }
      Counts counts = new Counts();
      Dataset<Row> rows = scores.of(images, counts, more);
      Counted counted =
          counts.of(
              spark, () -> Described.run(spark.sparkContext(), "scoring", () -> out.write(rows)));
      progress.say("%s: %s", scores.inWords(counted), output.directory);
      if (errorMaps.wanted()) {
        List<TopScores.Entry> highest = TopScores.read(counted.row(HIGHEST));
        errorMaps.write(highest, images, scores.scorer(), pictures);
        pictures.commit();
        progress.say("Drew those with the highest scores: %s", errorMaps.directory);
      }
      if (regions.wanted()) {
        progress.say("%s", outlines.write(images, scores.scorer()));
      }
    }
  }

  static int run(String... args) {
    return new Score().execute(args);
  }

  /**
   * Runs the command. Where it has not done its work, a JVM that was started for it ends with its
   * exit code.
   *
   * @throws JobException in any other JVM
   */
  public static void main(String[] args) {
    new Score().start(args);
  }
}
