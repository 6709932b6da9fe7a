package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.ml.summary.TrainingSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The estimators and models as their users meet them, on small grey pictures of bright and dark
 * halves.
 */
class AutoencoderIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(4, 5, 1);
  private static final int ROWS = 300;

  private Dataset<Row> images;
  private AutoencoderModel autoencoder;
  private VariationalAutoencoderModel vae;

  @BeforeAll
  void train() {
    images = Pictures.halves(spark, ROWS, SHAPE);
    autoencoder = small().fit(images);
    vae =
        new VariationalAutoencoder()
            .setHidden(8)
            .setLatentDim(2)
            .setEpochs(2)
            .setNumWorkers(2)
            .setBatchSize(16)
            .fit(images);
  }

  private static Autoencoder small() {
    return new Autoencoder()
        .setHidden(8, 4)
        .setLatentDim(2)
        .setEpochs(3)
        .setNumWorkers(2)
        .setBatchSize(16)
        .setCalibrationFraction(0)
        .setContamination(0.05);
  }

  @Test
  void transformAppendsItsColumnsToTheInputs() {
    Dataset<Row> scored = autoencoder.transform(images);
    assertThat(scored.columns())
        .containsExactly(
            "id", "label", "image", "reconstructionError", "anomalyScore", "prediction", "latent");
    List<Row> rows = scored.collectAsList();
    assertThat(rows).hasSize(ROWS);
    for (Row row : rows) {
      double error = row.getAs("reconstructionError");
      assertThat(error).isPositive().isEqualTo(row.<Double>getAs("anomalyScore"));
      assertThat(row.<Double>getAs("prediction"))
          .isEqualTo(error > autoencoder.getThreshold() ? 1.0 : 0.0);
      assertThat(row.<Vector>getAs("latent").size()).isEqualTo(2);
    }
  }

  /** The column is what the formula says, decoded from the latent column. */
  @Test
  void reconstructionErrorIsTheMeanSquaredErrorOfTheDecodedLatent() {
    for (Row row : vae.transform(images).limit(20).collectAsList()) {
      float[] rebuilt = vae.decode(row.getAs("latent"));
      byte[] pixels = row.<Row>getAs("image").getAs("data");
      double sum = 0;
      for (int j = 0; j < pixels.length; j++) {
        sum += Math.pow(rebuilt[j] - (pixels[j] & 255) / 255.0, 2);
      }
      assertThat(row.<Double>getAs("reconstructionError"))
          .isCloseTo(sum / pixels.length, within(1e-6));
    }
  }

  @Test
  void scoresDoNotDependOnOrderOrPartitions() {
    Dataset<Row> left = autoencoder.transform(images).select("id", "anomalyScore");
    Dataset<Row> right =
        autoencoder
            .transform(images.orderBy("label", "id").repartition(7))
            .select("id", "anomalyScore")
            .withColumnRenamed("anomalyScore", "other");
    assertThat(
            left.join(right, "id")
                .filter("abs(anomalyScore - other) > 1e-5 * anomalyScore")
                .count())
        .isZero();
  }

  @Test
  void transformIsLazyAndOnlyNamedColumnsAreMade() {
    Dataset<Row> broken = images.selectExpr("id", "image", "assert_true(false) as boom");
    autoencoder.transform(broken);
    AutoencoderModel embedder =
        autoencoder
            .copy(new ParamMap())
            .setReconstructionErrorCol("")
            .setAnomalyScoreCol("")
            .setPredictionCol("");
    assertThat(embedder.transform(images).columns())
        .containsExactly("id", "label", "image", "latent");
    assertThat(autoencoder.getPredictionCol()).isEqualTo("prediction");
    assertThat(
            vae.copy(new ParamMap())
                .setLatentVarianceCol("latentVariance")
                .transform(images)
                .columns())
        .endsWith("latent", "latentVariance");
    assertThatThrownBy(
            () -> autoencoder.copy(new ParamMap()).setLatentVarianceCol("v").transform(images))
        .hasMessage("latentVarianceCol must be empty: an autoencoder's latent has no variance");
  }

  @Test
  void contaminationIsExactOnTheTrainingRows() {
    assertThat(autoencoder.transform(images).filter("prediction = 1.0").count())
        .isEqualTo((long) (0.05 * ROWS));
  }

  @Test
  void summaryTellsHowItWasTrained() {
    TrainingSummary summary = autoencoder.summary();
    assertThat(summary.rows()).isEqualTo(ROWS);
    assertThat(summary.workers()).isEqualTo(2);
    assertThat(summary.averagingFrequency()).isEqualTo(10);
    assertThat(summary.outerMomentum()).isZero();
    assertThat(summary.history()).hasSize(3);
    assertThat(summary.history().get(2).loss()).isLessThan(summary.history().get(0).loss());
    assertThat(summary.params())
        .containsEntry("hidden", "[8,4]")
        .containsEntry("solver", "\"adam\"");
    assertThat(autoencoder.imageShape()).isEqualTo(SHAPE);
    assertThat(autoencoder.architecture()).hasToString("20-8-4-2-4-8-20");
  }

  @Test
  void savedAndLoadedTheSame(@TempDir Path folder) throws IOException {
    String path = folder.resolve("model").toString();
    vae.copy(new ParamMap())
        .setThreshold(0.25)
        .setPredictionCol("flag")
        .write()
        .overwrite()
        .save(path);
    VariationalAutoencoderModel loaded = VariationalAutoencoderModel.load(path);
    assertThat(loaded.parameters()).isEqualTo(vae.parameters());
    assertThat(loaded.summary()).isEqualTo(vae.summary());
    assertThat(loaded.imageShape()).isEqualTo(vae.imageShape());
    assertThat(loaded.getThreshold()).isEqualTo(0.25);
    assertThat(loaded.getPredictionCol()).isEqualTo("flag");
    assertThat(loaded.uid()).isEqualTo(vae.uid());
    assertThat(FittedAutoencoder.load(path)).isInstanceOf(VariationalAutoencoderModel.class);
    assertThat(loaded.clear(loaded.threshold()).getOrDefault(loaded.threshold()))
        .isEqualTo(vae.getThreshold());
    assertThatThrownBy(() -> AutoencoderModel.load(path))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the model in "
                + path
                + " is of class VariationalAutoencoderModel, not AutoencoderModel");
    assertThatThrownBy(() -> vae.save(path)).hasMessageContaining("already exists");
  }

  @Test
  void whatIsNoModelIsRefused(@TempDir Path folder) throws IOException {
    String path = folder.resolve("model").toString();
    autoencoder.save(path);
    assertThatThrownBy(() -> AutoencoderModel.load(folder.toString()))
        .isInstanceOf(InputException.class)
        .hasMessage(folder + " is not a Narrows model: it has no folder metadata");
    Path metadata = only(folder.resolve("model/metadata"));
    String text = Files.readString(metadata);
    write(metadata, text.replace("\"rows\":", "\"rows\":1"));
    assertThatThrownBy(() -> AutoencoderModel.load(path))
        .hasMessage("the model in " + path + " is damaged: its checksum does not match");
    write(metadata, text.replace("\"latentDim\":2", "\"latentDim\":3"));
    assertThatThrownBy(() -> AutoencoderModel.load(path))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is damaged: ");
    write(metadata, text.replace("\"formatVersion\":1", "\"formatVersion\":2"));
    assertThatThrownBy(() -> AutoencoderModel.load(path))
        .hasMessage("the model in " + path + " has format version 2, but this Narrows reads 1");
    write(metadata, "{\"class\":\"org.apache.spark.ml.feature.PCAModel\"}");
    assertThatThrownBy(() -> AutoencoderModel.load(path))
        .hasMessage(path + " is not a Narrows model: its metadata is none of Narrows'");
    write(metadata, text);
    assertThat(AutoencoderModel.load(path).parameters()).isEqualTo(autoencoder.parameters());
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("part-"))
          .min(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  /** Writes a file and takes away the checksum that Hadoop keeps beside it. */
  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  @Test
  void goesOnFromASavedModel(@TempDir Path folder) throws IOException {
    String path = folder.resolve("model").toString();
    autoencoder.save(path);
    AutoencoderModel further = small().setInitModel(path).fit(images);
    assertThat(further.summary().history().get(0).loss())
        .isLessThan(autoencoder.summary().history().get(0).loss());
    assertThatThrownBy(() -> small().setLatentDim(1).setInitModel(path).fit(images))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("20-8-4-2-4-8-20")
        .hasMessageContaining("20-8-4-1-4-8-20");
  }

  @Test
  void worksInAPipelineThatIsSavedAndLoaded(@TempDir Path folder) throws IOException {
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {small()});
    pipeline.write().overwrite().save(folder.resolve("pipeline").toString());
    PipelineModel fitted = Pipeline.load(folder.resolve("pipeline").toString()).fit(images);
    fitted.write().overwrite().save(folder.resolve("fitted").toString());
    PipelineModel loaded = PipelineModel.load(folder.resolve("fitted").toString());
    double expected =
        autoencoder.transform(images).agg(functions.sum("anomalyScore")).first().getDouble(0);
    double actual =
        loaded.transform(images).agg(functions.sum("anomalyScore")).first().getDouble(0);
    assertThat(actual).isCloseTo(expected, within(1e-9 * expected));
  }

  @Test
  void resizesAndConvertsAsTrained() {
    AutoencoderModel model =
        small()
            .setHeight(4)
            .setWidth(5)
            .setChannels(1)
            .fit(Pictures.halves(spark, 50, new ImageShape(8, 9, 3)));
    assertThat(model.imageShape()).isEqualTo(SHAPE);
    assertThat(model.transform(Pictures.halves(spark, 10, new ImageShape(6, 6, 1))).count())
        .isEqualTo(10);
    assertThat(
            model
                .transform(Pictures.halves(spark, 10, new ImageShape(6, 6, 1)))
                .agg(functions.sum("anomalyScore"))
                .first()
                .getDouble(0))
        .isPositive();
  }

  @Test
  void imagesOfAnotherShapeAreNamed() {
    Dataset<Row> mixed =
        images.unionByName(
            Pictures.halves(spark, 1, new ImageShape(6, 5, 1))
                .selectExpr("'odd one' as id", "label", "image"));
    assertRefused(
        () -> small().fit(mixed),
        "image 'odd one' is 6x5x1, but 4x5x1 is expected; set height and width to resize");
    assertRefused(
        () -> autoencoder.transform(mixed).agg(functions.sum("anomalyScore")).collect(),
        "image 'odd one' is 6x5x1, but 4x5x1 is expected; set height and width to resize");
    assertThat(spark.sparkContext().getPersistentRDDs().isEmpty()).isTrue();
  }

  @Test
  void paramsAreCheckedBeforeAnythingIsRead() {
    refused(small().setLatentDim(0), "latentDim must be at least 1, but is 0");
    refused(small().setHidden(8, 0), "hidden must be sizes of at least 1, but is [8, 0]");
    refused(
        small().setActivation("swish"),
        "activation must be one of relu, leakyRelu, elu, tanh, sigmoid, identity, but is 'swish'");
    refused(small().setLoss("l1"), "loss must be one of mse, ssim, bce, gaussian, but is 'l1'");
    refused(
        small().setLoss("bce").setOutputActivation("identity"),
        "loss bce needs outputActivation sigmoid, but outputActivation is identity");
    refused(
        small().setSolver("lbfgs"), "solver must be one of adam, momentum, sgd, but is 'lbfgs'");
    refused(small().setStepSize(0), "stepSize must be positive, but is 0.0");
    refused(small().setEpochs(0), "epochs must be at least 1, but is 0");
    refused(small().setBatchSize(0), "batchSize must be at least 1, but is 0");
    refused(
        small().setContamination(1), "contamination must be at least 0 and below 1, but is 1.0");
    refused(
        small().setValidationFraction(1),
        "validationFraction must be at least 0 and below 1, but is 1.0");
    refused(small().setNumWorkers(-1), "numWorkers must be at least 0, but is -1");
    refused(small().setThreadsPerWorker(-1), "threadsPerWorker must be at least 0, but is -1");
    refused(
        small().setOuterMomentum(1),
        "outerMomentum must be at least 0 and below 1, or -1, but is 1.0");
    refused(
        small().setStepSizeScaling("cubic"),
        "stepSizeScaling must be one of none, sqrt, linear, but is 'cubic'");
    refused(small().setOuterStepSize(0), "outerStepSize must be positive, but is 0.0");
    refused(
        small().setUpdaterState("keep"),
        "updaterState must be one of average, reset, but is 'keep'");
    refused(small().setSynchronousEpochs(-1), "synchronousEpochs must be at least 0, but is -1.0");
    assertThatThrownBy(() -> new VariationalAutoencoder().setLoss("mse").fit(images))
        .hasMessage("loss mse is no likelihood: a variational autoencoder takes bce or gaussian");
    assertThatThrownBy(() -> small().setImageCol("pixels").fit(images))
        .hasMessage("there is no column 'pixels'; the columns are id, label, image");
    assertThatThrownBy(() -> small().fit(images.limit(0)))
        .hasMessage("there are no images to train on");
  }

  private void refused(Autoencoder estimator, String message) {
    assertThatThrownBy(() -> estimator.fit(images))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void generatesTheSameImagesFromTheSameSeed() {
    List<Row> images = vae.generate(5, 7).collectAsList();
    assertThat(images).hasSize(5);
    assertThat(images.get(4).<Row>getAs("image").<Integer>getAs("width")).isEqualTo(5);
    assertThat(images.get(0).<Row>getAs("image").<byte[]>getAs("data")).hasSize(20);
    assertThat(lastImage(vae.generate(5, 7))).isEqualTo(lastImage(vae.generate(5, 7)));
    assertThat(lastImage(vae.generate(5, 8))).isNotEqualTo(lastImage(vae.generate(5, 7)));
    assertThatThrownBy(() -> vae.generate(0, 7))
        .hasMessage("the number of images must be at least 1, but is 0");
  }

  private static byte[] lastImage(Dataset<Row> generated) {
    List<Row> rows = generated.collectAsList();
    return rows.get(rows.size() - 1).<Row>getAs("image").getAs("data");
  }

  @Test
  void copiesAreIndependent() {
    Autoencoder estimator = small();
    Autoencoder copy = estimator.copy(new ParamMap().put(estimator.latentDim().w(1)));
    assertThat(copy.getLatentDim()).isEqualTo(1);
    assertThat(estimator.getLatentDim()).isEqualTo(2);
    assertThat(copy.uid()).isEqualTo(estimator.uid());
    assertThat(estimator.explainParams())
        .contains(
            "latentDim: number of dimensions of the latent space (>= 1) (default: 3, current: 2)");
  }
}
