package ai.narrows.ml.params;

import ai.narrows.images.features.BackboneSpec;
import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.nn.layers.Architecture;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.apache.spark.ml.param.Param;

/**
 * Where the params of estimators act: each param has its condition in this table. One that was set
 * while its condition does not hold is refused, since whoever set it expects something of it.
 */
public final class Effects {
  /**
   * When a param acts.
   *
   * @param holds for params and a kind of latent
   * @param needs what is missing where it does not
   */
  record Condition(BiPredicate<EstimatorParams<?>, Architecture.Latent> holds, Message needs) {}

  static final Condition ALWAYS = new Condition((params, latent) -> true, Message.text(""));

  private static final Map<String, Condition> CONDITIONS = new LinkedHashMap<>();

  /** Values that ask for nothing, which nobody misses. */
  private static final Map<String, Object> OFF =
      Map.ofEntries(
          Map.entry("activation", "identity"),
          Map.entry("learnSigma", false),
          Map.entry("klWarmupEpochs", 0.0),
          Map.entry("freeBits", 0.0),
          Map.entry("activityPenalty", 0.0),
          Map.entry("errorSmoothing", 1),
          Map.entry("latentVarianceCol", ""),
          Map.entry("patience", 0),
          Map.entry("reconstructionCol", ""),
          Map.entry("backboneOutputs", ""),
          Map.entry("backboneSize", 0),
          Map.entry("backboneGrid", 0),
          Map.entry("height", 0),
          Map.entry("width", 0),
          Map.entry("channels", 0),
          Map.entry("patchStride", 0),
          Map.entry("patchQuantile", 1.0),
          Map.entry("resume", false));

  static {
    when(oneOf("architecture", "dense"), "hidden");
    when(
        oneOf("architecture", "convolutional"),
        "filters",
        "kernelSize",
        "stride",
        "downsampling",
        "upsampling",
        "normalization");
    when(
        new Condition(
            (params, latent) ->
                !params.getArchitecture().equals("dense") || params.getHidden().length > 0,
            Message.of("a layer in %s", Message.param("hidden"))),
        "activation");
    when(oneOf("loss", "gaussian"), "sigma", "learnSigma");
    when(
        bottleneck(Architecture.Latent.GAUSSIAN, "a variational autoencoder"),
        "beta",
        "klWarmupEpochs",
        "freeBits",
        "latentVarianceCol");
    when(
        bottleneck(Architecture.Latent.DETERMINISTIC, "an autoencoder that is not variational"),
        "activityPenalty");
    when(oneOf("corruption", "masking", "gaussian", "stain"), "corruptionLevel");
    when(oneOf("solver", "adam"), "beta1", "beta2", "epsilon");
    when(oneOf("solver", "momentum"), "momentum");
    when(oneOf("stepSizeSchedule", "step"), "decayEpochs", "decayRate");
    when(aboveZero("validationFraction"), "patience");
    when(
        new Condition(
            (params, latent) -> params.getBackbone().isEmpty(),
            Message.of("an empty %s", Message.param("backbone"))),
        "height",
        "width",
        "channels",
        "reconstructionCol");
    when(
        new Condition(
            (params, latent) -> !params.getBackbone().isEmpty(),
            Message.of("%s", Message.param("backbone"))),
        "backboneSize",
        "backboneGrid");
    when(
        new Condition(
            (params, latent) ->
                !params.getBackbone().isEmpty()
                    && !params.getBackbone().equals(BackboneSpec.FILTERS),
            Message.of("an ONNX file in %s", Message.param("backbone"))),
        "backboneOutputs",
        "backboneMean",
        "backboneStd");
    when(aboveZero("patchSize"), "patchStride", "patchQuantile");
    when(oneOf("scoreMethod", "elbo", "reconstructionProbability"), "scoreSamples");
    when(
        new Condition(
            (params, latent) -> !params.getCheckpointDir().isEmpty(),
            Message.of("%s", Message.param("checkpointDir"))),
        "checkpointInterval",
        "keepCheckpoints",
        "resume");
    when(ALWAYS, "architecture", "latentDim", "outputActivation", "loss", "corruption");
    when(ALWAYS, "standardization", "flip", "shift", "solver", "stepSize", "stepSizeScaling");
    when(ALWAYS, "weightDecay", "stepSizeSchedule", "warmupEpochs", "gradientClipNorm", "epochs");
    when(ALWAYS, "batchSize", "numWorkers", "averagingFrequency", "outerMomentum");
    when(ALWAYS, "threadsPerWorker", "outerStepSize", "updaterState", "synchronousEpochs", "seed");
    when(ALWAYS, "validationFraction", "contamination", "calibrationFraction", "backbone");
    when(ALWAYS, "patchSize", "initModel", "checkpointDir", "imageCol", "idCol", "scoreMethod");
    when(ALWAYS, "handleInvalid", "reconstructionErrorCol", "anomalyScoreCol", "predictionCol");
    when(ALWAYS, "latentCol", "errorMapCol");
    when(ALWAYS, "regionsCol", "maskCol");
    when(ALWAYS, "pixelContamination", "errorSmoothing");
    // Of columns that are binary, or of vectors and arrays: see ImageColumnParams.
    when(ALWAYS, "inputEncoding", "inputMin", "inputMax");
  }

  private Effects() {}

  private static void when(Condition condition, String... params) {
    for (String param : params) {
      CONDITIONS.put(param, condition);
    }
  }

  private static Condition oneOf(String param, String... values) {
    return new Condition(
        (params, latent) ->
            Arrays.stream(values).anyMatch(value(params, param).toString()::equalsIgnoreCase),
        Message.of("%s", Message.param(param, String.join(" or ", values))));
  }

  private static Condition aboveZero(String param) {
    return new Condition(
        (params, latent) -> ((Number) value(params, param)).doubleValue() > 0,
        Message.of("%s above 0", Message.param(param)));
  }

  private static Condition bottleneck(Architecture.Latent needed, String words) {
    return new Condition((params, latent) -> latent == needed, Message.text(words));
  }

  private static Object value(EstimatorParams<?> params, String name) {
    Param<Object> param = params.getParam(name);
    return params.getOrDefault(param);
  }

  /** When a param acts. */
  static Condition of(String param) {
    return CONDITIONS.get(param);
  }

  /**
   * What is to be said of each param that was set and does not act, by its name.
   *
   * @param latent deterministic or Gaussian
   */
  public static Map<String, Message> missing(
      EstimatorParams<?> params, Architecture.Latent latent) {
    Map<String, Message> missing = new LinkedHashMap<>();
    for (Param<?> param : params.params()) {
      Condition condition = CONDITIONS.get(param.name());
      if (params.isSet(param)
          && !condition.holds().test(params, latent)
          && !value(params, param.name()).equals(OFF.get(param.name()))) {
        missing.put(param.name(), message(param.name(), value(params, param.name()), condition));
      }
    }
    return missing;
  }

  private static Message message(String param, Object value, Condition condition) {
    return Message.of(
        "%s has no effect without %s: set that, or leave %s out",
        value.equals(true) ? Message.param(param) : Message.param(param, shown(value)),
        condition.needs(),
        Message.param(param));
  }

  private static Object shown(Object value) {
    return value instanceof int[] numbers
        ? String.join(",", Arrays.stream(numbers).mapToObj(Integer::toString).toList())
        : value;
  }

  /**
   * Refuses params that were set and do not act.
   *
   * @param latent deterministic or Gaussian
   * @param tried names of those that come from a ParamMap, as of a grid, in which a value may act
   *     beside some of the others and not beside all
   */
  public static void check(
      EstimatorParams<?> params, Architecture.Latent latent, Set<String> tried) {
    Map<String, Message> missing = missing(params, latent);
    missing.keySet().removeAll(tried);
    for (Message message : missing.values()) {
      throw new ParamException(message);
    }
  }

  /** Names of all params in the table. */
  static List<String> params() {
    return List.copyOf(CONDITIONS.keySet());
  }
}
