package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.Patches;
import ai.narrows.nn.Loss;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.nn.layers.Topology;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of format versions 1 to 4: every later version loads them. */
class KeptModelsIT extends SparkFixture {
  private static final double SCORE_TOLERANCE = 1e-6;

  @Test
  void anAutoencoder(@TempDir Path dir) throws Exception {
    SavedModel saved = SavedModel.copyOf("autoencoder", dir.resolve("model"));
    AutoencoderModel model = AutoencoderModel.load(saved.path());
    assertThat(sha256(model))
        .isEqualTo("897bf422df7155038fd3d3c75d6162b65b086c60b3160e71689365c1c25bba75");
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
    assertThat(model.getThreshold()).isEqualTo(0.13823550939559937);
    assertThat(model.isSet(model.threshold())).isFalse();
    assertThat(model.getPredictionCol()).isEqualTo("flag");
    assertThat(model.summary())
        .hasToString(
            "3 epochs over 36 images with 2 workers in 53.2 s: loss 0.057936 to 0.057714, best epoch 3, threshold 0.13824");
    assertThat(model.summary().history().get(1).validationLoss()).isEqualTo(0.08048921078443527);
    assertThat(model.summary().params()).hasSize(44).containsEntry("hidden", "[8,4]");
    assertThat(score(model).<Double>getAs("anomalyScore"))
        .isCloseTo(0.08392193913459778, within(SCORE_TOLERANCE));
    assertThat(score(model).<Double>getAs("flag")).isZero();
    assertSavedTheSame(saved, dir.resolve("again"));
    assertThatThrownBy(() -> score(model.setScoreMethod("combined").setThreshold(1)))
        .hasMessage(
            "scoreMethod combined needs statistics of the training rows, which this model was saved without");
  }

  @Test
  void aVariationalAutoencoder(@TempDir Path dir) throws Exception {
    SavedModel saved = SavedModel.copyOf("variationalAutoencoder", dir.resolve("model"));
    VariationalAutoencoderModel model = VariationalAutoencoderModel.load(saved.path());
    assertThat(sha256(model))
        .isEqualTo("bdeac3a83e8251c3a469428f4981498309b83272d48f77ec4a96be332d7e2c1f");
    assertThat(model.architecture())
        .isEqualTo(
            new Architecture(
                20, List.of(6), 2, Latent.GAUSSIAN, Activation.TANH, Activation.SIGMOID));
    assertThat(model.imageShape()).isEqualTo(new ImageShape(4, 5, 1));
    assertThat(model.preprocessing()).isEqualTo(Preprocessing.NONE);
    assertThat(model.uid()).isEqualTo("vae_8f1160cc85d6");
    assertThat(model.getThreshold()).isEqualTo(0.125);
    assertThat(model.data().threshold()).isEqualTo(0.160919713973999);
    assertThat(model.getLatentVarianceCol()).isEqualTo("variance");
    assertThat(model.summary())
        .hasToString(
            "2 epochs over 40 images with 2 workers in 7.4 s: loss 14.585 to 14.341, best epoch 2, threshold 0.16092");
    assertThat(model.summary().history().get(0).validationLoss()).isNaN();
    assertThat(score(model).<Double>getAs("anomalyScore"))
        .isCloseTo(0.08276126384735108, within(SCORE_TOLERANCE));
    assertSavedTheSame(saved, dir.resolve("again"));
    assertThat(model.data().loss()).isEqualTo(new Loss.BinaryCrossEntropy());
    assertThat(score(model.setScoreMethod("elbo")).<Double>getAs("anomalyScore")).isPositive();
  }

  /** Version 2: statistics of the training rows behind the parameters, and a learned sigma. */
  @Test
  void aModelWithStatistics(@TempDir Path dir) throws Exception {
    SavedModel saved = SavedModel.copyOf("learnedSigma", dir.resolve("model"));
    VariationalAutoencoderModel model = VariationalAutoencoderModel.load(saved.path());
    assertThat(model.architecture())
        .isEqualTo(
            new Architecture(
                new Topology.Dense(20, List.of(8)),
                2,
                Latent.GAUSSIAN,
                Activation.RELU,
                Activation.SIGMOID,
                true));
    assertThat(model.data().loss()).isEqualTo(new Loss.LearnedGaussianLikelihood());
    assertThat(model.data().thresholdMethod()).isEqualTo("contamination");
    assertThat(model.getThreshold()).isEqualTo(1.6340926211598652);
    assertThat(model.summary())
        .hasToString(
            "3 epochs over 54 images with 2 workers in 16.4 s: loss 35.751 to 32.112, best epoch 3, threshold 1.6341");
    assertThat(model.summary().device()).isEqualTo("cpu");
    assertThat(score(model).<Double>getAs("prediction")).isEqualTo(1);
    assertSavedTheSame(saved, dir.resolve("again"));
    assertScores(
        model,
        Map.of(
            "reconstructionError", 0.08571150302886962,
            "normalizedError", 1.4699803352355958,
            "elbo", 89.59164971506353,
            "reconstructionProbability", 79.93644176010474,
            "latentDistance", 5.019728020171651,
            "combined", 1.9986247762976297));
  }

  /** Version 3: what the encoder sees is standardised. */
  @Test
  void aModelThatStandardisesWhatItsEncoderSees(@TempDir Path dir) throws Exception {
    SavedModel saved = SavedModel.copyOf("standardized", dir.resolve("model"));
    AutoencoderModel model = AutoencoderModel.load(saved.path());
    assertThat(model.architecture())
        .isEqualTo(
            new Architecture(
                new Topology.Convolutional(
                    4,
                    5,
                    3,
                    List.of(3),
                    3,
                    2,
                    Topology.Downsampling.STRIDED,
                    Topology.Upsampling.TRANSPOSED,
                    Topology.Normalization.NONE),
                2,
                Latent.DETERMINISTIC,
                Activation.RELU,
                Activation.SIGMOID,
                false,
                new Standardization(
                    List.of(0.4551799892137448, 0.5541349367135101, 0.6540195080417174),
                    List.of(0.10758034313591155, 0.10855776890278221, 0.10666938818497544))));
    assertThat(model.preprocessing()).isEqualTo(new Preprocessing(4, 5, 3));
    assertThat(model.getThreshold()).isEqualTo(1.168362890011224);
    assertThat(score(model).<Double>getAs("prediction")).isEqualTo(1);
    assertSavedTheSame(saved, dir.resolve("again"));
    assertThatThrownBy(() -> score(model.setScoreMethod("reencodingDistance").setThreshold(1)))
        .hasMessage(
            "scoreMethod reencodingDistance needs statistics of the training rows' reconstructions, which this model was saved without");
    assertScores(
        model,
        Map.of(
            "reconstructionError", 0.08556235631306966,
            "normalizedError", 4.342704264322917,
            "latentDistance", 2.5766422786574106,
            "combined", 2.4149843653842327));
  }

  /** Version 3: images that are cut into patches. */
  @Test
  void aModelOfPatches(@TempDir Path dir) throws Exception {
    SavedModel saved = SavedModel.copyOf("patches", dir.resolve("model"));
    AutoencoderModel model = AutoencoderModel.load(saved.path());
    assertThat(sha256(model))
        .isEqualTo("f10304f72688ce3a22c39f93be78ceca71fb7f463a32e304747647034c46de16");
    assertThat(model.patches()).isEqualTo(new Patches(4, 3));
    assertThat(model.imageShape()).isEqualTo(new ImageShape(4, 4, 1));
    assertThat(model.getPatchQuantile()).isEqualTo(0.75);
    assertThat(model.getThreshold()).isEqualTo(0.7459791536787858);
    assertThat(model.summary())
        .hasToString(
            "3 epochs over 232 patches with 2 workers in 1.7 s: loss 0.089012 to 0.087510, best epoch 3, threshold 0.74598");
    float[] greys = new float[35];
    for (int i = 0; i < greys.length; i++) {
      greys[i] = i / 35f;
    }
    Row image = ImageRows.toImage(null, new ImageShape(5, 7, 1), greys, 0);
    StructType schema = new StructType().add("image", ImageRows.schema());
    Row scored =
        model.transform(spark.createDataFrame(List.of(RowFactory.create(image)), schema)).first();
    assertThat(scored.<Double>getAs("anomalyScore"))
        .isCloseTo(-0.11537611562052996, within(SCORE_TOLERANCE));
    assertThat(scored.<Double>getAs("reconstructionError"))
        .isCloseTo(0.07421194016933441, within(SCORE_TOLERANCE));
    assertSavedTheSame(saved, dir.resolve("again"));
  }

  /** Version 4: what becomes of latents that are encoded once more; and smoothed errors. */
  @Test
  void aModelThatEncodesItsReconstructions(@TempDir Path dir) throws Exception {
    SavedModel saved = SavedModel.copyOf("reencoded", dir.resolve("model"));
    AutoencoderModel model = AutoencoderModel.load(saved.path());
    assertThat(model.data().statistics().smoothing().side()).isEqualTo(3);
    assertThat(model.getScoreMethod()).isEqualTo("combined");
    assertThat(model.getThreshold()).isEqualTo(1.0205840295626307);
    assertThat(model.summary())
        .hasToString(
            "4 epochs over 60 images with 2 workers in 3.9 s: loss 0.090967 to 0.085110, best epoch 4, threshold 1.0206");
    assertSavedTheSame(saved, dir.resolve("again"));
    assertScores(
        model,
        Map.of(
            "reconstructionError", 0.08399201035499573,
            "normalizedError", 1.6696556091308594,
            "latentDistance", 0.860297838151549,
            "reencodingDistance", 1.1098153803508277,
            "combined", 0.4663344343085781));
  }

  /** Of the image of {@link #score}, by method. */
  private void assertScores(AutoencoderModelBase<?> model, Map<String, Double> scores) {
    model.setPredictionCol("");
    scores.forEach(
        (method, score) ->
            assertThat(score(model.setScoreMethod(method)).<Double>getAs("anomalyScore"))
                .as(method)
                .isCloseTo(score, within(SCORE_TOLERANCE * score)));
  }

  /** The score of one image: greys from 0 on, in even steps to almost 1. */
  private Row score(AutoencoderModelBase<?> model) {
    int n = model.imageShape().size();
    double[] greys = IntStream.range(0, n).mapToDouble(i -> i / (double) n).toArray();
    StructType schema = new StructType().add("image", SQLDataTypes.VectorType());
    return model
        .transform(spark.createDataFrame(List.of(RowFactory.create(Vectors.dense(greys))), schema))
        .first();
  }

  private static String sha256(AutoencoderModelBase<?> model) {
    return DigestUtils.sha256Hex(ModelFormat.bytes(model.parameters()));
  }

  private static void assertSavedTheSame(SavedModel kept, Path folder) throws IOException {
    AutoencoderModelBase<?> model = kept.load();
    model.save(folder.toString());
    SavedModel again = new SavedModel(folder);
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
