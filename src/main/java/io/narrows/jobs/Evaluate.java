package io.narrows.jobs;

import io.narrows.images.InputException;
import io.narrows.ml.AnomalyEvaluator;
import io.narrows.ml.AnomalyMetrics;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How well scores tell anomalous rows from the others, as one JSON object. */
@Command(
    name = "jobs/evaluate",
    sortOptions = false,
    header = "Measures how well anomaly scores tell anomalous rows from normal ones.",
    description =
        "%nPrints one JSON object: auroc and averagePrecision of the column anomalyScore, computed exactly; precision,"
            + " recall and f1 of the column prediction, that is at the model's threshold; and the counts behind them.%n")
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
  }

  @Override
  void run(SparkSession spark, Progress progress) throws Exception {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    if (output == null) {
      System.out.println(json(metrics(spark)));
      return;
    }
    try (Output out = Output.open(output, overwrite, hadoop, List.of(scores), progress)) {
      String json = json(metrics(spark)) + "\n";
      out.write(json.getBytes(StandardCharsets.UTF_8));
      out.commit();
    }
    progress.say("Wrote " + output);
  }

  private AnomalyMetrics metrics(SparkSession spark) {
    Dataset<Row> rows = InputFormat.table(spark, scores);
    for (String column : List.of(names.getAnomalyScoreCol(), names.getPredictionCol())) {
      if (!List.of(rows.columns()).contains(column)) {
        throw new InputException(
            "%s has no column `%s`: is it what the job score wrote?".formatted(scores, column));
      }
    }
    if (List.of(rows.columns()).contains(InputOptions.CORRUPT_REASON)) {
      rows = rows.where(functions.col(InputOptions.CORRUPT_REASON).isNull());
    }
    InputOptions.filter(rows, anomalous, "--anomalous");
    return AnomalyMetrics.of(
        rows, names.getAnomalyScoreCol(), functions.expr(anomalous), names.getPredictionCol());
  }

  private static String json(AnomalyMetrics m) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("auroc", m.auroc());
    fields.put("averagePrecision", m.averagePrecision());
    fields.put("precision", m.precision());
    fields.put("recall", m.recall());
    fields.put("f1", m.f1());
    fields.put("rows", m.rows());
    fields.put("anomalous", m.anomalous());
    fields.put("predicted", m.predicted());
    fields.put("truePositives", m.truePositives());
    fields.put("falsePositives", m.falsePositives());
    fields.put("falseNegatives", m.falseNegatives());
    fields.put("trueNegatives", m.trueNegatives());
    return fields.entrySet().stream()
        .map(field -> "  \"%s\": %s".formatted(field.getKey(), field.getValue()))
        .collect(Collectors.joining(",\n", "{\n", "\n}"));
  }

  static int run(String... args) {
    return new Evaluate().execute(args);
  }

  public static void main(String[] args) {
    System.exit(run(args));
  }
}
