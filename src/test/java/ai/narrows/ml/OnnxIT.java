package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.compat.Build;
import ai.narrows.distributed.Ranks;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.message.ParamException;
import ai.narrows.ml.onnx.OnnxOptions;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.score.ScoreMethod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ONNX Runtime makes of an exported model is what {@code transform} makes of the images. */
class OnnxIT extends SparkFixture {
  private static final int IMAGES = 200;
  private static final double NEAR = 1e-5;
  private static final double LATENTS_OF_RECONSTRUCTIONS = 1e-4;

  /** Of what a score near 0 is a difference of. */
  private static final Set<ScoreMethod> LEAST_ONE =
      Set.of(ScoreMethod.LATENT_DISTANCE, ScoreMethod.REENCODING_DISTANCE, ScoreMethod.COMBINED);

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("label", DataTypes.IntegerType)
          .add("image", ImageRows.schema());

  private Dataset<Row> grey;
  private Dataset<Row> colored;

  @BeforeAll
  void make() {
    grey = images(new ImageShape(12, 11, 1)).cache();
    colored = images(new ImageShape(12, 11, 3)).cache();
  }

  private Dataset<Row> images(ImageShape shape) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      rows.add(picture(i, shape));
    }
    return spark.createDataFrame(rows, SCHEMA).repartition(2);
  }

  /** A slope with some noise; every tenth image has a bright spot. */
  private static Row picture(int i, ImageShape shape) {
    RandomStream random = new RandomStream(7, Purpose.GENERATION, i, shape.size(), 0);
    float[] pixels = new float[shape.size()];
    float level = random.nextFloat();
    for (int j = 0; j < pixels.length; j++) {
      int x = j / shape.channels() % shape.width();
      int y = j / shape.channels() / shape.width();
      boolean spot = i % 10 == 0 && y < shape.height() / 3 && x < shape.width() / 3;
      pixels[j] = spot ? 1 : 0.5f * level + 0.4f * x / shape.width() + 0.1f * random.nextFloat();
    }
    return RowFactory.create(
        "picture " + i, i % 10 == 0 ? 1 : 0, ImageRows.toImage(null, shape, pixels, 0));
  }

  private static Autoencoder plain() {
    return new Autoencoder()
        .setLatentDim(4)
        .setBatchSize(20)
        .setEpochs(4)
        .setStepSize(0.01)
        .setContamination(0.1)
        .setNumWorkers(1);
  }

  private static Autoencoder dense() {
    return plain().setHidden(24, 12);
  }

  private static Autoencoder convolutional(int... filters) {
    return plain().setArchitecture("convolutional").setFilters(filters).setEpochs(8);
  }

  private static VariationalAutoencoder variational() {
    return new VariationalAutoencoder()
        .setHidden(16)
        .setLatentDim(3)
        .setBatchSize(20)
        .setEpochs(4)
        .setStepSize(0.01)
        .setContamination(0.1)
        .setNumWorkers(1);
  }

  /** By all score methods that the model has, each with a threshold that a tenth lies above. */
  private static void assertAllScores(FittedAutoencoder<?> model, Dataset<Row> images) {
    for (ScoreMethod method : ScoreMethod.values()) {
      if (!method.likelihood() || model.architecture().variational()) {
        FittedAutoencoder<?> scorer = model.copy(new ParamMap());
        scorer.setScoreMethod(method.label()).setPredictionCol("");
        List<Row> rows = scorer.transform(images).collectAsList();
        double[] scores = rows.stream().mapToDouble(row -> row.getAs("anomalyScore")).toArray();
        scorer.setThreshold(Ranks.quantile(scores, 0.9)).setPredictionCol("prediction");
        assertEqual(scorer, rows, OnnxOptions.DEFAULT);
      }
    }
  }

  /** By the score method that the model is set to. */
  private static void assertScores(
      FittedAutoencoder<?> model, Dataset<Row> images, OnnxOptions options) {
    assertEqual(model, model.transform(images).collectAsList(), options);
  }

  /** What a file gives for the images of rows is what the rows have. */
  private static void assertEqual(FittedAutoencoder<?> model, List<Row> rows, OnnxOptions options) {
    try (OnnxRun run = OnnxRun.of(model.toOnnx(options))) {
      for (int from = 0; from < rows.size(); from += run.batch()) {
        List<Row> batch = rows.subList(from, Math.min(rows.size(), from + run.batch()));
        run.run(batch.stream().map(row -> row.<Row>getAs("image")).toList());
        for (int i = 0; i < batch.size(); i++) {
          assertEqual(model, batch.get(i), run, i);
        }
      }
    }
  }

  private static void assertEqual(FittedAutoencoder<?> model, Row row, OnnxRun run, int i) {
    String of = model.getScoreMethod() + " of " + row.getAs("id");
    ScoreMethod method = ScoreMethod.of(model.getScoreMethod());
    double score = row.getAs("anomalyScore");
    double share =
        method == ScoreMethod.REENCODING_DISTANCE || method == ScoreMethod.COMBINED
            ? LATENTS_OF_RECONSTRUCTIONS
            : NEAR;
    double unit = LEAST_ONE.contains(method) ? Math.max(1, Math.abs(score)) : Math.abs(score);
    assertThat((double) run.value("anomalyScore", i)[0])
        .as(of)
        .isCloseTo(score, within(share * unit));
    if (Math.abs(score - model.getThreshold()) > share * unit) {
      assertThat((double) run.value("prediction", i)[0])
          .as(of)
          .isEqualTo(score > model.getThreshold() ? 1 : 0);
    }
    double error = row.getAs("reconstructionError");
    assertThat((double) run.value("reconstructionError", i)[0])
        .as(of)
        .isCloseTo(error, within(NEAR * error));
    assertClose(of, row.<Vector>getAs("latent").toArray(), run.value("latent", i), NEAR);
  }

  private static void assertClose(String of, double[] values, float[] found, double share) {
    assertThat(found).as(of).hasSize(values.length);
    for (int j = 0; j < values.length; j++) {
      assertThat((double) found[j])
          .as(of)
          .isCloseTo(values[j], within(share * Math.max(1, Math.abs(values[j]))));
    }
  }

  /** Bytes of an image as the floats that they stand for, of which each is half a byte wide. */
  private static void assertImage(Row image, float[] found) {
    byte[] bytes = image.getAs("data");
    assertThat(found).hasSize(bytes.length);
    for (int j = 0; j < bytes.length; j++) {
      assertThat(found[j] * 255.0).isCloseTo(bytes[j] & 255, within(0.501));
    }
  }

  @Test
  void denseAutoencoders() {
    assertAllScores(dense().fit(grey), grey);
    for (String activation : List.of("leakyRelu", "elu", "tanh", "sigmoid")) {
      AutoencoderModel model = dense().setActivation(activation).fit(grey);
      model.setScoreMethod("normalizedError").setThreshold(1);
      assertScores(model, grey, OnnxOptions.DEFAULT);
    }
  }

  @Test
  void lossesAndOutputs() {
    for (String loss : List.of("bce", "ssim")) {
      assertScores(dense().setLoss(loss).fit(grey), grey, OnnxOptions.DEFAULT);
    }
    assertScores(dense().setOutputActivation("identity").fit(grey), grey, OnnxOptions.DEFAULT);
    assertAllScores(
        dense().setStandardization("perChannel").setErrorSmoothing(3).fit(colored), colored);
  }

  @Test
  void convolutionalAutoencoders() {
    assertAllScores(convolutional(6, 10).fit(grey), grey);
    assertAllScores(
        convolutional(6, 10)
            .setNormalization("group")
            .setDownsampling("averagePooling")
            .setUpsampling("nearest")
            .setErrorSmoothing(3)
            .fit(colored),
        colored);
    assertScores(
        convolutional(6, 10).setKernelSize(4).setStride(3).fit(grey), grey, OnnxOptions.DEFAULT);
    assertScores(
        convolutional(5).setKernelSize(2).setStride(3).setNormalization("group").fit(grey),
        grey,
        OnnxOptions.DEFAULT);
  }

  @Test
  void variationalAutoencoders() {
    assertAllScores(variational().fit(grey), grey);
    VariationalAutoencoderModel model =
        variational().setLoss("gaussian").setLearnSigma(true).setScoreMethod("elbo").fit(grey);
    model.setScoreSamples(3);
    assertScores(model, grey, OnnxOptions.DEFAULT);
    assertScores(
        variational().setLoss("gaussian").setScoreMethod("reconstructionProbability").fit(grey),
        grey,
        OnnxOptions.DEFAULT);
  }

  @Test
  void imagesOfAnySizeAndColor() {
    AutoencoderModel model = dense().setHeight(7).setWidth(13).setChannels(1).fit(colored);
    OnnxOptions options = OnnxOptions.DEFAULT.withImageSize(12, 11).withImageChannels(3);
    assertScores(model, colored, options);
    try (OnnxRun bgr = OnnxRun.of(model.toOnnx(options));
        OnnxRun rgb = OnnxRun.of(model.toOnnx(options.withChannelOrder("rgb")))) {
      Row image = colored.select("image").first().getStruct(0);
      bgr.run(List.of(image));
      rgb.run(List.of(turned(image)));
      assertThat(rgb.value("anomalyScore", 0)).isEqualTo(bgr.value("anomalyScore", 0));
      rgb.run(List.of(image));
      assertThat(rgb.value("anomalyScore", 0)).isNotEqualTo(bgr.value("anomalyScore", 0));
      assertThat(rgb.properties())
          .containsEntry(
              "narrows.input",
              "image: uint8 [batch, height 12, width 11, 3], channels red, green, blue");
    }
    AutoencoderModel color = dense().setHeight(24).setWidth(6).setChannels(3).fit(grey);
    assertScores(color, grey, OnnxOptions.DEFAULT.withImageSize(12, 11).withImageChannels(1));
  }

  /** The first channel last. */
  private static Row turned(Row image) {
    byte[] bytes = image.<byte[]>getAs("data").clone();
    for (int i = 0; i < bytes.length; i += 3) {
      byte first = bytes[i];
      bytes[i] = bytes[i + 2];
      bytes[i + 2] = first;
    }
    ImageShape shape = new ImageShape(image.getInt(1), image.getInt(2), image.getInt(3));
    return ImageRows.toImage(null, shape, bytes);
  }

  @Test
  void floats() {
    assertScores(dense().fit(grey), grey, OnnxOptions.DEFAULT.withFloatInput(true));
  }

  @Test
  void pictures() {
    VariationalAutoencoderModel model = variational().setErrorSmoothing(3).fit(colored);
    model.setReconstructionCol("reconstruction").setErrorMapCol("map").setLatentVarianceCol("var");
    Row row = model.transform(colored).first();
    OnnxOptions all =
        OnnxOptions.DEFAULT.withReconstruction(true).withErrorMap(true).withLatentVariance(true);
    Row image = row.getAs("image");
    try (OnnxRun run = OnnxRun.of(model.toOnnx(all))) {
      run.run(List.of(image));
      assertImage(row.getAs("reconstruction"), run.value("reconstruction", 0));
      assertImage(row.getAs("map"), run.value("errorMap", 0));
      assertClose(
          "variance", row.<Vector>getAs("var").toArray(), run.value("latentVariance", 0), NEAR);
      assertThat(run.outputs())
          .containsExactly(
              "anomalyScore",
              "prediction",
              "reconstructionError",
              "latent",
              "latentVariance",
              "reconstruction",
              "errorMap");
    }
    try (OnnxRun encoder = OnnxRun.of(model.toOnnx(OnnxOptions.DEFAULT.withPart("encoder")));
        OnnxRun decoder = OnnxRun.of(model.toOnnx(OnnxOptions.DEFAULT.withPart("decoder")))) {
      encoder.run(List.of(image));
      assertThat(encoder.outputs()).containsExactly("latent", "latentVariance");
      assertClose(
          "latent", row.<Vector>getAs("latent").toArray(), encoder.value("latent", 0), NEAR);
      decoder.run(encoder.value("latent", 0), 3);
      assertThat(decoder.outputs()).containsExactly("reconstruction");
      assertImage(row.getAs("reconstruction"), decoder.value("reconstruction", 0));
    }
  }

  @Test
  void patches() {
    AutoencoderModel model =
        plain().setHidden(8).setPatchSize(5).setPatchStride(3).setPatchQuantile(0.7).fit(grey);
    assertAllPatches(model, OnnxOptions.DEFAULT.withImageSize(12, 11));
    try (OnnxRun patch = OnnxRun.of(model.toOnnx())) {
      assertThat(patch.properties())
          .containsEntry("narrows.input", "image: uint8 [batch, height 5, width 5, 1]")
          .containsEntry("narrows.patchQuantile", "0.7");
    }
    assertAllPatches(
        plain().setHidden(3).setPatchSize(1).setPatchQuantile(0.9).fit(grey),
        OnnxOptions.DEFAULT.withImageSize(12, 11));
    assertThatThrownBy(() -> model.toOnnx(OnnxOptions.DEFAULT.withImageSize(4, 20)))
        .hasMessageStartingWith("the image is 4x20x1, but a patch takes 5x5 pixels; ");
  }

  private void assertAllPatches(AutoencoderModel model, OnnxOptions options) {
    assertScores(model, grey, options);
    model.setReconstructionCol("reconstruction").setErrorMapCol("map");
    Row row = model.transform(grey).first();
    try (OnnxRun run =
        OnnxRun.of(model.toOnnx(options.withReconstruction(true).withErrorMap(true)))) {
      run.run(List.of(row.<Row>getAs("image")));
      assertImage(row.getAs("reconstruction"), run.value("reconstruction", 0));
      assertImage(row.getAs("map"), run.value("errorMap", 0));
    }
  }

  @Test
  void backbones(@TempDir Path folder) throws IOException {
    for (String name : List.of("grids", "any-size", "channels-last")) {
      Path file = folder.resolve(name + ".onnx");
      try (InputStream in = OnnxIT.class.getResourceAsStream("/backbones/" + name + ".onnx")) {
        Files.copy(in, file);
      }
      Autoencoder estimator =
          plain()
              .setHidden(8)
              .setPatchSize(1)
              .setPatchQuantile(0.9)
              .setBackbone(file.toString())
              .setBackboneGrid(5);
      AutoencoderModel model =
          (name.equals("any-size") ? estimator.setBackboneSize(16) : estimator).fit(colored);
      OnnxOptions options = OnnxOptions.DEFAULT.withImageSize(12, 11);
      assertScores(model, colored, options);
      model.setErrorMapCol("map");
      Row row = model.transform(colored).first();
      try (OnnxRun run = OnnxRun.of(model.toOnnx(options.withErrorMap(true)))) {
        assertThat(run.batch()).isEqualTo(name.equals("any-size") ? 37 : 1);
        run.run(List.of(row.<Row>getAs("image")));
        assertImage(row.getAs("map"), run.value("errorMap", 0));
      }
      assertThatThrownBy(() -> model.toOnnx(options.withReconstruction(true)))
          .hasMessage(
              "withReconstruction needs a model of pixels: a model with a backbone reconstructs features, not images");
    }
  }

  @Test
  void whatIsWrittenInTheFile() {
    AutoencoderModel model = dense().fit(grey);
    try (OnnxRun run = OnnxRun.of(model.toOnnx())) {
      assertThat(run.properties())
          .containsEntry("narrows.uid", model.uid())
          .containsEntry("narrows.model", "AutoencoderModel")
          .containsEntry("narrows.version", Build.here().version())
          .containsEntry("narrows.scoreMethod", "reconstructionError")
          .containsEntry("narrows.threshold", String.valueOf(model.getThreshold()))
          .containsEntry("narrows.thresholdOrigin", model.thresholdOrigin().toString())
          .containsEntry("narrows.provenance", model.summary().provenance().toString())
          .containsEntry("narrows.input", "image: uint8 [batch, height 12, width 11, 1]")
          .containsEntry("narrows.pixelThreshold", String.valueOf(model.getPixelThreshold()));
    }
    model.setPredictionCol("");
    try (OnnxRun run = OnnxRun.of(model.toOnnx())) {
      assertThat(run.outputs()).containsExactly("anomalyScore", "reconstructionError", "latent");
    }
  }

  @Test
  void whatCannotBeExported() {
    AutoencoderModel model = dense().fit(grey);
    assertThatThrownBy(() -> model.toOnnx(OnnxOptions.DEFAULT.withImageSize(20, 30)))
        .isInstanceOf(ParamException.class)
        .hasMessage(
            "imageSize is 20x30, but the model takes images of 12x11 and does not resize: leave it out, or train a model with height and width");
    assertThatThrownBy(() -> model.toOnnx(OnnxOptions.DEFAULT.withImageChannels(3)))
        .isInstanceOf(ParamException.class)
        .hasMessage(
            "imageChannels is 3, but the model takes images of 1 channels and does not convert them: leave it out, or train a model with channels");
    assertThatThrownBy(() -> model.toOnnx(OnnxOptions.DEFAULT.withLatentVariance(true)))
        .isInstanceOf(ParamException.class)
        .hasMessage(
            "withLatentVariance needs a variational autoencoder: an autoencoder's latent has no variance");
    assertThatThrownBy(() -> model.setScoreMethod("combined").toOnnx())
        .hasMessageContaining("was computed for scoreMethod reconstructionError");
  }
}
