package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.ml.AutoencoderModel;
import ai.narrows.ml.FittedAutoencoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** The HTML report: what it says, held against the tables it is made of. */
final class ReportIT extends TrainedModels {
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>");

  private static JsonNode data(Path page) throws IOException {
    Matcher data = DATA.matcher(Files.readString(page));
    assertThat(data.find()).isTrue();
    return new ObjectMapper().readTree(data.group(1));
  }

  private static List<String> ids(JsonNode pictures) {
    List<String> ids = new ArrayList<>();
    pictures.forEach(picture -> ids.add(picture.path("id").asText()));
    return ids;
  }

  private static List<String> ids(Dataset<Row> rows) {
    return rows.limit(8).collectAsList().stream().map(row -> row.<String>getAs("id")).toList();
  }

  private static long sum(JsonNode counts) {
    long sum = 0;
    for (JsonNode count : counts) {
      sum += count.asLong();
    }
    return sum;
  }

  @Test
  void ofScoresWithTheTruth() throws IOException {
    Path scores = folder.resolve("scores");
    assertThat(score("--model-dir", autoencoder, "--input", IMAGES, "--output", scores).exitCode())
        .isZero();
    Path page = folder.resolve("out.html");
    Ran ran =
        report(
            "--model-dir",
            autoencoder,
            "--scores",
            scores,
            "--input",
            IMAGES,
            "--anomalous",
            "label <> 1",
            "--output",
            page);
    assertThat(ran.err()).endsWith("Wrote " + page + "\n");
    assertThat(ran.exitCode()).isZero();
    JsonNode data = data(page);

    assertThat(data.at("/name").asText()).isEqualTo("autoencoder");
    assertThat(data.at("/training/rows").asLong()).isEqualTo(270);
    assertThat(data.at("/falsePositiveRate/images").asLong()).isEqualTo(30);
    assertThat(data.at("/training/epochs")).hasSize(2);
    assertThat(data.has("prior")).isFalse();
    assertThat(data.at("/commands").asText())
        .startsWith("jobs/train --model autoencoder")
        .contains("--hidden 16", "--latent 2", "--epochs 2", "--workers 2")
        .doesNotContain("--batch-size")
        .contains("\n  --input " + IMAGES + " --where 'index < 300'");
    assertThat(data.at("/provenance/threshold").asText())
        .startsWith("contamination, 30 calibration images, false positive rate 0.00084 to 0.12");

    Dataset<Row> table = spark.read().parquet(scores.toString());
    JsonNode shown = data.path("scores");
    assertThat(shown.path("scored").asLong()).isEqualTo(10_000);
    assertThat(shown.path("predicted").asLong()).isEqualTo(table.where("prediction = 1").count());
    assertThat(sum(shown.at("/histogram/others"))).isEqualTo(1000);
    assertThat(sum(shown.at("/histogram/anomalous"))).isEqualTo(9000);
    double from = shown.at("/histogram/from").asDouble();
    double firstEnd = from + shown.at("/histogram/width").asDouble();
    assertThat(from).isEqualTo(shown.path("least").asDouble());
    assertThat(
            shown.at("/histogram/others/0").asLong() + shown.at("/histogram/anomalous/0").asLong())
        .isEqualTo(table.where("anomalyScore < " + firstEnd).count());

    Ran evaluated =
        Ran.of(
            () ->
                Evaluate.run(
                    "--scores",
                    scores.toString(),
                    "--anomalous",
                    "label <> 1",
                    "--bootstrap",
                    "0"));
    JsonNode metrics = new ObjectMapper().readTree(evaluated.out());
    for (String metric :
        List.of("auroc", "averagePrecision", "precision", "recall", "f1", "bestF1")) {
      assertThat(shown.path("quality").path(metric)).as(metric).isEqualTo(metrics.path(metric));
    }
    assertThat(area(shown.at("/quality/curve")))
        .isCloseTo(metrics.path("auroc").asDouble(), within(1e-3));

    table.createOrReplaceTempView("scores");
    JsonNode pictures = data.path("pictures");
    assertThat(ids(pictures.path("highest")))
        .isEqualTo(ids(spark.sql("SELECT id FROM scores ORDER BY anomalyScore DESC, id")));
    assertThat(ids(pictures.path("lowest")))
        .isEqualTo(ids(spark.sql("SELECT id FROM scores ORDER BY anomalyScore, id")));
    double threshold = shown.path("threshold").asDouble();
    assertThat(ids(pictures.path("borderline")))
        .isEqualTo(
            ids(
                spark.sql(
                    String.format(
                        Locale.ROOT,
                        "SELECT id FROM scores ORDER BY abs(anomalyScore - %s), id",
                        threshold))));
    assertShows(pictures.at("/highest/0"));
    assertThat(pictures.path("pixelThreshold").asDouble())
        .isEqualTo(FittedAutoencoder.load(autoencoder.toString()).getPixelThreshold());
    assertThat(pictures.at("/highest/0/predicted").isBoolean()).isTrue();
    assertThat(pictures.at("/highest/0/predicted").asBoolean())
        .isEqualTo(pictures.at("/highest/0/score").asDouble() > threshold);
    assertThat(pictures.at("/lowest/0/predicted").asBoolean()).isFalse();

    assertThat(data.at("/latents/points")).hasSize(1500);
    assertThat(data.at("/latents/x").asText()).isEqualTo("latent 0");
    assertThat(data.at("/latents").has("kl")).isFalse();
    assertThat(Files.size(page)).isLessThan(1_000_000);
  }

  /** Trapezoids under the points of the ROC curve. */
  private static double area(JsonNode curve) {
    double area = 0;
    double x = 0;
    double y = 0;
    for (JsonNode point : curve) {
      area += (point.get(2).asDouble() - x) * (point.get(1).asDouble() + y) / 2;
      x = point.get(2).asDouble();
      y = point.get(1).asDouble();
    }
    return area;
  }

  /** The picture is that of its row. */
  private static void assertShows(JsonNode picture) throws IOException {
    String uri = picture.path("image").asText();
    byte[] png = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
    byte[] image =
        spark
            .read()
            .format("idx")
            .load(IMAGES)
            .where("id = '" + picture.path("id").asText() + "'")
            .first()
            .<Row>getAs("image")
            .getAs("data");
    BufferedImage shown = ImageIO.read(new ByteArrayInputStream(png));
    int factor = shown.getWidth() / 28; // enlarged where regions are outlined, at edges of pixels
    for (int i = 0; i < image.length; i++) {
      int x = i % 28 * factor + factor / 2;
      int y = i / 28 * factor + factor / 2;
      assertThat(shown.getRaster().getSample(x, y, 0)).isEqualTo(image[i] & 0xff);
    }
    for (String key : List.of("reconstruction", "heat")) {
      assertThat(picture.path(key).asText()).startsWith("data:image/png;base64,");
    }
  }

  @Test
  void withoutScoresItScores() throws IOException {
    Path page = folder.resolve("out.html");
    Ran ran =
        report(
            "--model-dir",
            vae,
            "--input",
            IMAGES,
            "--where",
            "index < 200",
            "--anomalous",
            "label = 3",
            "--output",
            page);
    assertThat(ran.err()).endsWith("Wrote " + page + "\n");
    JsonNode data = data(page);
    assertThat(data.at("/scores/scored").asLong()).isEqualTo(200);
    assertThat(data.at("/latents/points")).hasSize(200);
    assertThat(data.at("/latents/x").asText()).startsWith("principal axis 1 (");
    assertThat(data.at("/latents/kl")).hasSize(3);
    assertThat(data.at("/training/epochs/0/validationLoss").isNumber()).isTrue();
    assertThat(data.at("/prior/plane")).hasSize(2);
    for (String picture : List.of("generated", "walk")) {
      assertThat(data.path("prior").path(picture).asText()).startsWith("data:image/png;base64,");
    }
  }

  @Test
  void ofAModelAlone() throws IOException {
    Path page = folder.resolve("out.html");
    assertThat(report("--model-dir", vae, "--output", page).exitCode()).isZero();
    JsonNode data = data(page);
    assertThat(data.has("scores")).isFalse();
    assertThat(data.has("pictures")).isFalse();
    assertThat(data.has("prior")).isTrue();

    Ran again = report("--model-dir", vae, "--output", page);
    assertThat(again.err()).contains("exists already: choose another or pass --overwrite");
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(report("--model-dir", vae, "--output", page, "--overwrite").exitCode()).isZero();
  }

  @Test
  void withTraining() throws IOException {
    Path page = folder.resolve("page.html");
    Ran ran =
        train(
            "--where",
            "index < 100",
            "--hidden",
            "8",
            "--latent",
            "1",
            "--epochs",
            "1",
            "--workers",
            "1",
            "--output",
            folder.resolve("model"),
            "--report",
            page);
    assertThat(ran.err()).contains("Saved the autoencoder").endsWith("Wrote " + page + "\n");
    JsonNode data = data(page);
    assertThat(data.at("/name").asText()).isEqualTo("model");
    assertThat(data.at("/scores/scored").asLong()).isEqualTo(100);
    assertThat(data.at("/latents/y").asText()).isEqualTo("score");
  }

  @Test
  void theCommandReadsTheImagesAsTheTrainingDid() throws IOException {
    Path table = folder.resolve("table");
    spark
        .read()
        .format("idx")
        .load(IMAGES)
        .where("index < 20")
        .selectExpr("named_struct('pixels', image) AS photo", "id AS name", "label AS kind")
        .write()
        .parquet(table.toString());
    Path model = folder.resolve("model");
    Path page = folder.resolve("page.html");
    Ran ran =
        Ran.of(
            () ->
                Train.run(
                    Scripts.words(
                        List.of("--input", table, "--input-option", "mergeSchema=true"),
                        List.of("--image-col=photo.pixels", "--id-col=name", "--label-col=kind"),
                        List.of("--mode=PERMISSIVE", "--hidden=4", "--latent=2", "--epochs=1"),
                        List.of("--workers=1", "--output", model, "--report", page))));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    String command = data(page).at("/commands").asText();
    assertThat(command)
        .contains(
            String.join(
                " \\\n  ",
                "--input " + table,
                "--input-option mergeSchema=true",
                "--image-col photo.pixels",
                "--id-col name",
                "--label-col kind",
                "--mode PERMISSIVE",
                "--output " + model));

    List<String> words = new ArrayList<>(List.of(command.replace("\\", "").split("\\s+", -1)));
    words.remove(0);
    Path again = folder.resolve("again");
    words.set(words.size() - 1, again.toString());
    Ran repeated = Ran.of(() -> Train.run(words.toArray(String[]::new)));
    assertThat(repeated.exitCode()).as(repeated.err()).isZero();
    AutoencoderModel expected = AutoencoderModel.load(model.toString());
    AutoencoderModel same = AutoencoderModel.load(again.toString());
    assertThat(same.parameters()).isEqualTo(expected.parameters());
    assertThat(same.summary().provenance()).isEqualTo(expected.summary().provenance());
  }

  @Test
  void theReportIsNotPartOfTheModel() throws IOException {
    Path model = folder.resolve("out");
    assertRefused(
        train("--output", model, "--report", model.resolve("report.html")),
        String.format(Locale.ROOT, "--report %s lies in the output", model.resolve("report.html")));
  }

  @Test
  void wrongUsage() throws IOException {
    Path page = folder.resolve("out.html");
    assertRefused(
        report("--model-dir", vae, "--anomalous", "label = 1", "--output", page),
        "--anomalous has no effect without --scores or --input");
    assertRefused(
        report("--model-dir", vae, "--where", "label = 1", "--output", page),
        "--where has no effect without --input");
    assertRefused(
        report("--model-dir", vae, "--input", IMAGES, "--anomalous", "labl = 1", "--output", page),
        "--anomalous \"labl = 1\": A column");
    assertRefused(
        report("--model-dir", vae, "--input", IMAGES, "--class-col", "kind", "--output", page),
        "the table of scores has no column `kind` (--class-col); it has ");
  }
}
