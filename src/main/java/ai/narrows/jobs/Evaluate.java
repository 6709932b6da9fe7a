package ai.narrows.jobs;

import ai.narrows.images.ColumnNames;
import ai.narrows.images.InputException;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.MaskOptions;
import ai.narrows.jobs.options.Need;
import ai.narrows.jobs.options.ScoresOptions;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.Written;
import ai.narrows.ml.metrics.Bootstrap;
import ai.narrows.ml.metrics.ClassMetrics;
import ai.narrows.ml.metrics.RankedScores;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How well scores tell anomalous rows from the others, as one JSON object and as a table. */
@Command(
    name = "jobs/evaluate",
    sortOptions = false,
    header = "Measures how well anomaly scores tell anomalous rows from normal ones.",
    description =
        "%nPrints one JSON object: auroc and averagePrecision of the column anomalyScore, computed exactly; precision,"
            + " recall and f1 of the column prediction, where there is one, that is at the model's threshold; the counts"
            + " behind them; the threshold that would have given the best F1; intervals of 95 %%, by a bootstrap; and"
            + " the same for each class of anomalous rows against all normal rows. Rows without a score, such as images"
            + " that could not be read have, are left out and counted (unscored). For people, the most of it as a table"
            + " on standard error. With --masks also how well error maps tell defective pixels from others: pixels.auroc,"
            + " pixels.aupro (mean overlap of defects, up to 30 %% false positives) and more.%n")
public final class Evaluate extends Job {
  @Mixin ScoresOptions scores = new ScoresOptions();
  @Mixin MaskOptions masks = new MaskOptions();

  @Option(
      names = "--bootstrap",
      order = 31,
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "How often the rows are drawn anew for the intervals, 0 for none (default: ${DEFAULT-VALUE}).")
  int replicates;

  @Option(
      names = "--seed",
      order = 32,
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Seed of the draws; the same seed gives the same intervals (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--output",
      order = 40,
      paramLabel = "FILE",
      description = "File for the JSON object (default: standard output).")
  String output;

  @Option(
      names = "--overwrite",
      order = 42,
      description = "Replace the output file where it exists.")
  boolean overwrite;

  @Override
  void addOptions(CommandSpec spec) {
    scores.addOptions(spec);
  }

  @Override
  List<Need> needs() {
    List<Need> needs = new ArrayList<>(masks.needs());
    needs.add(new Need("--seed", replicates != 0, "without --bootstrap above 0"));
    needs.add(new Need("--overwrite", output != null, "without --output"));
    return needs;
  }

  @Override
  void check() {
    scores.check();
    if (replicates != 0) {
      try {
        Bootstrap.check(replicates);
      } catch (InputException e) {
        throw new InputException("--bootstrap: " + e.getMessage(), e);
      }
    }
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    if (output == null) {
      System.out.println(evaluate(spark, progress).json());
      return;
    }
    Sources sources = masks.addTo(scores.addTo(sources(spark), spark));
    try (Output out =
        Output.open("--output", output, Written.EVALUATION, overwrite, sources, progress)) {
      String json = evaluate(spark, progress).json() + "\n";
      out.write(json.getBytes(StandardCharsets.UTF_8));
      out.commit();
    }
    progress.say("Wrote " + output);
  }

  private Evaluation evaluate(SparkSession spark, Progress progress) {
    Dataset<Row> rows = scores.read(spark);
    Optional<String> classes = scores.classColumn(rows, scores.directory);
    Column anomalous = scores.condition(rows);
    String prediction =
        scores.predictionColumn(rows, "precision, recall or F1 at a threshold", progress);
    Optional<Dataset<Row>> pixels = masks.rows(spark, rows, anomalous, scores.directory, progress);
    try (RankedScores ranked = rank(rows, anomalous, prediction, classes)) {
      Evaluation evaluation =
          new Evaluation(
              ranked.metrics(),
              ranked.unscored(),
              !prediction.isEmpty(),
              ranked.bestThreshold(),
              replicates == 0 ? Optional.empty() : Optional.of(ranked.bootstrap(replicates, seed)),
              classes,
              classes.isEmpty() ? List.of() : classes(ranked, classes.get(), progress),
              pixels.map(masks::measure));
      progress.show(evaluation.table());
      return evaluation;
    }
  }

  private RankedScores rank(
      Dataset<Row> rows, Column anomalous, String prediction, Optional<String> classes) {
    String score = scores.scoreColumn();
    return classes.isEmpty()
        ? RankedScores.of(rows, score, anomalous, prediction)
        : RankedScores.of(
            rows, score, anomalous, prediction, ColumnNames.of(rows).column(classes.get()));
  }

  /** Too many are the user's error only where the user has named the column. */
  private List<ClassMetrics> classes(RankedScores ranked, String column, Progress progress) {
    try {
      return ranked.classes();
    } catch (InputException e) {
      String message = String.format(Locale.ROOT, "--class-col %s: %s", column, e.getMessage());
      if (scores.classColumn != null) {
        throw new InputException(message, e);
      }
      progress.say(message);
      return List.of();
    }
  }

  static int run(String... args) {
    return new Evaluate().execute(args);
  }

  /**
   * Runs the command. Where it has not done its work, a JVM that was started for it ends with its
   * exit code.
   *
   * @throws JobException in any other JVM
   */
  public static void main(String[] args) {
    new Evaluate().start(args);
  }
}
