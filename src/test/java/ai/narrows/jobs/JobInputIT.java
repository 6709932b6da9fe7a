package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.ml.AutoencoderModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Images of several kinds, and such as cannot be read, on their way through the jobs. */
final class JobInputIT extends TrainedModels {
  @Test
  void scoresTablesAndBinaryColumns() throws IOException {
    Path idx = folder.resolve("idx");
    score("--model-dir", autoencoder, "--input", IMAGES, "--where", "index < 20", "--output", idx);
    List<Row> expected = scoresOf(idx);
    assertThat(expected).hasSize(20);

    Dataset<Row> images =
        spark.read().format("idx").load(IMAGES).where("index < 20").selectExpr("id", "image");
    Path raw = folder.resolve("raw");
    images.selectExpr("id", "image.data AS image").write().parquet(raw.toString());
    images.createOrReplaceTempView("clothes");
    Path files = Files.createDirectory(folder.resolve("files"));
    for (Row row : images.selectExpr("id", "image.data").collectAsList()) {
      ImageIO.write(
          ImageRows.toBufferedImage(new ImageShape(28, 28, 1), row.<byte[]>getAs(1), 0),
          "png",
          files.resolve(row.getString(0)).toFile());
    }

    Object[][] inputs = {
      {"--input", "clothes", "--input-format", "table"},
      {"--input", raw, "--input-encoding", "raw"},
      {
        "--input",
        files,
        "--input-format",
        "binaryFile",
        "--image-col",
        "content",
        "--id-col",
        "path"
      }
    };
    for (int i = 0; i < inputs.length; i++) {
      Path out = folder.resolve("scores" + i);
      List<Object> args = new ArrayList<>(List.of("--model-dir", autoencoder, "--output", out));
      args.addAll(List.of(inputs[i]));
      Ran ran = score(args.toArray());
      assertThat(ran.err()).contains("Scored 20 images");
      List<Row> scores = scoresOf(out);
      for (int j = 0; j < 20; j++) {
        assertThat(scores.get(j).getString(0)).isEqualTo(expected.get(j).getString(0));
        assertThat(scores.get(j).getDouble(1))
            .isCloseTo(expected.get(j).getDouble(1), within(1e-5));
      }
    }
    spark.catalog().dropTempView("clothes");

    Path out = folder.resolve("out");
    assertRefused(
        score(
            "--model-dir",
            vae,
            "--input",
            "no.clothes",
            "--input-format",
            "table",
            "--output",
            out),
        "jobs/score: there is no table or view no.clothes\n");
    assertRefused(
        score("--model-dir", vae, "--input", "a", "b", "--input-format", "table", "--output", out),
        "jobs/score: --input must name one table of a catalog, but names a, b\n");
    assertRefused(
        score("--model-dir", vae, "--input", raw, "--input-encoding", "gzip", "--output", out),
        "jobs/score: --input-encoding must be one of encoded, raw, but is 'gzip'\n");
    assertRefused(
        train("--input-encoding", "gzip", "--output", out),
        "jobs/train: --input-encoding must be one of encoded, raw, but is 'gzip'\n");
    assertRefused(
        score("--model-dir", vae, "--input", raw, "--output", out),
        " is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image\n");
    // A source that reads no files is asked, not the file system.
    assertRefused(
        score("--model-dir", vae, "--input", "clothes", "--input-format", "jdbc", "--output", out),
        "Option 'url' is required");
  }

  /** Eight images of a damaged folder, three of which are none. */
  private Path damagedFolder() throws IOException {
    Path photos = Files.createDirectory(folder.resolve("photos"));
    for (Row row :
        spark
            .read()
            .format("idx")
            .load(IMAGES)
            .where("index < 5")
            .selectExpr("index", "image.data")
            .collectAsList()) {
      ImageIO.write(
          ImageRows.toBufferedImage(new ImageShape(28, 28, 1), row.<byte[]>getAs(1), 0),
          "png",
          photos.resolve(row.get(0) + ".png").toFile());
    }
    Files.writeString(photos.resolve("0-text.png"), "no picture");
    Files.write(photos.resolve("9-empty.png"), new byte[0]);
    Files.write(
        photos.resolve("9-cut.png"),
        Arrays.copyOf(Files.readAllBytes(photos.resolve("3.png")), 200));
    return photos;
  }

  @Test
  void imagesThatCannotBeRead() throws IOException {
    Path photos = damagedFolder();
    Path out = folder.resolve("out");
    String text =
        String.format(
            Locale.ROOT,
            "file:%s/0-text.png is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image",
            photos);
    Object[] toScores = {"--model-dir", vae, "--input", photos, "--output", out};
    assertRefused(score(toScores), "jobs/score: " + text + "\n");
    assertRefused(
        Ran.of(() -> Train.run("--input", photos.toString(), "--output", out.toString())),
        "jobs/train: " + text + "\n");

    Ran dropped = score(with(toScores, "--mode", "dropmalformed"));
    assertThat(dropped.err())
        .contains("Scored 5 images (8 read, 3 unreadable left out, 5 written), ");
    assertThat(spark.read().parquet(out.toString()).columns())
        .containsExactly("id", "reconstructionError", "anomalyScore", "prediction");
    assertThat(spark.read().parquet(out.toString()).count()).isEqualTo(5);

    Ran kept = score(with(toScores, "--mode", "PERMISSIVE", "--overwrite"));
    assertThat(kept.err())
        .contains("Scored 5 images (8 read, 3 unreadable kept without, 8 written), ");
    Dataset<Row> scores = spark.read().parquet(out.toString());
    assertThat(scores.columns())
        .containsExactly(
            "id", "reconstructionError", "anomalyScore", "prediction", "corruptReason");
    assertThat(scores.where("anomalyScore IS NULL AND corruptReason IS NOT NULL").count())
        .isEqualTo(3);
    assertThat(scores.where("id = '0-text.png'").first().<String>getAs("corruptReason"))
        .isEqualTo(text);
    assertThat(scores.where("anomalyScore > 0 AND corruptReason IS NULL").count()).isEqualTo(5);
    Ran evaluated =
        Ran.of(() -> Evaluate.run("--scores", out.toString(), "--anomalous", "id > '3'"));
    assertThat(evaluated.out()).contains("\"rows\": 5,");

    Path embedded = folder.resolve("embedded");
    Object[] toEmbeddings = {"--model-dir", vae, "--input", photos, "--output", embedded};
    assertThat(embed(with(toEmbeddings, "--mode", "PERMISSIVE")).err())
        .contains("Embedded 5 images (8 read, 3 unreadable kept without, 8 written) in 3 dim");
    Dataset<Row> embeddings = spark.read().parquet(embedded.toString());
    assertThat(embeddings.columns()).containsExactly("id", "corruptReason", "latent");
    assertThat(embeddings.where("latent IS NULL AND corruptReason IS NOT NULL").count())
        .isEqualTo(3);
  }

  @Test
  void trainingLeavesOutWhatCannotBeRead() throws IOException {
    Path photos = damagedFolder();
    Files.writeString(photos.resolve("notes.xmp"), "{}");
    Path tables = folder.resolve("tables");
    spark
        .read()
        .format("binaryFile")
        .option("pathGlobFilter", "*.[!x]*")
        .load(photos.toString())
        .selectExpr("path AS id", "content AS image")
        .write()
        .parquet(tables.toString());
    for (Path input : List.of(photos, tables)) { // by their source, and by their content
      int unreadable = input == photos ? 3 : 2; // Spark's binaryFile has no empty files
      for (String mode : List.of("DROPMALFORMED", "PERMISSIVE")) {
        Path out = folder.resolve("model-" + input.getFileName() + mode);
        Ran ran =
            Ran.of(
                () ->
                    Train.run(
                        "--input=" + input,
                        "--mode=" + mode,
                        "--hidden=8",
                        "--latent=2",
                        "--epochs=1",
                        "--workers=1",
                        "--validation-fraction=0.2",
                        "--output=" + out));
        assertThat(ran.err())
            .contains(
                String.format(
                    Locale.ROOT,
                    "Training on 4 images (1 for validation; %d unreadable left out) with 1 worker",
                    unreadable));
        AutoencoderModel model = AutoencoderModel.load(out.toString());
        assertThat(model.summary().skippedRows()).isEqualTo(unreadable);
        if (input == photos) {
          assertThat(ran.err()).contains("Passed over in " + photos + ": 1 .xmp");
          assertThat(model.summary().passedOver()).hasToString("1 .xmp");
        }
      }
    }
    Path out = folder.resolve("out");
    assertRefused(
        score("--model-dir", vae, "--input", photos, "--output", out, "--mode", "lenient"),
        "Invalid value for option '--mode'");
    assertRefused(
        score(
            "--model-dir",
            vae,
            "--input",
            photos,
            "--input-option",
            "Mode=PERMISSIVE",
            "--output",
            out),
        "jobs/score: --input-option mode: give --mode instead, which the job has to know of\n");
  }

  private static Object[] with(Object[] args, Object... more) {
    List<Object> all = new ArrayList<>(Arrays.asList(args));
    all.addAll(Arrays.asList(more));
    return all.toArray();
  }

  /** Ids without folders, and scores, in the order of the ids. */
  private static List<Row> scoresOf(Path scores) {
    return spark
        .read()
        .parquet(scores.toString())
        .selectExpr("regexp_extract(id, '[^/]*$', 0) AS id", "anomalyScore")
        .orderBy("id")
        .collectAsList();
  }

  /** A header for n images of 28 x 28, and that many bytes behind it. */
  private Path idx(String name, int n, int bytes) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(16 + bytes);
    file.putInt(0x803).putInt(n).putInt(28).putInt(28);
    return Files.write(folder.resolve(name), file.array());
  }

  @Test
  void damagedIdxFiles() throws IOException {
    Path out = folder.resolve("out");
    Path cut = idx("cut-images-idx3-ubyte", 10, 10 * 784 - 1);
    assertRefused(
        Ran.of(() -> Train.run("--input", cut.toString(), "--output", out.toString())),
        "header promises 10 images of 28x28");
    Path promising = idx("promising-images-idx3-ubyte", 2_000_000_000, 784);
    assertRefused(
        score("--model-dir", autoencoder, "--input", promising, "--output", out),
        "header promises 2000000000 images of 28x28");
    byte[] whole = Files.readAllBytes(Path.of(IMAGES));
    Path half = folder.resolve("half-images-idx3-ubyte.gz");
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(
        embed("--model-dir", autoencoder, "--input", half, "--output", out), half.toString());
  }

  @Test
  void imagesOfAnotherShape() throws IOException {
    assertThat(
            generate("--model-dir", vae, "--count", 2, "--output", folder.resolve("pictures"))
                .exitCode())
        .isZero();
    // The sheet is larger than the single images beside it.
    Path out = folder.resolve("out");
    assertRefused(
        score(
            "--model-dir",
            autoencoder,
            "--input",
            folder.resolve("pictures").resolve("sheet.png"),
            "--output",
            out),
        "jobs/score: image '");
    assertRefused(
        Ran.of(
            () ->
                Train.run(
                    "--input", folder.resolve("pictures").toString(), "--output", out.toString())),
        "jobs/train: image '");
  }
}
