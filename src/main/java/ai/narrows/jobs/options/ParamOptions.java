package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.FloatParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The params of estimators, models and evaluators as options: name, words, type and default are the
 * param's own, so that they cannot drift apart.
 */
public final class ParamOptions {
  /** Where the option is not called as the param is. */
  private static final Map<String, String> NAMES =
      Map.of(
          "latentDim",
          "latent",
          "numWorkers",
          "workers",
          "checkpointDir",
          "checkpoint",
          "handleInvalid",
          "mode",
          "patchSize",
          "patch");

  private final Map<String, Params> owners;
  private final Predicate<String> wanted;
  private final Map<String, OptionSpec> options = new LinkedHashMap<>();

  /**
   * @param owners by the names that users know them by; what they hold now is shown as the default,
   *     the first one's first
   * @param wanted which params become options, by their names
   */
  public ParamOptions(Map<String, ? extends Params> owners, Predicate<String> wanted) {
    this.owners = new LinkedHashMap<>(owners);
    this.wanted = wanted;
  }

  /**
   * Adds an option for each param that any of the estimators has, in the order in which they are
   * listed.
   */
  public void addTo(CommandSpec spec, int order) {
    for (Params owner : owners.values()) {
      for (Param<?> param : owner.params()) {
        if (wanted.test(param.name()) && !options.containsKey(param.name())) {
          OptionSpec option =
              OptionSpec.builder(optionOf(param.name()))
                  .order(order)
                  .type(String.class)
                  .arity(param instanceof BooleanParam ? "0..1" : "1")
                  .fallbackValue(param instanceof BooleanParam ? "true" : "")
                  .paramLabel(label(param))
                  .description(describe(param).replace("%", "%%"))
                  .build();
          options.put(param.name(), option);
          spec.addOption(option);
        }
      }
    }
  }

  /** Whether the user has set a param. */
  public boolean isGiven(String param) {
    return options.get(param).getValue() != null;
  }

  /**
   * Sets what the user has given.
   *
   * @throws InputException if a text is no value of its param's type, or the target has no such
   *     param
   */
  public void applyTo(Params target, String name) {
    for (Map.Entry<String, OptionSpec> entry : options.entrySet()) {
      String text = entry.getValue().getValue();
      if (text != null) {
        if (!target.hasParam(entry.getKey())) {
          throw new InputException(
              String.format(Locale.ROOT, "%s is no option of %s", optionOf(entry.getKey()), name));
        }
        Param<Object> param = target.getParam(entry.getKey());
        target.set(param, parse(param, text.strip()));
      }
    }
  }

  /** The option for a param: {@code --batch-size} for {@code batchSize}. */
  public static String optionOf(String param) {
    String name = NAMES.getOrDefault(param, param);
    return "--" + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** A param's value, encoded as JSON, as it is typed behind its option in a shell. */
  public static String fromJson(String json) {
    try {
      JsonNode value = new ObjectMapper().readTree(json);
      String text = value.isTextual() ? value.asText() : json.replaceAll("[\\[\\]\\s]", "");
      return text.matches("[A-Za-z0-9_./:,=@%+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + json, e);
    }
  }

  /** The values of all params that have one, as they are typed. */
  public static Map<String, String> values(Params owner) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Param<?> param : owner.params()) {
      if (owner.isDefined(param)) {
        values.put(param.name(), show(owner, param.name()));
      }
    }
    return values;
  }

  private static String label(Param<?> param) {
    if (param instanceof IntArrayParam) {
      return "N,N,...";
    }
    if (param instanceof IntParam || param instanceof LongParam) {
      return "N";
    }
    if (param instanceof DoubleParam || param instanceof FloatParam) {
      return "X";
    }
    return param instanceof BooleanParam ? "true|false" : "NAME";
  }

  private String describe(Param<?> param) {
    String words = param.doc();
    for (String other : options.keySet()) {
      if (!other.equals(other.toLowerCase(Locale.ROOT))) { // others are ordinary words
        words = words.replaceAll("\\b" + other + "\\b", optionOf(other));
      }
    }
    String defaults = defaults(param.name());
    if (!words.startsWith(defaults.replaceAll(";.*", "")) || defaults.isEmpty()) { // no value
      words = words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
    return defaults.isEmpty() ? words + "." : words + " (default: " + defaults + ").";
  }

  /** The first estimator's default, and those of the others that have another. */
  private String defaults(String param) {
    StringBuilder shown = new StringBuilder();
    String common = null;
    for (Map.Entry<String, Params> owner : owners.entrySet()) {
      if (owner.getValue().hasParam(param)) {
        String value = show(owner.getValue(), param);
        if (common == null) {
          common = value;
          shown.append(value);
        } else if (!value.equals(common)) {
          shown.append("; ").append(owner.getKey()).append(": ").append(value);
        }
      }
    }
    return shown.toString();
  }

  private static String show(Params owner, String name) {
    Param<Object> param = owner.getParam(name);
    if (!owner.isDefined(param)) {
      return "";
    }
    Object value = owner.getOrDefault(param);
    if (value instanceof Double number && number.isNaN()) {
      return ""; // none
    }
    return value instanceof int[] array
        ? Arrays.toString(array).replaceAll("[\\[\\] ]", "")
        : Objects.toString(value);
  }

  private static Object parse(Param<?> param, String text) {
    try {
      if (param instanceof IntParam) {
        return Integer.valueOf(text);
      }
      if (param instanceof LongParam) {
        return Long.valueOf(text);
      }
      if (param instanceof DoubleParam) {
        return Double.valueOf(text);
      }
      if (param instanceof FloatParam) {
        return Float.valueOf(text);
      }
      if (param instanceof IntArrayParam) {
        return text.isEmpty()
            ? new int[0]
            : Arrays.stream(text.split(",", -1))
                .mapToInt(n -> Integer.parseInt(n.strip()))
                .toArray();
      }
    } catch (NumberFormatException e) {
      throw new InputException(
          String.format(
              Locale.ROOT, "%s must be %s, but is '%s'", optionOf(param.name()), kind(param), text),
          e);
    }
    if (param instanceof BooleanParam) {
      if (!text.equals("true") && !text.equals("false")) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s must be true or false, but is '%s'",
                optionOf(param.name()),
                text));
      }
      return Boolean.valueOf(text);
    }
    return text;
  }

  private static String kind(Param<?> param) {
    if (param instanceof IntArrayParam) {
      return "whole numbers with commas between them";
    }
    return param instanceof IntParam || param instanceof LongParam ? "a whole number" : "a number";
  }
}
