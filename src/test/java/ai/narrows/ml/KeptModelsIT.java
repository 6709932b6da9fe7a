package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.Patches;
import ai.narrows.ml.metrics.Calibration;
import ai.narrows.ml.summary.ImageSource;
import ai.narrows.ml.summary.Provenance;
import ai.narrows.ml.summary.ThresholdOrigin;
import ai.narrows.nn.Loss;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.nn.layers.Topology;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of each kind: every later version loads it, and it scores as it did. */
class KeptModelsIT extends SparkFixture {
  private static final double SCORE_TOLERANCE = 1e-6; // another processor adds in another order

  @Test
  void anAutoencoder(@TempDir Path dir) throws Exception {
    SavedModel saved = SavedModel.copyOf("autoencoder", dir.resolve("model"));
    AutoencoderModel model = AutoencoderModel.load(saved.path());
    assertThat(sha256(model))
        .isEqualTo("ede329979276b0ef13744d16a7a2cb2f4a489f568d686a22ce09dc65c6f949b8");
    assertThat(model.architecture())
        .isEqualTo(
            new Architecture(
                20,
                List.of(8, 4),
                2,
                Latent.DETERMINISTIC,
                Activation.LEAKY_RELU,
                Activation.SIGMOID));
    assertThat(model.imageShape()).isEqualTo(new ImageShape(4, 5, 1));
    assertThat(model.preprocessing()).isEqualTo(new Preprocessing(4, 5, 1));
    assertThat(model.uid()).isEqualTo("autoencoder_ec3636f16e93");
    assertThat(model.getThreshold()).isEqualTo(0.07831203043460847);
    assertThat(model.isSet(model.threshold())).isFalse();
    assertThat(model.thresholdOrigin())
        .isEqualTo(ThresholdOrigin.contamination(new Calibration("training", 36, 0.1)));
    assertThat(model.getPredictionCol()).isEqualTo("flag");
    assertThat(model.summary().toString()).startsWith("3 epochs over 36 images with 2 workers in ");
    assertThat(model.summary().history().get(1).validationLoss()).isPositive();
    assertThat(model.summary().params()).containsEntry("hidden", "[8,4]");
    Provenance provenance = model.summary().provenance();
    assertThat(provenance.library()).isEqualTo("oneDNN 2.5.2-1.5.7");
    assertThat(provenance.images()).isEqualTo(ImageSource.UNKNOWN);
    assertThat(provenance.fingerprint()).isEqualTo("6078ab28d433a36e59d9b04ddbfd4791");
    assertThat(provenance.seed()).isEqualTo(3);
    assertThat(score(model, new ImageShape(4, 5, 1)).<Double>getAs("flag")).isEqualTo(0);
    assertSavedTheSame(saved, dir.resolve("again"));
    assertScores(
        model,
        new ImageShape(4, 5, 1),
        Map.of(
            "reconstructionError", 0.07026591897010803,
            "normalizedError", 1.206978988647461,
            "latentDistance", 1.5037790522888623,
            "reencodingDistance", 1.503759839980407,
            "combined", 0.4634500025938598));
  }

  @Test
  void aVariationalAutoencoder(@TempDir Path dir) throws Exception {
    SavedModel saved = SavedModel.copyOf("variationalAutoencoder", dir.resolve("model"));
    VariationalAutoencoderModel model = VariationalAutoencoderModel.load(saved.path());
    assertThat(sha256(model))
        .isEqualTo("f7543147e46e30eb8625dbc5031178830fe1b9290e18e82887c72b341234a552");
    assertThat(model.architecture())
        .isEqualTo(
            new Architecture(
                new Topology.Dense(20, List.of(6)),
                2,
                Latent.GAUSSIAN,
                Activation.TANH,
                Activation.SIGMOID,
                true));
    assertThat(model.preprocessing()).isEqualTo(Preprocessing.NONE);
    assertThat(model.data().loss()).isEqualTo(new Loss.LearnedGaussianLikelihood());
    assertThat(model.getThreshold()).isEqualTo(125);
    assertThat(model.thresholdOrigin()).isEqualTo(ThresholdOrigin.GIVEN);
    assertThat(model.data().threshold().value()).isEqualTo(89.17663517686358);
    assertThat(model.getLatentVarianceCol()).isEqualTo("variance");
    assertThat(model.summary().outerMomentum()).isEqualTo(0.5);
    assertThat(model.summary().history().get(0).validationLoss()).isNaN();
    assertThat(model.summary().device()).isEqualTo("cpu");
    assertSavedTheSame(saved, dir.resolve("again"));
    assertScores(
        model,
        new ImageShape(4, 5, 1),
        Map.of(
            "reconstructionError", 0.07439706325531006,
            "normalizedError", 1.2569599151611328,
            "elbo", 74.25818315386928,
            "reconstructionProbability", 72.43252825210527,
            "latentDistance", 1.1728171231661484,
            "reencodingDistance", 1.1728604707968706,
            "combined", 0.2326382455810846));
  }

  /** With normalization, standardisation and smoothed errors. */
  @Test
  void aConvolutionalOne(@TempDir Path dir) throws Exception {
    SavedModel saved = SavedModel.copyOf("convolutional", dir.resolve("model"));
    AutoencoderModel model = AutoencoderModel.load(saved.path());
    assertThat(sha256(model))
        .isEqualTo("5913e6cf6c3867aa5c02d94e8991b56f0159d9c285f06d1e7221b45fc7c09d08");
    assertThat(model.architecture())
        .isEqualTo(
            new Architecture(
                new Topology.Convolutional(
                    4,
                    5,
                    3,
                    List.of(4, 6),
                    3,
                    2,
                    Topology.Downsampling.AVERAGE_POOLING,
                    Topology.Upsampling.NEAREST,
                    Topology.Normalization.GROUP),
                2,
                Latent.DETERMINISTIC,
                Activation.RELU,
                Activation.SIGMOID,
                false,
                new Standardization(
                    List.of(0.35343138146563435, 0.3653382438898552, 0.36962255830294455),
                    List.of(0.21195713803250948, 0.21750111168507646, 0.21607538764297118))));
    assertThat(model.data().statistics().smoothing().side()).isEqualTo(3);
    assertThat(model.getScoreMethod()).isEqualTo("combined");
    assertThat(model.getThreshold()).isEqualTo(2.5157117684481145);
    assertSavedTheSame(saved, dir.resolve("again"));
    assertScores(
        model,
        new ImageShape(4, 5, 3),
        Map.of(
            "reconstructionError", 0.08714826107025146,
            "normalizedError", 0.9597623825073243,
            "latentDistance", 1.0817777586797717,
            "reencodingDistance", 1.0861900105617774,
            "combined", -0.3135319785294344));
  }

  @Test
  void aModelOfPatches(@TempDir Path dir) throws Exception {
    SavedModel saved = SavedModel.copyOf("patches", dir.resolve("model"));
    AutoencoderModel model = AutoencoderModel.load(saved.path());
    assertThat(sha256(model))
        .isEqualTo("976c24f38bd11f47991a1f233886c298aa29ce040e88e77c42ed41ac88890be1");
    assertThat(model.patches()).isEqualTo(new Patches(4, 3));
    assertThat(model.imageShape()).isEqualTo(new ImageShape(4, 4, 1));
    assertThat(model.getPatchQuantile()).isEqualTo(0.75);
    assertThat(model.getThreshold()).isEqualTo(2.2967553930139544);
    assertThat(model.summary().toString()).startsWith("3 epochs over 160 patches with 2 workers");
    assertSavedTheSame(saved, dir.resolve("again"));
    assertScores(
        model,
        new ImageShape(5, 7, 1),
        Map.of(
            "reconstructionError", 0.45762643218040466,
            "normalizedError", 1.662451982498169,
            "latentDistance", 1.6861393676599308,
            "reencodingDistance", 1.6861709694476577,
            "combined", 1.0135321246273334));
  }

  /** Of the image of {@link #score}, by method. */
  private void assertScores(
      FittedAutoencoder<?> model, ImageShape shape, Map<String, Double> scores) {
    model.setPredictionCol("");
    scores.forEach(
        (method, score) ->
            assertThat(score(model.setScoreMethod(method), shape).<Double>getAs("anomalyScore"))
                .as(method)
                .isCloseTo(score, within(SCORE_TOLERANCE * Math.max(1, Math.abs(score)))));
  }

  /** The score of one image: greys from 0 on, in even steps to almost 1. */
  private Row score(FittedAutoencoder<?> model, ImageShape shape) {
    float[] greys = new float[shape.size()];
    for (int i = 0; i < greys.length; i++) {
      greys[i] = i / (float) greys.length;
    }
    Row image = ImageRows.toImage(null, shape, greys, 0);
    StructType schema = new StructType().add("image", ImageRows.schema());
    return model
        .transform(spark.createDataFrame(List.of(RowFactory.create(image)), schema))
        .first();
  }

  private static String sha256(FittedAutoencoder<?> model) {
    return DigestUtils.sha256Hex(Arrays.toString(model.parameters()));
  }

  private static void assertSavedTheSame(SavedModel kept, Path folder) throws IOException {
    FittedAutoencoder<?> model = kept.load();
    model.save(folder.toString());
    SavedModel again = new SavedModel(folder);
    assertThat(Files.readAllBytes(again.weights())).isEqualTo(Files.readAllBytes(kept.weights()));
    assertThat(again.json().get("defaultParamMap").properties())
        .containsAll(kept.json().get("defaultParamMap").properties());
    assertThat(lasting(again)).isEqualTo(lasting(kept));
    SavedModel.assertEqual(again.load(), model);
  }

  /** Metadata without what is another with every saving, or with later versions. */
  private static JsonNode lasting(SavedModel model) throws IOException {
    ObjectNode json = (ObjectNode) model.json();
    json.remove(List.of("timestamp", "sparkVersion", "defaultParamMap"));
    ((ObjectNode) json.get("narrows")).remove("sha256");
    return json;
  }
}
