package ai.narrows.ml.persistence;

import ai.narrows.compat.ScalaCollections;
import ai.narrows.json.StrictJson;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.Params;

/** A model's params as JSON. They are texts and numbers; Spark ML's decoder would take vectors. */
public final class ModelParams {
  private ModelParams() {}

  /** Those that are set, by name. */
  public static Map<String, JsonNode> set(Params model) {
    return values(model, true);
  }

  /** Those that are not set, with their defaults. */
  static Map<String, JsonNode> defaults(Params model) {
    return values(model, false);
  }

  private static Map<String, JsonNode> values(Params model, boolean set) {
    Map<String, JsonNode> values = new TreeMap<>();
    for (ParamPair<?> pair : ScalaCollections.asJava(model.extractParamMap().toSeq())) {
      if (model.isSet(pair.param()) == set) {
        values.put(pair.param().name(), value(pair));
      }
    }
    return values;
  }

  private static <T> JsonNode value(ParamPair<T> pair) {
    return StrictJson.plain().parse(pair.param().jsonEncode(pair.value()), pair.param().name());
  }

  /** Sets params; names that this version does not know are an error. */
  public static void set(Params model, Map<String, JsonNode> values) {
    values.forEach(
        (name, value) -> {
          if (!model.hasParam(name)) {
            throw new IllegalArgumentException("unknown param '" + name + "'");
          }
          Param<Object> param = model.getParam(name);
          model.set(param, value(param, value));
        });
  }

  private static Object value(Param<?> param, JsonNode value) {
    if (value.asText().equals("Inf") && param instanceof DoubleParam) { // as Spark ML writes it
      return Double.POSITIVE_INFINITY;
    }
    if (value.asText().equals("-Inf") && param instanceof DoubleParam) {
      return Double.NEGATIVE_INFINITY;
    }
    boolean right =
        param instanceof IntParam
            ? value.isInt()
            : param instanceof DoubleParam ? value.isNumber() : value.isTextual();
    if (!right) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must be %s, but is %s",
              param.name(),
              param instanceof IntParam
                  ? "a whole number of at most 2147483647"
                  : param instanceof DoubleParam ? "a number" : "a text",
              value.isObject() ? "an object" : value.isArray() ? "a list" : value));
    }
    if (param instanceof IntParam) {
      return value.intValue();
    }
    return param instanceof DoubleParam ? (Object) value.doubleValue() : value.textValue();
  }
}
