package ai.narrows.ml;

import ai.narrows.images.ImageShape;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.Patches;
import ai.narrows.images.source.PassedOver;
import ai.narrows.nn.Loss;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Labelled;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.nn.layers.Topology;
import ai.narrows.nn.score.ErrorSmoothing;
import ai.narrows.nn.score.ScoreStatistics;
import ai.narrows.train.EpochReport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.package$;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The words of a saved model. The metadata has what Spark ML's own has (class, uid, timestamp,
 * sparkVersion, paramMap, defaultParamMap), so that pipelines can hold it, and under {@code
 * narrows} everything else, with a SHA-256 over the line and the parameters.
 */
final class ModelFormat {
  /**
   * Raised when an older reader could not make sense of what is written. Version 2 came with
   * statistics of the training rows behind the parameters, and scores that need them; version 3
   * with standardisation, images that are cut into patches, and errors that are smoothed; version 4
   * with statistics of what becomes of latents that are encoded once more, behind the others.
   */
  static final int VERSION = 4;

  /** The first whose statistics have shifts. */
  private static final int SHIFTS = 4;

  /** Of models without shifts. */
  private static final int WITHOUT_SHIFTS = 3;

  /** Of models that have none of what came with version 3 either. */
  private static final int PLAIN = 2;

  /** The most bytes of parameters in a row of {@code data/}. */
  static final int CHUNK_BYTES = 1 << 20;

  static final StructType DATA_SCHEMA =
      new StructType()
          .add("offset", DataTypes.LongType, false)
          .add("values", DataTypes.BinaryType, false);

  /** The most hidden layers that a reader takes. */
  private static final int LAYERS = 1000;

  private static final String DENSE = "dense";
  private static final String CONVOLUTIONAL = "convolutional";

  /** What a training was done on that says nothing of it. */
  private static final String CPU = "cpu";

  /** What stands in the place of the checksum while it is computed. */
  private static final String UNSIGNED = "0".repeat(64);

  private ModelFormat() {}

  /** How many values a model of a version has in {@code data/}. */
  static int values(Architecture architecture, int version) {
    return version == 1
        ? architecture.parameters()
        : Math.addExact(
            architecture.parameters(), ScoreStatistics.length(architecture, hasShifts(version)));
  }

  /** Whether the statistics of a model of a version have shifts. */
  static boolean hasShifts(int version) {
    return version >= SHIFTS;
  }

  /** Parameters and statistics, where there are any, as they lie in {@code data/}. */
  static byte[] bytes(ModelData data) {
    Architecture architecture = data.architecture();
    float[] values = Arrays.copyOf(data.parameters(), values(architecture, version(data)));
    if (data.statistics() != null) {
      data.statistics().copyTo(values, architecture.parameters());
    }
    return bytes(values);
  }

  /** Little-endian float32. */
  static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /**
   * A model that came from an older version is written as it came, so that older readers take it:
   * with the least version that can say what it is.
   */
  private static int version(ModelData data) {
    if (data.statistics() == null) {
      return 1;
    }
    if (data.statistics().hasShifts()) {
      return VERSION;
    }
    boolean plain =
        !data.architecture().standardization().any()
            && data.patches().whole()
            && data.statistics().smoothing().side() == 1;
    return plain ? PLAIN : WITHOUT_SHIFTS;
  }

  /** The metadata of a model, one line of JSON. */
  static String metadata(AutoencoderModelBase<?> model) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("class", model.getClass().getName());
    root.put("timestamp", System.currentTimeMillis());
    root.put("sparkVersion", package$.MODULE$.SPARK_VERSION());
    root.put("uid", model.uid());
    ObjectNode set = root.putObject("paramMap");
    ObjectNode defaults = root.putObject("defaultParamMap");
    for (ParamPair<?> pair : CollectionConverters.asJava(model.extractParamMap().toSeq())) {
      (model.isSet(pair.param()) ? set : defaults).set(pair.param().name(), value(pair));
    }
    ModelData data = model.data();
    ObjectNode narrows = root.putObject("narrows");
    narrows.put("formatVersion", version(data));
    narrows.set("model", semantics(data));
    narrows.set("training", training(data));
    narrows.put("sha256", UNSIGNED);
    String line = root.toString();
    return signed(line, UNSIGNED, checksum(line, UNSIGNED, bytes(data)));
  }

  private static <T> JsonNode value(ParamPair<T> pair) {
    return StrictJson.parse(pair.param().jsonEncode(pair.value()));
  }

  /** All that decides what the parameters mean. */
  private static ObjectNode semantics(ModelData data) {
    ObjectNode model = JsonNodeFactory.instance.objectNode();
    Architecture a = data.architecture();
    ObjectNode architecture = model.putObject("architecture");
    if (a.topology() instanceof Topology.Convolutional c) {
      architecture.put("type", CONVOLUTIONAL);
      architecture.put("height", c.height());
      architecture.put("width", c.width());
      architecture.put("channels", c.channels());
      c.filters().forEach(architecture.putArray("filters")::add);
      architecture.put("kernelSize", c.kernelSize());
      architecture.put("stride", c.stride());
      architecture.put("downsampling", c.downsampling().label());
      architecture.put("upsampling", c.upsampling().label());
      architecture.put("normalization", c.normalization().label());
    } else {
      architecture.put("type", DENSE);
      architecture.put("inputs", a.inputs());
      ((Topology.Dense) a.topology()).hidden().forEach(architecture.putArray("hidden")::add);
    }
    architecture.put("latentDim", a.latentDim());
    architecture.put("latent", a.variational() ? "gaussian" : "deterministic");
    architecture.put("activation", a.activation().label());
    architecture.put("outputActivation", a.outputActivation().label());
    ObjectNode shape = model.putObject("imageShape");
    shape.put("height", data.shape().height());
    shape.put("width", data.shape().width());
    shape.put("channels", data.shape().channels());
    ObjectNode preprocessing = model.putObject("preprocessing");
    preprocessing.put("height", data.preprocessing().height());
    preprocessing.put("width", data.preprocessing().width());
    preprocessing.put("channels", data.preprocessing().channels());
    if (!data.patches().whole()) {
      ObjectNode patches = model.putObject("patches");
      patches.put("size", data.patches().size());
      patches.put("stride", data.patches().stride());
      patches.put("quantile", data.patchQuantile());
    }
    if (data.statistics() != null) {
      architecture.put("learnedSigma", a.learnedSigma());
      if (a.standardization().any()) {
        ObjectNode standardization = architecture.putObject("standardization");
        a.standardization().means().forEach(standardization.putArray("means")::add);
        a.standardization().deviations().forEach(standardization.putArray("deviations")::add);
      }
      if (data.statistics().smoothing().side() > 1) {
        model.put("errorSmoothing", data.statistics().smoothing().side());
      }
      model.set("loss", loss(data.loss()));
      model.put("seed", data.seed());
      model.put("thresholdMethod", data.thresholdMethod());
    }
    model.put("scoreMethod", data.scoreMethod().label());
    model.put("threshold", data.threshold());
    return model;
  }

  /** What errors are averaged over. */
  static ErrorSmoothing errorSmoothing(JsonNode semantics, ImageShape shape) {
    return semantics.has("errorSmoothing")
        ? Settings.errorSmoothing(StrictJson.integer(semantics, "errorSmoothing"), shape)
        : ErrorSmoothing.none(shape.size());
  }

  private static ObjectNode loss(Loss loss) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (loss instanceof Loss.MeanSquaredError) {
      json.put("type", "mse");
    } else if (loss instanceof Loss.StructuralDissimilarity ssim) {
      json.put("type", "ssim");
      json.put("height", ssim.height());
      json.put("width", ssim.width());
      json.put("channels", ssim.channels());
    } else if (loss instanceof Loss.BinaryCrossEntropy) {
      json.put("type", "bce");
    } else {
      json.put("type", "gaussian");
      if (loss instanceof Loss.GaussianLikelihood gaussian) { // otherwise it is learned
        json.put("sigma", gaussian.sigma());
      }
    }
    return json;
  }

  /** What it was trained with. */
  static Loss loss(JsonNode json) {
    String type = StrictJson.text(json, "type");
    return switch (type) {
      case "mse" -> new Loss.MeanSquaredError();
      case "ssim" ->
          new Loss.StructuralDissimilarity(
              StrictJson.integer(json, "height"),
              StrictJson.integer(json, "width"),
              StrictJson.integer(json, "channels"));
      case "bce" -> new Loss.BinaryCrossEntropy();
      case "gaussian" ->
          json.has("sigma")
              ? new Loss.GaussianLikelihood(StrictJson.number(json, "sigma"))
              : new Loss.LearnedGaussianLikelihood();
      default -> throw unknown("loss", type);
    };
  }

  /** As version 1 has it, among the params of its estimator. */
  static Loss loss(TrainingSummary summary) {
    String type = summary.params().getOrDefault("loss", "\"mse\"");
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("type", StrictJson.parse(type));
    json.set("sigma", StrictJson.parse(summary.params().getOrDefault("sigma", "1")));
    return loss(json);
  }

  private static ObjectNode training(ModelData data) {
    TrainingSummary summary = data.summary();
    ObjectNode training = JsonNodeFactory.instance.objectNode();
    training.put("rows", summary.rows());
    training.put("validationRows", summary.validationRows());
    training.put("skippedRows", summary.skippedRows());
    if (summary.passedOver().files() > 0) { // as in models from before it was counted
      ObjectNode kinds = training.putObject("passedOver");
      new TreeMap<>(summary.passedOver().kinds()).forEach(kinds::put);
    }
    training.put("workers", summary.workers());
    if (data.statistics() != null) {
      training.put("device", summary.device());
    }
    training.put("averagingFrequency", summary.averagingFrequency());
    if (summary.outerMomentum() != 0) { // as in models from before there was any
      training.put("outerMomentum", summary.outerMomentum());
    }
    training.put("bestEpoch", summary.bestEpoch());
    training.put("threshold", summary.threshold());
    training.put("seconds", summary.seconds());
    summary.history().forEach(report -> training.withArray("history").add(epoch(report)));
    ObjectNode params = training.putObject("params");
    new TreeMap<>(summary.params())
        .forEach((name, json) -> params.set(name, StrictJson.parse(json)));
    return training;
  }

  private static ObjectNode epoch(EpochReport report) {
    ObjectNode epoch = JsonNodeFactory.instance.objectNode();
    epoch.put("epoch", report.epoch());
    epoch.put("loss", report.loss());
    if (!Double.isNaN(report.validationLoss())) {
      epoch.put("validationLoss", report.validationLoss());
    }
    epoch.put("imagesPerSecond", report.imagesPerSecond());
    epoch.put("communicationShare", report.communicationShare());
    epoch.put("seconds", report.seconds());
    return epoch;
  }

  /**
   * The history by itself, a line of JSON for each epoch, with the fields of the metadata and what
   * was computed on.
   */
  static String historyLines(TrainingSummary summary) {
    return summary.history().stream()
        .map(report -> epoch(report).put("device", summary.device()) + "\n")
        .collect(Collectors.joining());
  }

  /**
   * SHA-256 over a model's line of metadata, with zeros where the checksum itself stands, and its
   * parameters; hexadecimal. Over the text, since numbers read and written again may look different
   * on another JDK.
   */
  static String checksum(String metadata, String own, byte[] parameters) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    digest.update(signed(metadata, own, UNSIGNED).getBytes(StandardCharsets.UTF_8));
    digest.update(parameters);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Puts one checksum in the place of another. */
  private static String signed(String metadata, String old, String checksum) {
    return metadata.replace(sha256(old), sha256(checksum));
  }

  /** As no text within JSON can look, where quotes are escaped. */
  private static String sha256(String checksum) {
    return "\"sha256\":\"" + checksum + "\"";
  }

  /** What the parameters mean; they themselves are not looked at. */
  static Architecture architecture(JsonNode json) {
    String latent = StrictJson.text(json, "latent");
    return new Architecture(
        topology(json),
        StrictJson.integer(json, "latentDim"),
        switch (latent) {
          case "gaussian" -> Architecture.Latent.GAUSSIAN;
          case "deterministic" -> Architecture.Latent.DETERMINISTIC;
          default -> throw unknown("latent", latent);
        },
        Activation.of(StrictJson.text(json, "activation")),
        Activation.of(StrictJson.text(json, "outputActivation")),
        json.has("learnedSigma") && StrictJson.flag(json, "learnedSigma"),
        json.has("standardization")
            ? standardization(StrictJson.object(json, "standardization"))
            : Standardization.NONE);
  }

  private static Standardization standardization(JsonNode json) {
    return new Standardization(numbers(json, "means"), numbers(json, "deviations"));
  }

  private static List<Double> numbers(JsonNode json, String name) {
    List<Double> values = new ArrayList<>();
    for (JsonNode value : StrictJson.array(json, name)) {
      values.add(StrictJson.number(name, value));
    }
    return values;
  }

  private static Topology topology(JsonNode json) {
    String type = StrictJson.text(json, "type");
    return switch (type) {
      case DENSE -> new Topology.Dense(StrictJson.integer(json, "inputs"), sizes(json, "hidden"));
      case CONVOLUTIONAL ->
          new Topology.Convolutional(
              StrictJson.integer(json, "height"),
              StrictJson.integer(json, "width"),
              StrictJson.integer(json, "channels"),
              sizes(json, "filters"),
              StrictJson.integer(json, "kernelSize"),
              StrictJson.integer(json, "stride"),
              choice(Topology.Downsampling.class, json, "downsampling"),
              choice(Topology.Upsampling.class, json, "upsampling"),
              choice(Topology.Normalization.class, json, "normalization"));
      default -> throw unknown("architecture", type);
    };
  }

  private static <E extends Enum<E> & Labelled> E choice(
      Class<E> kind, JsonNode json, String name) {
    return Labelled.of(kind, name, StrictJson.text(json, name));
  }

  private static List<Integer> sizes(JsonNode json, String name) {
    JsonNode sizes = StrictJson.array(json, name);
    if (sizes.size() > LAYERS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must have at most %d sizes, but has %d",
              name,
              LAYERS,
              sizes.size()));
    }
    List<Integer> values = new ArrayList<>();
    sizes.forEach(size -> values.add(StrictJson.integer(name, size)));
    return values;
  }

  private static IllegalArgumentException unknown(String what, String name) {
    return new IllegalArgumentException("unknown " + what + " '" + name + "'");
  }

  static ImageShape shape(JsonNode json) {
    return new ImageShape(
        StrictJson.integer(json, "height"),
        StrictJson.integer(json, "width"),
        StrictJson.integer(json, "channels"));
  }

  static Preprocessing preprocessing(JsonNode json) {
    return new Preprocessing(
        StrictJson.integer(json, "height"),
        StrictJson.integer(json, "width"),
        StrictJson.integer(json, "channels"));
  }

  /** How images are cut; they are not where nothing is said of it. */
  static Patches patches(JsonNode model) {
    if (!model.has("patches")) {
      return Patches.NONE;
    }
    JsonNode json = StrictJson.object(model, "patches");
    return new Patches(StrictJson.integer(json, "size"), StrictJson.integer(json, "stride"));
  }

  /** Which of its patches' scores an image has. */
  static double patchQuantile(JsonNode model) {
    return model.has("patches")
        ? StrictJson.number(StrictJson.object(model, "patches"), "quantile")
        : 1;
  }

  static TrainingSummary summary(JsonNode json) {
    List<EpochReport> history = new ArrayList<>();
    for (JsonNode epoch : StrictJson.array(json, "history")) {
      history.add(
          new EpochReport(
              StrictJson.integer(epoch, "epoch"),
              StrictJson.number(epoch, "loss"),
              epoch.has("validationLoss") ? StrictJson.number(epoch, "validationLoss") : Double.NaN,
              StrictJson.number(epoch, "imagesPerSecond"),
              StrictJson.number(epoch, "communicationShare"),
              StrictJson.number(epoch, "seconds")));
    }
    int bestEpoch = StrictJson.integer(json, "bestEpoch");
    if (bestEpoch < 1 || bestEpoch > history.size()) {
      throw new IllegalArgumentException(
          "bestEpoch must be from 1 to " + history.size() + ", but is " + bestEpoch);
    }
    Map<String, String> params = new TreeMap<>();
    StrictJson.object(json, "params")
        .properties()
        .forEach(e -> params.put(e.getKey(), e.getValue().toString()));
    return new TrainingSummary(
        StrictJson.count(json, "rows"),
        StrictJson.count(json, "validationRows"),
        StrictJson.count(json, "skippedRows"),
        passedOver(json),
        StrictJson.integer(json, "workers"),
        json.has("device") ? StrictJson.text(json, "device") : CPU,
        StrictJson.integer(json, "averagingFrequency"),
        json.has("outerMomentum") ? StrictJson.number(json, "outerMomentum") : 0,
        bestEpoch,
        StrictJson.number(json, "threshold"),
        StrictJson.number(json, "seconds"),
        history,
        params);
  }

  private static PassedOver passedOver(JsonNode json) {
    Map<String, Long> kinds = new TreeMap<>();
    if (json.has("passedOver")) {
      JsonNode object = StrictJson.object(json, "passedOver");
      object.fieldNames().forEachRemaining(kind -> kinds.put(kind, StrictJson.count(object, kind)));
    }
    return new PassedOver(kinds);
  }

  /**
   * Checks a model's uid, of which Spark ML makes the name of a folder where a pipeline holds the
   * model.
   */
  static String checkUid(String uid) {
    if (uid.isEmpty()
        || uid.length() > 200
        || uid.chars().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          "uid must have 1 to 200 characters, no slash, backslash or control character among them,"
              + " but is '"
              + uid
              + "'");
    }
    return uid;
  }

  /** Sets params from their JSON; names that this version does not know are an error. */
  static void setParams(AutoencoderModelBase<?> model, JsonNode paramMap) {
    for (Map.Entry<String, JsonNode> entry : paramMap.properties()) {
      if (!model.hasParam(entry.getKey())) {
        throw unknown("param", entry.getKey());
      }
      Param<Object> param = model.getParam(entry.getKey());
      model.set(param, value(param, entry.getValue()));
    }
  }

  /** A model's params are texts and numbers; Spark ML's decoder would take vectors as well. */
  private static Object value(Param<?> param, JsonNode value) {
    if (param instanceof IntParam) {
      return StrictJson.integer(param.name(), value);
    }
    if (!(param instanceof DoubleParam)) {
      if (!value.isTextual()) {
        throw StrictJson.wrong(param.name(), "a text", value);
      }
      return value.textValue();
    }
    if (value.isNumber() && Double.isFinite(value.doubleValue())) {
      return value.doubleValue();
    }
    return switch (value.asText()) { // as Spark ML writes them
      case "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> throw StrictJson.wrong(param.name(), "a number", value);
    };
  }
}
