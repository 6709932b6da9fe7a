package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.Photos;
import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the jobs make of photographs that are cut into patches. */
final class PatchJobsIT extends SparkFixture {
  private static final double SAME_BUT_ROUNDED = 1e-4;

  @TempDir Path folder;

  private static void assertDone(Ran ran, String... words) {
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err()).contains(words);
  }

  @Test
  void fromPhotographsToScoresAndPictures() throws IOException {
    Path photos = folder.resolve("photos");
    Path good = photos.resolve("good");
    Photos.slopes(good, 10);
    BufferedImage wide = new BufferedImage(50, 20, BufferedImage.TYPE_BYTE_GRAY);
    ImageIO.write(wide, "png", good.resolve("wide.png").toFile());
    Photos.boards(photos.resolve("bad"), 2);
    Path model = folder.resolve("model");
    assertDone(
        Ran.of(
            () ->
                Train.run(
                    "--input=" + good,
                    "--patch=16",
                    "--patch-stride=8",
                    "--hidden=16",
                    "--latent=4",
                    "--epochs=2",
                    "--workers=2",
                    "--report=" + folder.resolve("report.html"),
                    "--output=" + model)),
        "Training on 102 patches with 2 workers", // 10 of 3 x 3, and one of 2 x 6
        " patches/s ",
        "for patches of 16x16x1");
    assertThat(Files.readString(folder.resolve("report.html"))).contains("\"rows\":\"patches\"");

    Path scores = folder.resolve("scores");
    Path maps = folder.resolve("maps");
    assertDone(
        Ran.of(
            () ->
                Score.run(
                    "--model-dir=" + model,
                    "--input=" + photos,
                    "--error-map-col=map",
                    "--error-maps=" + maps,
                    "--top=13",
                    "--output=" + scores)),
        "Scored 13 images");
    Dataset<Row> scored = spark.read().parquet(scores.toString()).orderBy("id");
    assertThat(scored.where("id LIKE 'bad/%' AND prediction = 1").count()).isEqualTo(2);
    Row map = scored.where("id LIKE '%wide.png'").select("map").first().getStruct(0);
    assertThat(map.getInt(ImageRows.schema().fieldIndex("height"))).isEqualTo(20);
    assertThat(map.getInt(ImageRows.schema().fieldIndex("width"))).isEqualTo(50);
    assertThat(Files.readAllLines(maps.resolve("index.csv"))).hasSize(14);
    assertThat(ImageIO.read(maps.resolve("0013.png").toFile()).getWidth()).isGreaterThan(420);

    Path median = folder.resolve("median");
    assertDone(
        Ran.of(
            () ->
                Score.run(
                    "--model-dir=" + model,
                    "--input=" + photos,
                    "--patch-quantile=0.5",
                    "--threshold=0.05",
                    "--output=" + median)),
        "Scored 13 images");
    List<Row> lower =
        spark
            .read()
            .parquet(median.toString())
            .selectExpr("id", "anomalyScore AS half")
            .join(scored, "id")
            .where("half <= anomalyScore * (1 + " + SAME_BUT_ROUNDED + ")")
            .collectAsList();
    assertThat(lower).hasSize(13);
    Ran refused =
        Ran.of(
            () ->
                Score.run(
                    "--model-dir=" + model,
                    "--input=" + photos,
                    "--patch-quantile=0.5",
                    "--output=" + folder.resolve("none")));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains("for --patch-quantile 0.5 set --threshold, or an empty --prediction-col");

    assertDone(
        Ran.of(
            () ->
                Embed.run(
                    "--model-dir=" + model,
                    "--input=" + photos,
                    "--output=" + folder.resolve("embeddings"))),
        "Embedded 13 images in 4 dimensions");
    assertDone(
        Ran.of(
            () ->
                Generate.run(
                    "--model-dir=" + model,
                    "--latents=" + folder.resolve("embeddings"),
                    "--output=" + folder.resolve("generated"))),
        "patches of 16x16x1");
  }

  @Test
  void whatCannotBeIsOneSentence() {
    Ran ran =
        Ran.of(() -> Train.run("--input=photos", "--patch=4", "--patch-stride=5", "--output=out"));
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("--patch-stride must be at most ");
  }
}
