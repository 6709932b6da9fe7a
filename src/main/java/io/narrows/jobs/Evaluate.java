package io.narrows.jobs;

import io.narrows.images.InputException;
import io.narrows.ml.AnomalyEvaluator;
import io.narrows.ml.Bootstrap;
import io.narrows.ml.ClassMetrics;
import io.narrows.ml.RankedScores;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How well scores tell anomalous rows from the others, as one JSON object and as a table. */
@Command(
    name = "jobs/evaluate",
    sortOptions = false,
    header = "Measures how well anomaly scores tell anomalous rows from normal ones.",
    description =
        "%nPrints one JSON object: auroc and averagePrecision of the column anomalyScore, computed exactly; precision,"
            + " recall and f1 of the column prediction, that is at the model's threshold; the counts behind them; the"
            + " threshold that would have given the best F1; intervals of 95 %%, by a bootstrap; and the same for each"
            + " class of anomalous rows against all normal rows. For people, the most of it as a table on standard"
            + " error.%n")
public final class Evaluate extends Job {
  private static final int AFTER_CONDITION = 21;

  @Option(
      names = "--scores",
      order = 10,
      required = true,
      paramLabel = "DIR",
      description = "What the job score has written.")
  String scores;

  @Option(
      names = "--anomalous",
      order = 20,
      required = true,
      paramLabel = "SQL",
      description =
          "Condition that holds for the rows that ought to be found, for example: label <> 1.")
  String anomalous;

  @Option(
      names = "--class-col",
      order = 30,
      paramLabel = "NAME",
      description =
          "Column with the class of a row, for metrics of each class; empty for none (default: labelName or else label,"
              + " where there is one).")
  String classColumn;

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

  private final AnomalyEvaluator names = new AnomalyEvaluator();
  private final ParamOptions columns =
      new ParamOptions(
          Map.of("evaluator", names), Set.of("anomalyScoreCol", "predictionCol")::contains);

  @Override
  void addOptions(CommandSpec spec) {
    columns.addTo(spec, AFTER_CONDITION);
  }

  @Override
  void check() {
    columns.applyTo(names, "evaluator");
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
    Configuration hadoop = spark.sessionState().newHadoopConf();
    if (output == null) {
      System.out.println(evaluate(spark, progress).json());
      return;
    }
    try (Output out = Output.open(output, overwrite, hadoop, List.of(scores), progress)) {
      String json = evaluate(spark, progress).json() + "\n";
      out.write(json.getBytes(StandardCharsets.UTF_8));
      out.commit();
    }
    progress.say("Wrote " + output);
  }

  private Evaluation evaluate(SparkSession spark, Progress progress) {
    Dataset<Row> rows = InputFormat.table(spark, scores);
    for (String column : List.of(names.getAnomalyScoreCol(), names.getPredictionCol())) {
      if (!has(rows, column)) {
        throw new InputException(
            "%s has no column `%s`: is it what the job score wrote?".formatted(scores, column));
      }
    }
    Optional<String> classes = classColumn(rows);
    if (has(rows, InputOptions.CORRUPT_REASON)) {
      rows = rows.where(functions.col(InputOptions.CORRUPT_REASON).isNull());
    }
    InputOptions.filter(rows, anomalous, "--anomalous");
    try (RankedScores ranked = rank(rows, classes)) {
      Evaluation evaluation =
          new Evaluation(
              ranked.metrics(),
              ranked.bestThreshold(),
              replicates == 0 ? Optional.empty() : Optional.of(ranked.bootstrap(replicates, seed)),
              classes,
              classes.isEmpty() ? List.of() : classes(ranked, classes.get(), progress));
      progress.show(evaluation.table());
      return evaluation;
    }
  }

  private static boolean has(Dataset<Row> rows, String column) {
    return List.of(rows.columns()).contains(column);
  }

  /** The column that tells classes apart, if any. */
  private Optional<String> classColumn(Dataset<Row> rows) {
    if (classColumn == null) {
      return Stream.of(InputOptions.LABEL + "Name", InputOptions.LABEL)
          .filter(column -> has(rows, column))
          .findFirst();
    }
    if (!classColumn.isEmpty() && !has(rows, classColumn)) {
      throw new InputException(
          "%s has no column `%s` (--class-col); it has %s"
              .formatted(scores, classColumn, String.join(", ", rows.columns())));
    }
    return Optional.of(classColumn).filter(column -> !column.isEmpty());
  }

  private RankedScores rank(Dataset<Row> rows, Optional<String> classes) {
    String score = names.getAnomalyScoreCol();
    Column condition = functions.expr(anomalous);
    String prediction = names.getPredictionCol();
    return classes.isEmpty()
        ? RankedScores.of(rows, score, condition, prediction)
        : RankedScores.of(
            rows, score, condition, prediction, functions.col("`" + classes.get() + "`"));
  }

  /** Too many are the user's error only where the user has named the column. */
  private List<ClassMetrics> classes(RankedScores ranked, String column, Progress progress) {
    try {
      return ranked.classes();
    } catch (InputException e) {
      String message = "--class-col %s: %s".formatted(column, e.getMessage());
      if (classColumn != null) {
        throw new InputException(message, e);
      }
      progress.say(message);
      return List.of();
    }
  }

  static int run(String... args) {
    return new Evaluate().execute(args);
  }

  public static void main(String[] args) {
    System.exit(run(args));
  }
}
