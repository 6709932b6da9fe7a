package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluateIT extends SparkFixture {
  private static final String JSON =
      """
      {
        "auroc": 0.875,
        "averagePrecision": 0.8333333333333333,
        "precision": 1.0,
        "recall": 0.5,
        "f1": 0.6666666666666666,
        "rows": 4,
        "unscored": 0,
        "anomalous": 2,
        "predicted": 1,
        "truePositives": 1,
        "falsePositives": 0,
        "falseNegatives": 1,
        "trueNegatives": 2,
        "bestF1": 0.8,
        "bestF1Threshold": 0.5,
        "classCol": "label",
        "classes": [
          {"class":"9","rows":2,"auroc":0.875,"averagePrecision":0.8333333333333333,"recall":0.5}
        ]
      }
      """;

  private static final String TABLE =
      """

      4 rows, 2 of them anomalous. Predicted: 1 of these, and 0 others.

      AUROC                 0.8750
      average precision     0.8333
      F1                    0.6667
      precision             1.0000
      recall                0.5000
      best F1               0.8000   at threshold 0.500000

      label                   rows   AUROC  av.prec.  recall
      9                          2  0.8750    0.8333  0.5000

      """;

  @TempDir Path folder;
  private Path scores;

  @BeforeEach
  void write() {
    scores = folder.resolve("scores");
    spark
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
    Ran ran =
        evaluate("--scores", scores.toString(), "--anomalous", "label <> 1", "--bootstrap", "0");
    assertThat(ran.out()).isEqualTo(JSON);
    assertThat(ran.err()).isEqualTo(TABLE);
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
            "--bootstrap",
            "0",
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
            "--bootstrap",
            "0",
            "--output",
            file.toString());
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("exists already: choose another or pass --overwrite");
  }

  @Test
  void csvWillDo() {
    Path csv = folder.resolve("csv");
    spark.read().parquet(scores.toString()).write().option("header", true).csv(csv.toString());
    assertThat(
            evaluate("--scores", csv.toString(), "--anomalous", "label <> 1", "--bootstrap", "0")
                .out())
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
    spark.range(3).write().parquet(other.toString());
    Ran ran = evaluate("--scores", other.toString(), "--anomalous", "id = 1");
    assertThat(ran.err())
        .isEqualTo(
            "jobs/evaluate: %s has no column `anomalyScore` (--anomaly-score-col): is it what the job score wrote? It has id\n"
                .formatted(other));
    assertThat(ran.exitCode()).isEqualTo(2);
    Ran condition = evaluate("--scores", scores.toString(), "--anomalous", "labl = 1");
    assertThat(condition.err()).startsWith("jobs/evaluate: --anomalous \"labl = 1\": A column");
    assertThat(condition.exitCode()).isEqualTo(2);
    Ran nowhere = evaluate("--scores", "/no/where", "--anomalous", "label = 1");
    assertThat(nowhere.err()).isEqualTo("jobs/evaluate: there is no file or directory /no/where\n");
    assertThat(nowhere.exitCode()).isEqualTo(2);
  }

  /** A hundred rows of each of four labels, of which 2 and 3 are anomalous. */
  private Path many() {
    Path many = folder.resolve("many");
    spark
        .sql(
            "SELECT CAST(id AS STRING) AS id, CAST(id % 4 AS INT) AS label,"
                + " concat('kind ', id % 4) AS kind,"
                + " CAST(pmod(hash(id), 50) + 10 * (id % 4) AS DOUBLE) AS anomalyScore,"
                + " IF(pmod(hash(id), 50) + 10 * (id % 4) > 40, 1D, 0D) AS prediction FROM range(400)")
        .write()
        .parquet(many.toString());
    return many;
  }

  @Test
  void intervalsAndClasses() throws IOException {
    String many = many().toString();
    Ran ran = evaluate("--scores", many, "--anomalous", "label >= 2");
    assertThat(ran.exitCode()).isZero();
    JsonNode json = new ObjectMapper().readTree(ran.out());
    for (String metric : List.of("auroc", "averagePrecision", "f1")) {
      JsonNode interval = json.at("/bootstrap/" + metric);
      double value = json.get(metric).doubleValue();
      assertThat(interval.get(0).doubleValue()).isBetween(value - 0.1, value - 0.01);
      assertThat(interval.get(1).doubleValue()).isBetween(value + 0.01, value + 0.1);
    }
    assertThat(json.at("/bootstrap/replicates").intValue()).isEqualTo(1000);
    assertThat(json.get("classes").findValuesAsText("class")).containsExactly("2", "3");
    assertThat(json.get("classes").findValuesAsText("rows")).containsExactly("100", "100");
    double mean =
        json.get("classes").findValues("auroc").stream()
            .mapToDouble(JsonNode::doubleValue)
            .average()
            .orElseThrow();
    assertThat(json.get("auroc").doubleValue()).isCloseTo(mean, within(1e-12)); // equal classes
    assertThat(ran.out().lines().filter(line -> line.contains("\"auroc\": "))).hasSize(1);
    assertThat(ran.out()).contains("\n  \"rows\": 400,\n");
    assertThat(ran.err())
        .contains("400 rows, 200 of them anomalous.", "95 % interval", "best F1 ")
        .containsPattern("AUROC +0\\.[0-9]{4}   0\\.[0-9]{4} to 0\\.[0-9]{4}\n")
        .containsPattern("\n3 +100  0\\.[0-9]{4}    0\\.[0-9]{4}  0\\.[0-9]{4}\n");
    assertThat(evaluate("--scores", many, "--anomalous", "label >= 2").out()).isEqualTo(ran.out());
    assertThat(evaluate("--scores", many, "--anomalous", "label >= 2", "--seed", "2").out())
        .isNotEqualTo(ran.out());
  }

  @Test
  void classesAreThoseOfTheColumn() throws IOException {
    String many = many().toString();
    String[] common = {"--scores", many, "--anomalous", "label >= 2", "--bootstrap", "100"};
    Ran named = evaluate(with(common, "--class-col", "kind"));
    assertThat(new ObjectMapper().readTree(named.out()).get("classes").findValuesAsText("class"))
        .containsExactly("kind 2", "kind 3");
    assertThat(evaluate(with(common, "--class-col", "")).out()).doesNotContain("class");
    assertThat(evaluate(with(common, "--class-col", "kin")).err())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "jobs/evaluate: %s has no column `kin` (--class-col); it has id, label, kind, anomalyScore, prediction\n",
                many));
  }

  @Test
  void aColumnOfIdsHasNoClasses() {
    Path ids = folder.resolve("ids");
    spark
        .sql(
            "SELECT id AS label, CAST(id AS DOUBLE) AS anomalyScore, 0D AS prediction FROM range(1100)")
        .write()
        .parquet(ids.toString());
    String[] common = {"--scores", ids.toString(), "--anomalous", "label > 9", "--bootstrap", "0"};
    String sentence =
        "--class-col label: the anomalous rows have more than 1000 classes: is that a column of classes?\n";
    Ran unasked = evaluate(common);
    assertThat(unasked.exitCode()).isZero();
    assertThat(unasked.err()).contains(sentence);
    assertThat(unasked.out()).contains("\"auroc\": 1.0,").doesNotContain("class");
    Ran asked = evaluate(with(common, "--class-col", "label"));
    assertThat(asked.err()).isEqualTo("jobs/evaluate: " + sentence);
    assertThat(asked.exitCode()).isEqualTo(2);
  }

  @Test
  void replicatesMustBeEnough() {
    Ran ran =
        evaluate("--scores", scores.toString(), "--anomalous", "label = 9", "--bootstrap", "50");
    assertThat(ran.err())
        .isEqualTo(
            "jobs/evaluate: --bootstrap: the bootstrap takes from 100 to 1000000 replicates, but is asked for 50\n");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  private static String[] with(String[] args, String... more) {
    return Stream.of(args, more).flatMap(Stream::of).toArray(String[]::new);
  }
}
