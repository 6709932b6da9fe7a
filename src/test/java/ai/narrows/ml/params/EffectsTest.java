package ai.narrows.ml.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.ImageRows;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderEstimator;
import ai.narrows.ml.VariationalAutoencoder;
import ai.narrows.nn.layers.Architecture.Latent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Params that were set and do not act. */
final class EffectsTest {
  private static final StructType IMAGES = new StructType().add("image", ImageRows.schema());

  /** Values that can be used, other than the defaults, of params that do not always act. */
  private static final Map<String, Object> VALUES =
      Map.ofEntries(
          Map.entry("hidden", new int[] {9}),
          Map.entry("filters", new int[] {4, 8}),
          Map.entry("kernelSize", 5),
          Map.entry("stride", 3),
          Map.entry("downsampling", "averagePooling"),
          Map.entry("upsampling", "nearest"),
          Map.entry("normalization", "group"),
          Map.entry("activation", "tanh"),
          Map.entry("sigma", 0.2),
          Map.entry("learnSigma", true),
          Map.entry("beta", 2.0),
          Map.entry("klWarmupEpochs", 1.5),
          Map.entry("freeBits", 0.1),
          Map.entry("latentVarianceCol", "variance"),
          Map.entry("activityPenalty", 0.1),
          Map.entry("corruptionLevel", 0.3),
          Map.entry("beta1", 0.8),
          Map.entry("beta2", 0.9),
          Map.entry("epsilon", 1e-6),
          Map.entry("momentum", 0.5),
          Map.entry("decayEpochs", 3),
          Map.entry("decayRate", 0.1),
          Map.entry("patience", 2),
          Map.entry("patchStride", 4),
          Map.entry("patchQuantile", 0.9),
          Map.entry("scoreSamples", 5),
          Map.entry("height", 8),
          Map.entry("width", 8),
          Map.entry("channels", 1),
          Map.entry("reconstructionCol", "rebuilt"),
          Map.entry("backboneOutputs", "fine"),
          Map.entry("backboneSize", 32),
          Map.entry("backboneGrid", 4),
          Map.entry("backboneMean", "0,0,0"),
          Map.entry("backboneStd", "1,1,1"),
          Map.entry("checkpointInterval", 2),
          Map.entry("keepCheckpoints", 3),
          Map.entry("resume", true));

  /** What makes the params act that need it. */
  private static final Map<String, List<Object>> MET =
      Map.ofEntries(
          Map.entry("filters", List.of("architecture", "convolutional")),
          Map.entry("sigma", List.of("loss", "gaussian")),
          Map.entry("corruptionLevel", List.of("corruption", "masking")),
          Map.entry("momentum", List.of("solver", "momentum")),
          Map.entry("decayEpochs", List.of("stepSizeSchedule", "step")),
          Map.entry("patience", List.of("validationFraction", 0.1)),
          Map.entry("patchStride", List.of("patchSize", 8)),
          Map.entry("scoreSamples", List.of("scoreMethod", "elbo")),
          Map.entry("backboneOutputs", List.of("backbone", "some.onnx")),
          Map.entry("backboneSize", List.of("backbone", "filters")),
          Map.entry("resume", List.of("checkpointDir", "checkpoints")));

  /** What keeps the others from acting. */
  private static final Map<String, List<Object>> UNMET =
      Map.of(
          "hidden", List.of("architecture", "convolutional"),
          "activation", List.of("hidden", new int[0]),
          "beta1", List.of("solver", "sgd"),
          "height", List.of("backbone", "filters"),
          "width", List.of("backbone", "filters"),
          "channels", List.of("backbone", "filters"),
          "reconstructionCol", List.of("backbone", "filters"));

  @Test
  void everyParamHasItsCondition() {
    for (AutoencoderEstimator<?, ?> estimator :
        List.of(new Autoencoder(), new VariationalAutoencoder())) {
      assertThat(Effects.params())
          .containsExactlyInAnyOrderElementsOf(
              Arrays.stream(estimator.params()).map(Param::name).toList());
    }
    assertThat(VALUES.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Effects.params().stream().filter(p -> !Effects.of(p).equals(Effects.ALWAYS)).toList());
  }

  static Stream<String> conditional() {
    return VALUES.keySet().stream().sorted();
  }

  private static AutoencoderEstimator<?, ?> kind(boolean variational) {
    return variational ? new VariationalAutoencoder() : new Autoencoder();
  }

  private static Latent latent(AutoencoderEstimator<?, ?> estimator) {
    return estimator instanceof VariationalAutoencoder ? Latent.GAUSSIAN : Latent.DETERMINISTIC;
  }

  private static void set(AutoencoderEstimator<?, ?> estimator, List<Object> nameAndValue) {
    estimator.set(nameAndValue.get(0).toString(), nameAndValue.get(1));
  }

  /** The setting that a param's condition asks for, or forbids; empty if there is none. */
  private static List<Object> setting(Map<String, List<Object>> settings, String param) {
    return settings.entrySet().stream()
        .filter(entry -> Effects.of(entry.getKey()).equals(Effects.of(param)))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(List.of());
  }

  private static boolean needsVae(String param) {
    return Effects.of(param).equals(Effects.of("beta")) || param.equals("scoreSamples");
  }

  @ParameterizedTest
  @MethodSource("conditional")
  void isRefusedWhereItDoesNotAct(String param) {
    boolean variational = param.equals("activityPenalty");
    AutoencoderEstimator<?, ?> estimator = kind(variational);
    List<Object> unmet = setting(UNMET, param);
    if (!unmet.isEmpty()) {
      set(estimator, unmet);
    }
    assertThatCode(() -> estimator.transformSchema(IMAGES)).doesNotThrowAnyException();
    AutoencoderEstimator<?, ?> untouched =
        (AutoencoderEstimator<?, ?>) estimator.copy(new ParamMap());

    estimator.set(param, VALUES.get(param));

    assertThatThrownBy(() -> estimator.transformSchema(IMAGES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).*\\b" + param + "\\b.*");
    assertThatThrownBy(() -> estimator.copy(new ParamMap()).transformSchema(IMAGES))
        .hasMessageContaining(param);
    assertThat(Effects.missing(untouched, latent(untouched))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("conditional")
  void isAcceptedWhereItActs(String param) {
    AutoencoderEstimator<?, ?> estimator = kind(needsVae(param));
    List<Object> met = setting(MET, param);
    if (!met.isEmpty()) {
      set(estimator, met);
    }
    estimator.set(param, VALUES.get(param));
    if (param.equals("height") || param.equals("width")) { // which go together
      estimator.set("height", 8);
      estimator.set("width", 8);
    }

    assertThatCode(() -> estimator.transformSchema(IMAGES)).doesNotThrowAnyException();
  }

  @Test
  void messagesSayWhatIsMissing() {
    assertThatThrownBy(() -> new Autoencoder().setPatience(2).transformSchema(IMAGES))
        .hasMessage(
            "patience 2 has no effect without validationFraction above 0: set that, or leave patience out");
    assertThatThrownBy(() -> new Autoencoder().setFilters(8, 16).transformSchema(IMAGES))
        .hasMessage(
            "filters 8,16 has no effect without architecture convolutional: set that, or leave filters out");
    assertThatThrownBy(() -> new Autoencoder().setScoreSamples(3).transformSchema(IMAGES))
        .hasMessageContaining("without scoreMethod elbo or reconstructionProbability: ");
    assertThatThrownBy(() -> new Autoencoder().setResume(true).transformSchema(IMAGES))
        .hasMessageContaining("resume has no effect without checkpointDir: ");
  }

  @Test
  void valuesThatAskForNothingAreNotMissed() {
    Autoencoder autoencoder =
        new Autoencoder()
            .setPatience(0)
            .setResume(false)
            .setFreeBits(0)
            .setPatchStride(0)
            .setErrorSmoothing(1)
            .setLatentVarianceCol("");
    assertThatCode(() -> autoencoder.transformSchema(IMAGES)).doesNotThrowAnyException();
  }

  /** As of a grid, in which not every value acts beside every other. */
  @Test
  void paramsOfAMapAreOnlyWarnedOf() {
    Autoencoder autoencoder = new Autoencoder();
    Autoencoder varied = autoencoder.copy(new ParamMap().put(autoencoder.filters(), new int[] {8}));

    assertThatCode(() -> varied.transformSchema(IMAGES)).doesNotThrowAnyException();
    assertThat(Effects.missing(varied, Latent.DETERMINISTIC)).containsOnlyKeys("filters");
    assertThatCode(() -> varied.copy(new ParamMap()).transformSchema(IMAGES))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> varied.setPatience(2).transformSchema(IMAGES))
        .hasMessageStartingWith("patience 2 has no effect");
  }

  @Test
  void anEncodingIsForBinaryColumns() {
    StructType binary = new StructType().add("image", DataTypes.BinaryType);
    Autoencoder raw =
        new Autoencoder().setInputEncoding("raw").setHeight(4).setWidth(4).setChannels(1);
    assertThatCode(() -> raw.transformSchema(binary)).doesNotThrowAnyException();
    assertThatThrownBy(() -> raw.transformSchema(IMAGES))
        .hasMessageStartingWith(
            "inputEncoding raw has no effect without a binary column of images: column 'image' is of type struct<");
  }
}
