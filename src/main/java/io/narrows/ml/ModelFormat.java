package io.narrows.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.narrows.images.ImageShape;
import io.narrows.images.Preprocessing;
import io.narrows.nn.Activation;
import io.narrows.nn.Architecture;
import io.narrows.train.EpochReport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.package$;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The words of a saved model. The metadata has what Spark ML's own has (class, uid, timestamp,
 * sparkVersion, paramMap, defaultParamMap), so that pipelines can hold it, and under {@code
 * narrows} everything else, with a SHA-256 over the parameters and over all that decides what they
 * mean.
 */
final class ModelFormat {
  /** Raised when an older reader could not make sense of what is written. */
  static final int VERSION = 1;

  /** The most bytes of parameters in a row of {@code data/}. */
  static final int CHUNK_BYTES = 1 << 20;

  static final StructType DATA_SCHEMA =
      new StructType()
          .add("offset", DataTypes.LongType, false)
          .add("values", DataTypes.BinaryType, false);

  static final ObjectMapper JSON = new ObjectMapper();

  private ModelFormat() {}

  /** Parameters as little-endian float32. */
  static byte[] bytes(float[] parameters) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(parameters.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(parameters);
    return bytes.array();
  }

  /** The metadata of a model, one line of JSON. */
  static String metadata(AutoencoderModelBase<?> model) {
    ObjectNode root = JSON.createObjectNode();
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
    ObjectNode semantics = semantics(data);
    ObjectNode narrows = root.putObject("narrows");
    narrows.put("formatVersion", VERSION);
    narrows.set("model", semantics);
    narrows.set("training", training(data.summary()));
    narrows.put("sha256", checksum(semantics, bytes(data.parameters())));
    return root.toString();
  }

  private static <T> JsonNode value(ParamPair<T> pair) {
    return parse(pair.param().jsonEncode(pair.value()));
  }

  /** JSON text that Narrows wrote itself. */
  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + json, e);
    }
  }

  /** All that decides what the parameters mean. */
  private static ObjectNode semantics(ModelData data) {
    ObjectNode model = JSON.createObjectNode();
    Architecture a = data.architecture();
    ObjectNode architecture = model.putObject("architecture");
    architecture.put("type", "dense");
    architecture.put("inputs", a.inputs());
    a.hidden().forEach(architecture.putArray("hidden")::add);
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
    model.put("scoreMethod", data.scoreMethod());
    model.put("threshold", data.threshold());
    return model;
  }

  private static ObjectNode training(TrainingSummary summary) {
    ObjectNode training = JSON.createObjectNode();
    training.put("rows", summary.rows());
    training.put("validationRows", summary.validationRows());
    training.put("skippedRows", summary.skippedRows());
    training.put("workers", summary.workers());
    training.put("averagingFrequency", summary.averagingFrequency());
    training.put("bestEpoch", summary.bestEpoch());
    training.put("threshold", summary.threshold());
    training.put("seconds", summary.seconds());
    for (EpochReport report : summary.history()) {
      ObjectNode epoch = training.withArray("history").addObject();
      epoch.put("epoch", report.epoch());
      epoch.put("loss", report.loss());
      if (!Double.isNaN(report.validationLoss())) {
        epoch.put("validationLoss", report.validationLoss());
      }
      epoch.put("imagesPerSecond", report.imagesPerSecond());
      epoch.put("communicationShare", report.communicationShare());
      epoch.put("seconds", report.seconds());
    }
    ObjectNode params = training.putObject("params");
    new TreeMap<>(summary.params()).forEach((name, json) -> params.set(name, parse(json)));
    return training;
  }

  /** SHA-256 over the meaning and the parameters, hexadecimal. */
  static String checksum(JsonNode semantics, byte[] parameters) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(semantics.toString().getBytes(StandardCharsets.UTF_8));
      digest.update(parameters);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  static Architecture architecture(JsonNode json) {
    List<Integer> hidden = new ArrayList<>();
    required(json, "hidden").forEach(size -> hidden.add(size.asInt()));
    if (!required(json, "type").asText().equals("dense")) {
      throw new IllegalArgumentException(
          "unknown architecture '" + json.get("type").asText() + "'");
    }
    String latent = required(json, "latent").asText();
    return new Architecture(
        integer(json, "inputs"),
        hidden,
        integer(json, "latentDim"),
        switch (latent) {
          case "gaussian" -> Architecture.Latent.GAUSSIAN;
          case "deterministic" -> Architecture.Latent.DETERMINISTIC;
          default -> throw new IllegalArgumentException("unknown latent '" + latent + "'");
        },
        Activation.of(required(json, "activation").asText()),
        Activation.of(required(json, "outputActivation").asText()));
  }

  static ImageShape shape(JsonNode json) {
    return new ImageShape(
        integer(json, "height"), integer(json, "width"), integer(json, "channels"));
  }

  static Preprocessing preprocessing(JsonNode json) {
    return new Preprocessing(
        integer(json, "height"), integer(json, "width"), integer(json, "channels"));
  }

  static TrainingSummary summary(JsonNode json) {
    List<EpochReport> history = new ArrayList<>();
    for (JsonNode epoch : json.path("history")) {
      history.add(
          new EpochReport(
              integer(epoch, "epoch"),
              required(epoch, "loss").asDouble(),
              epoch.path("validationLoss").asDouble(Double.NaN),
              required(epoch, "imagesPerSecond").asDouble(),
              required(epoch, "communicationShare").asDouble(),
              required(epoch, "seconds").asDouble()));
    }
    Map<String, String> params = new TreeMap<>();
    required(json, "params")
        .properties()
        .forEach(e -> params.put(e.getKey(), e.getValue().toString()));
    return new TrainingSummary(
        required(json, "rows").asLong(),
        required(json, "validationRows").asLong(),
        json.path("skippedRows").asLong(0),
        integer(json, "workers"),
        integer(json, "averagingFrequency"),
        integer(json, "bestEpoch"),
        required(json, "threshold").asDouble(),
        required(json, "seconds").asDouble(),
        history,
        params);
  }

  static int integer(JsonNode json, String field) {
    JsonNode value = required(json, field);
    if (!value.canConvertToInt()) {
      throw new IllegalArgumentException(field + " must be a whole number, but is " + value);
    }
    return value.asInt();
  }

  static JsonNode required(JsonNode json, String field) {
    JsonNode value = json.get(field);
    if (value == null) {
      throw new IllegalArgumentException("'" + field + "' is missing");
    }
    return value;
  }

  /** Sets params from their JSON; names that this version does not know are an error. */
  static void setParams(AutoencoderModelBase<?> model, JsonNode paramMap) {
    paramMap
        .properties()
        .forEach(
            entry -> {
              if (!model.hasParam(entry.getKey())) {
                throw new IllegalArgumentException("unknown param '" + entry.getKey() + "'");
              }
              Param<Object> param = model.getParam(entry.getKey());
              model.set(param, param.jsonDecode(entry.getValue().toString()));
            });
  }
}
