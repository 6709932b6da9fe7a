package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderModel;
import ai.narrows.ml.VariationalAutoencoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The way from images to a model, scores and embeddings, on the sample in data/. */
final class ModelJobsIT extends TrainedModels {
  @Test
  void scores() {
    Path out = folder.resolve("out");
    Ran ran =
        score(
            "--model-dir",
            autoencoder,
            "--input",
            IMAGES,
            "--where",
            "index < 100",
            "--output",
            out);
    assertThat(ran.err()).contains("Scored 100 images, ").contains(" above the threshold ");
    assertThat(ran.exitCode()).isZero();
    Dataset<Row> scores = spark.read().parquet(out.toString());
    assertThat(scores.columns())
        .containsExactly(
            "id", "label", "reconstructionError", "anomalyScore", "prediction", "index");
    assertThat(scores.count()).isEqualTo(100);
    assertThat(scores.where("anomalyScore > 0 AND anomalyScore = reconstructionError").count())
        .isEqualTo(100);
  }

  @Test
  void checkpointsDoNotLieInTheOutput() throws IOException {
    Path out = folder.resolve("new");
    Path earlier = Files.createDirectories(folder.resolve("earlier"));
    Path checkpoint = Files.createDirectories(earlier.resolve("checkpoints/epoch-00001"));
    for (Path output : List.of(out, earlier)) {
      for (Path checkpoints : List.of(output, output.resolve("checkpoints"))) {
        Ran ran = train("--output", output, "--overwrite", "--checkpoint", checkpoints);
        assertRefused(
            ran,
            String.format(
                Locale.ROOT,
                "--checkpoint %s lies in the output file:%s, which is replaced as a whole at the end: choose a directory beside it",
                checkpoints,
                output));
      }
    }
    assertThat(checkpoint).exists();
    assertThat(out).doesNotExist();
  }

  @Test
  void divergenceFailsAndSaysWhatToLower() {
    Path out = folder.resolve("diverged");
    Ran ran = train("--output", out, "--step-size", 1e6, "--checkpoint", folder.resolve("none"));
    assertThat(ran.err())
        .containsPattern("jobs/train: training diverged in epoch 1, round [0-9]: the loss is ")
        .contains("; lower --step-size (now 1000000.0 x 1.41) or set --gradient-clip-norm");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(out).doesNotExist();
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void theModelIsNotReplacedByWhatItGives() throws IOException {
    for (Ran ran :
        List.of(
            score("--model-dir", vae, "--input", IMAGES, "--output", vae, "--overwrite"),
            embed("--model-dir", vae, "--input", IMAGES, "--output", vae, "--overwrite"))) {
      assertRefused(
          ran,
          String.format(
              Locale.ROOT,
              "the output %s cannot be overwritten: the input %s lies in it",
              vae,
              vae));
    }
    assertThat(vae.resolve("metadata/_SUCCESS")).exists();
  }

  @Test
  void columnsAreCalledAsAsked() {
    Path out = folder.resolve("out");
    Ran ran =
        score(
            "--model-dir",
            autoencoder,
            "--input",
            IMAGES,
            "--where",
            "index < 50",
            "--anomaly-score-col",
            "oddness",
            "--prediction-col",
            "",
            "--latent-col",
            "code",
            "--reconstruction-col",
            "rebuilt",
            "--output",
            out);
    assertThat(ran.err()).contains("Scored 50 images: ").doesNotContain("threshold");
    assertThat(ran.exitCode()).isZero();
    Dataset<Row> scores = spark.read().parquet(out.toString());
    assertThat(scores.columns())
        .containsExactly(
            "id", "label", "reconstructionError", "oddness", "index", "code", "rebuilt");
    assertThat(scores.where("rebuilt.height = 28 AND length(rebuilt.data) = 784").count())
        .isEqualTo(50);

    Path embedded = folder.resolve("embedded");
    embed(
        "--model-dir",
        vae,
        "--input",
        IMAGES,
        "--where",
        "index < 50",
        "--latent-col",
        "code",
        "--output",
        embedded);
    assertThat(spark.read().parquet(embedded.toString()).columns())
        .containsExactly("id", "label", "code");
  }

  /** Every param of estimators and models is an option of some job, with the param's default. */
  @Test
  void everyParamIsAnOption() {
    Set<String> options = new TreeSet<>();
    for (Job job : List.of(new Train(), new Score(), new Embed())) {
      CommandLine command = new CommandLine(job);
      job.addOptions(command.getCommandSpec());
      options.addAll(command.getCommandSpec().optionsMap().keySet());
    }
    AutoencoderModel model = AutoencoderModel.load(autoencoder.toString());
    for (Params params : List.of(new Autoencoder(), new VariationalAutoencoder(), model)) {
      assertThat(options)
          .containsAll(
              Arrays.stream(params.params())
                  .filter(param -> !param.name().equals("thresholdMethod")) // told, not chosen
                  .map(param -> ParamOptions.optionOf(param.name()))
                  .toList());
    }
    assertThat(new Autoencoder().getImageCol()).isEqualTo(InputOptions.IMAGE);
    assertThat(new Autoencoder().getIdCol()).isEqualTo(InputOptions.ID);
    assertThat(Ran.of(() -> Score.run("--help")).out())
        .contains("(default: anomalyScore)")
        .contains("Output column: the rebuilt image as an image struct; empty for none.");
  }

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
        "jobs/score: --input-encoding must be encoded or raw, but is 'gzip'\n");
    assertRefused(
        train("--input-encoding", "gzip", "--output", out),
        "jobs/train: --input-encoding must be encoded or raw, but is 'gzip'\n");
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

  @Test
  void scoresAgainstAnotherThreshold() {
    Path out = folder.resolve("out");
    Ran ran =
        score(
            "--model-dir",
            vae,
            "--input",
            IMAGES,
            "--where",
            "index < 50",
            "--threshold",
            "0",
            "--output-format",
            "csv",
            "--output",
            out);
    assertThat(ran.err()).contains("Scored 50 images, 50 of them above the threshold 0.00000");
    assertThat(
            spark
                .read()
                .option("header", true)
                .csv(out.toString())
                .where("prediction = '1.0'")
                .count())
        .isEqualTo(50);
  }

  @Test
  void embeds() {
    Path out = folder.resolve("out");
    Ran ran =
        embed(
            "--model-dir",
            vae,
            "--input",
            IMAGES,
            "--where",
            "index < 100",
            "--with-variance",
            "--output",
            out);
    assertThat(ran.err()).contains("Embedded 100 images in 3 dimensions");
    Dataset<Row> embeddings = spark.read().parquet(out.toString());
    assertThat(embeddings.columns()).containsExactly("id", "label", "latent", "latentVariance");
    assertThat(embeddings.schema().apply("latent").dataType().sameType(floats())).isTrue();
    assertThat(embeddings.where("size(latent) = 3 AND size(latentVariance) = 3").count())
        .isEqualTo(100);
    assertThat(embeddings.where("array_min(latentVariance) <= 0").isEmpty()).isTrue();
  }

  private static org.apache.spark.sql.types.DataType floats() {
    return DataTypes.createArrayType(DataTypes.FloatType);
  }

  @Test
  void goesOnFromAModel() {
    Ran ran =
        train(
            "--where",
            "index < 300",
            "--hidden",
            "16",
            "--latent",
            "2",
            "--epochs",
            "1",
            "--init-model",
            autoencoder,
            "--output",
            folder.resolve("out"));
    assertThat(ran.err()).contains("Saved the autoencoder 784-16-2-16-784");
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void wrongOptions() throws IOException {
    Path out = folder.resolve("out");
    assertRefused(
        train("--latent", "0", "--output", out),
        "jobs/train: --latent must be at least 1, but is 0\n");
    assertRefused(
        train("--epochs", "many", "--output", out),
        "jobs/train: --epochs must be a whole number, but is 'many'\n");
    assertRefused(
        train("--hidden", "128;64", "--output", out),
        "jobs/train: --hidden must be whole numbers with commas between them, but is '128;64'\n");
    assertRefused(
        train("--step-size", "fast", "--output", out),
        "jobs/train: --step-size must be a number, but is 'fast'\n");
    assertRefused(
        train("--model", "gan", "--output", out),
        "jobs/train: --model must be autoencoder or vae, but is 'gan'\n");
    assertRefused(
        train("--beta", "4", "--output", out),
        "jobs/train: --beta weighs a term that only a VAE has: it needs --model vae\n");
    assertRefused(
        train("--solver", "newton", "--output", out),
        "jobs/train: --solver must be one of adam, momentum, sgd, but is 'newton'\n");
    assertRefused(
        score("--model-dir", vae, "--input", IMAGES, "--output-format", "xls", "--output", out),
        "jobs/score: --output-format must be parquet, orc, csv, json, table or a data source that Spark has, but is"
            + " 'xls': what a package brings needs --packages GROUP:ARTIFACT:VERSION before a lone --\n");
    assertRefused(
        score("--model-dir", vae, "--input", IMAGES, "--input-format", "xls", "--output", out),
        "jobs/score: --input-format must be table or a data source that Spark has, but is 'xls': what a package"
            + " brings needs --packages GROUP:ARTIFACT:VERSION before a lone --\n");
    assertRefused(
        score("--model-dir", vae, "--input", IMAGES, "--output-format", "idx", "--output", out),
        "jobs/score: --output-format must be one that can be written, but 'idx' is only read\n");
    assertRefused(
        report("--model-dir", vae, "--scores-format", "table", "--output", out),
        "jobs/report: --scores-format has no effect without --scores\n");
    assertRefused(
        report("--model-dir", vae, "--scores=x", "--scores-format", "orc", "--output", out),
        "jobs/report: --scores-format must be table or left out, but is 'orc'\n");
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
  void theWrongModel() throws IOException {
    Path out = folder.resolve("out");
    assertRefused(
        score("--model-dir", folder, "--input", IMAGES, "--output", out),
        "jobs/score: " + folder + " is not a Narrows model: it has no folder metadata\n");
    assertRefused(
        embed("--model-dir", autoencoder, "--input", IMAGES, "--with-variance", "--output", out),
        "jobs/embed: --with-variance needs a variational autoencoder, but the model in "
            + autoencoder
            + " is an autoencoder\n");
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

  @Test
  void helpShowsTheParams() {
    Ran ran = Ran.of(() -> Train.run("--help"));
    assertThat(ran.out())
        .contains("--hidden=N,N,...")
        .contains("(default: 128,64,12; vae: 400)")
        .contains("--step-size=X")
        .contains("adam, momentum or sgd (default: adam).")
        .doesNotContain("-col-")
        .doesNotContain("latent-col");
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void theConfigurationsOfReferenceAreValid() throws IOException {
    for (String name : List.of("autoencoder", "vae")) {
      assertRefused(
          train(
              "--config",
              "conf/" + name + ".properties",
              "--where",
              "index < 0",
              "--output",
              folder.resolve("out")),
          "satisfies --where \"index < 0\"");
    }
  }
}
