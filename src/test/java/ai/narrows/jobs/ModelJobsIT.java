package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderModel;
import ai.narrows.ml.VariationalAutoencoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
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
        .contains("Output column of the reconstruction, an image struct; empty omits it.");
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
  void helpShowsTheParams() {
    Ran ran = Ran.of(() -> Train.run("--help"));
    assertThat(ran.out())
        .contains("--hidden=N,N,...")
        .contains("(default: 128,64,12; vae: 400)")
        .contains("--step-size=X")
        .contains("Optimizer: adam, momentum (SGD with momentum) or sgd (default: adam).")
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
