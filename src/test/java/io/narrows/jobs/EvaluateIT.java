package io.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluateIT {
  private static final String JSON =
      """
      {
        "auroc": 0.875,
        "averagePrecision": 0.8333333333333333,
        "precision": 1.0,
        "recall": 0.5,
        "f1": 0.6666666666666666,
        "rows": 4,
        "anomalous": 2,
        "predicted": 1,
        "truePositives": 1,
        "falsePositives": 0,
        "falseNegatives": 1,
        "trueNegatives": 2
      }
      """;

  @TempDir Path folder;
  private Path scores;

  @BeforeAll
  static void start() {
    SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();
  }

  @BeforeEach
  void write() {
    scores = folder.resolve("scores");
    SparkSession.active()
        .sql(
            "SELECT * FROM VALUES (9, 2.0D, 1.0D), (9, 1.0D, 0.0D), (1, 1.0D, 0.0D), (1, 0.0D, 0.0D)"
                + " AS t(label, anomalyScore, prediction)")
        .write()
        .parquet(scores.toString());
  }

  private static Ran evaluate(String... args) {
    return Ran.of(() -> Evaluate.run(args));
  }

  @Test
  void printsOneObject() {
    Ran ran = evaluate("--scores", scores.toString(), "--anomalous", "label <> 1");
    assertThat(ran.out()).isEqualTo(JSON);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void writesAFileAndNothingBesideIt() throws IOException {
    Path file = folder.resolve("results").resolve("evaluation.json");
    Ran ran =
        evaluate(
            "--scores",
            scores.toString(),
            "--anomalous",
            "label <> 1",
            "--output",
            file.toString());
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out()).isEmpty();
    assertThat(Files.readString(file)).isEqualTo(JSON);
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
    Ran again =
        evaluate(
            "--scores",
            scores.toString(),
            "--anomalous",
            "label <> 1",
            "--output",
            file.toString());
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("exists already: choose another or pass --overwrite");
  }

  @Test
  void csvWillDo() {
    Path csv = folder.resolve("csv");
    SparkSession.active()
        .read()
        .parquet(scores.toString())
        .write()
        .option("header", true)
        .csv(csv.toString());
    assertThat(evaluate("--scores", csv.toString(), "--anomalous", "label <> 1").out())
        .isEqualTo(JSON);
  }

  @Test
  void bothKindsAreNeeded() {
    Ran ran = evaluate("--scores", scores.toString(), "--anomalous", "label = 7");
    assertThat(ran.err())
        .isEqualTo("jobs/evaluate: none of the 4 rows is anomalous: both kinds are needed\n");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void scoresMustBeScores() {
    Path other = folder.resolve("other");
    SparkSession.active().range(3).write().parquet(other.toString());
    Ran ran = evaluate("--scores", other.toString(), "--anomalous", "id = 1");
    assertThat(ran.err())
        .isEqualTo(
            "jobs/evaluate: %s has no column `anomalyScore`: is it what the job score wrote?\n"
                .formatted(other));
    assertThat(ran.exitCode()).isEqualTo(2);
    Ran condition = evaluate("--scores", scores.toString(), "--anomalous", "labl = 1");
    assertThat(condition.err()).startsWith("jobs/evaluate: --anomalous \"labl = 1\": A column");
    assertThat(condition.exitCode()).isEqualTo(2);
    Ran nowhere = evaluate("--scores", "/no/where", "--anomalous", "label = 1");
    assertThat(nowhere.err()).isEqualTo("jobs/evaluate: there is no file or directory /no/where\n");
    assertThat(nowhere.exitCode()).isEqualTo(2);
  }
}
