package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.report.HtmlReport;
import ai.narrows.report.ScoreTable;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.internal.SQLConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The jobs on tables whose columns have other names than ours, and without some of ours. */
final class NamedColumnsIT extends TrainedModels {
  @AfterEach
  void asSparkHasIt() {
    spark.conf().unset(SQLConf.CASE_SENSITIVE().key());
  }

  private static Dataset<Row> images() {
    return spark.read().format("idx").load(IMAGES).where("index < 60");
  }

  /** Spelled otherwise than ours, and with characters that need quoting. */
  private Path spelled() {
    Path table = folder.resolve("spelled");
    images()
        .selectExpr(
            "concat('part ', 10 + index) AS ID",
            "label AS Label",
            "concat('kind ', label) AS LABELNAME",
            "image AS Image",
            "index AS `place.v1`",
            "index AS `a``b`")
        .write()
        .parquet(table.toString());
    return table;
  }

  @Test
  void theirSpellingIsAsGoodAsOurs() throws IOException {
    Path table = spelled();
    Path scores = folder.resolve("scores");
    Path pictures = folder.resolve("pictures");
    Ran scored =
        score(
            "--model-dir",
            autoencoder,
            "--input",
            table,
            "--anomaly-score-col",
            "score.v2",
            "--prediction-col",
            "is it?`",
            "--error-maps",
            pictures,
            "--top",
            2,
            "--output",
            scores);
    assertThat(scored.err()).contains("Scored 60 images").doesNotContain("The input has no column");
    assertThat(pictures.resolve("0002.png")).exists();
    Dataset<Row> rows = spark.read().parquet(scores.toString());
    assertThat(rows.columns())
        .containsExactly(
            "id",
            "label",
            "reconstructionError",
            "score.v2",
            "is it?`",
            "LABELNAME",
            "place.v1",
            "a`b");
    assertThat(rows.where("id = concat('part ', 10 + `place.v1`)").count()).isEqualTo(60);

    Ran evaluated =
        Ran.of(
            () ->
                Evaluate.run(
                    "--scores=" + scores,
                    "--anomalous=Label > 4",
                    "--anomaly-score-col=SCORE.v2",
                    "--prediction-col=is it?`",
                    "--class-col=PLACE.v1",
                    "--bootstrap=0"));
    assertThat(evaluated.out())
        .contains("\"rows\": 60,", "\"classCol\": \"PLACE.v1\"", "\"precision\": ");

    Path page = folder.resolve("page.html");
    Ran reported =
        report(
            "--model-dir=" + autoencoder,
            "--input=" + table,
            "--scores=" + scores,
            "--anomaly-score-col=score.v2",
            "--prediction-col=is it?`",
            "--anomalous=label > 4",
            "--output=" + page);
    assertThat(reported.err()).endsWith("Wrote " + page + "\n");

    Path embeddings = folder.resolve("embeddings");
    assertThat(embed("--model-dir", vae, "--input", table, "--output", embeddings).exitCode())
        .isZero();
    assertThat(spark.read().parquet(embeddings.toString()).columns())
        .containsExactly("id", "label", "LABELNAME", "latent");

    Object[] between = {"--model-dir", vae, "--input", table, "--steps", 2};
    assertThat(
            generate(
                    with(between, "--interpolate=part 11,part 12", "--output", folder.resolve("g")))
                .exitCode())
        .isZero();
    assertRefused(
        generate(with(between, "--interpolate=part 11,11.png", "--output", folder.resolve("out"))),
        "jobs/generate: no image has the id '11.png'; ids are 'part 10', 'part 11', 'part 12', 'part 13', 'part 14' and others\n");
    Ran trained =
        Ran.of(
            () ->
                Train.run(
                    "--input=" + table,
                    "--id-col=id",
                    "--image-col=IMAGE",
                    "--threshold-input=" + table,
                    "--threshold-anomalous=label > 4",
                    "--hidden=4",
                    "--latent=1",
                    "--epochs=1",
                    "--workers=1",
                    "--output=" + folder.resolve("trained")));
    assertThat(trained.err()).contains("gives the best F1 on the labelled images");
  }

  private static Object[] with(Object[] args, Object... more) {
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return all;
  }

  @Test
  void outputsThatTheInputHasAlready() throws IOException {
    Path table = folder.resolve("table");
    images()
        .selectExpr("id AS ID", "id AS name", "label", "image", "'by people' AS Prediction")
        .write()
        .parquet(table.toString());
    Path out = folder.resolve("out");
    Object[] toScores = {"--model-dir", autoencoder, "--input", table, "--output", out};
    assertRefused(
        score(toScores),
        "jobs/score: the output column 'prediction' is in the input already, as 'Prediction': set --prediction-col to another name, or rename or drop the input's column\n");
    assertRefused(
        score(with(toScores, "--id-col", "name")),
        "jobs/score: --id-col name: it would be called `id` in the output, but the input has another column `ID`\n");
    Ran trained =
        Ran.of(
            () ->
                Train.run(
                    "--input=" + table,
                    "--hidden=4",
                    "--latent=1",
                    "--epochs=1",
                    "--workers=1",
                    "--output=" + folder.resolve("trained")));
    assertThat(trained.err()).contains("Saved the autoencoder");
    Path page = folder.resolve("page.html");
    assertThat(
            report(
                    "--model-dir",
                    autoencoder,
                    "--input",
                    table,
                    "--anomalous",
                    "label > 4 AND prediction = 'by people'",
                    "--output",
                    page)
                .err())
        .as("the report's own scores are beside the input's columns")
        .endsWith("Wrote " + page + "\n");

    spark.conf().set(SQLConf.CASE_SENSITIVE().key(), true);
    Ran ran = score(toScores);
    assertThat(ran.err()).contains("The input has no column `id`: an id is the file's path, #,");
    Dataset<Row> rows = spark.read().parquet(out.toString());
    assertThat(rows.columns())
        .containsExactly(
            "id",
            "label",
            "reconstructionError",
            "anomalyScore",
            "prediction",
            "ID",
            "name",
            "Prediction");
    assertThat(rows.where("ID = name AND id <> name AND Prediction = 'by people'").count())
        .isEqualTo(60);
  }

  @Test
  void scoresWithoutPredictionsAndSomeWithoutScores() throws IOException {
    Path table = folder.resolve("damaged");
    images()
        .withColumn("image", functions.expr("IF(index IN (3, 4), NULL, image)"))
        .write()
        .parquet(table.toString());
    Path scores = folder.resolve("scores");
    assertThat(
            score(
                    "--model-dir",
                    autoencoder,
                    "--input",
                    table,
                    "--mode",
                    "PERMISSIVE",
                    "--prediction-col",
                    "",
                    "--output",
                    scores)
                .exitCode())
        .isZero();
    String[] args = {
      "--scores=" + scores, "--anomalous=label > 4", "--class-col=label", "--bootstrap=100"
    };
    Ran evaluated = Ran.of(() -> Evaluate.run(args));
    assertThat(evaluated.err())
        .contains(
            scores
                + " has no column `prediction`, so that there is no precision, recall or F1 at a threshold.\n",
            " of them anomalous.\n2 rows without a score left out.\n\n",
            "\nbest F1 ")
        .doesNotContain("Predicted", "\nF1", "\nprecision");
    JsonNode json = new ObjectMapper().readTree(evaluated.out());
    assertThat(json.get("rows").asLong()).isEqualTo(58);
    assertThat(json.get("unscored").asLong()).isEqualTo(2);
    assertThat(json.get("auroc").asDouble()).isBetween(0.0, 1.0);
    assertThat(json.get("bestF1").asDouble()).isPositive();
    assertThat(evaluated.out())
        .doesNotContain("\"precision\"", "ecall", "\"f1\"", "predicted", "Positives", "Negatives");
    Ran named = Ran.of(() -> Evaluate.run(args[0], args[1], "--prediction-col=prediction"));
    assertThat(named.err())
        .isEqualTo(
            "jobs/evaluate: "
                + scores
                + " has no column `prediction` (--prediction-col); it has id, label, reconstructionError, anomalyScore, index\n");
    assertThat(named.exitCode()).isEqualTo(2);
    assertThat(Ran.of(() -> Evaluate.run(args[0], args[1], "--prediction-col=")).err())
        .doesNotContain("has no column");

    Path page = folder.resolve("page.html");
    Ran reported =
        report(
            "--model-dir=" + autoencoder,
            "--scores=" + scores,
            "--input=" + table,
            "--mode=PERMISSIVE",
            "--anomalous=label > 4",
            "--output=" + page);
    assertThat(reported.err())
        .contains(
            scores
                + " has no column `prediction`, so that there is no count of those above the threshold.\n")
        .endsWith("Wrote " + page + "\n");
    assertThat(page).content().contains("\"rows\":60,\"scored\":58,");

    Ran trained =
        Ran.of(
            () ->
                Train.run(
                    "--input=" + table,
                    "--mode=PERMISSIVE",
                    "--threshold-input=" + table,
                    "--threshold-anomalous=label > 4",
                    "--hidden=4",
                    "--latent=1",
                    "--epochs=1",
                    "--workers=1",
                    "--output=" + folder.resolve("trained")));
    assertThat(trained.err())
        .containsPattern(
            "best F1 on the labelled images, 0\\.[0-9]{4}: 2 rows without a score left out\n");
  }

  @Test
  void aReportOfIdsOfAnyType() throws IOException {
    FittedAutoencoder<?> model = FittedAutoencoder.load(autoencoder.toString());
    model.setIdCol("part.id");
    model.setImageCol("the image");
    model.setAnomalyScoreCol("score.v2");
    model.setPredictionCol("");
    Map<String, String> ids =
        Map.of("index", "59", "CAST(CAST(index AS STRING) AS BINARY)", "3539");
    for (Map.Entry<String, String> id : ids.entrySet()) {
      Dataset<Row> images =
          images()
              .selectExpr(
                  id.getKey() + " AS `part.id`", "image AS `the image`", "label AS `label.v1`");
      ScoreTable table =
          new ScoreTable(
              model.transform(images),
              "part.id",
              "score.v2",
              Optional.empty(),
              Optional.of("label.v1"),
              Optional.of(functions.expr("`label.v1` > 4")));
      String page = new HtmlReport(model, "model").withScores(table, Optional.of(images)).html();
      Matcher data = Pattern.compile("id=\"data\">(.*?)</script>").matcher(page);
      assertThat(data.find()).isTrue();
      JsonNode json = new ObjectMapper().readTree(data.group(1));
      assertThat(json.at("/pictures/highest")).hasSize(8);
      assertThat(json.at("/pictures/lowest")).hasSize(8);
      assertThat(json.at("/latents/points")).hasSize(60);
      List<String> shown = new ArrayList<>();
      json.at("/latents/points").forEach(point -> shown.add(point.get(5).asText()));
      assertThat(shown).contains(id.getValue()).doesNotHaveDuplicates();
    }
  }
}
