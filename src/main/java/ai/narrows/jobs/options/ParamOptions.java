package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import ai.narrows.ml.params.Definition;
import ai.narrows.ml.params.Group;
import ai.narrows.ml.params.ParamSet;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The params of estimators, models and evaluators as options, made of their definitions: name,
 * words, type and default are the param's own.
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

  private final Map<String, Definition<?, ?>> definitions = new LinkedHashMap<>();
  private final Function<Definition<?, ?>, String> defaults;
  private final Map<String, OptionSpec> options = new LinkedHashMap<>();

  /**
   * Of one kind of owner.
   *
   * @param all its definitions
   * @param wanted which of them become options, by their names
   * @param defaults what help shows as the default of each, empty for none
   */
  public ParamOptions(
      List<Definition<?, ?>> all,
      Predicate<String> wanted,
      Function<Definition<?, ?>, String> defaults) {
    for (Definition<?, ?> definition : all) {
      if (wanted.test(definition.name())) {
        definitions.put(definition.name(), definition);
      }
    }
    this.defaults = defaults;
  }

  /**
   * Of several kinds of owners, which have the same params with other defaults.
   *
   * @param kinds by the names that users know them by, the one whose defaults come first first
   * @param wanted which of them become options, by their names
   */
  public static ParamOptions of(
      Map<String, List<Definition<?, ?>>> kinds, Predicate<String> wanted) {
    return new ParamOptions(
        kinds.values().iterator().next(), wanted, definition -> defaults(kinds, definition.name()));
  }

  /** Adds an option for each param, in the order in which they are listed. */
  public void addTo(CommandSpec spec, int order) {
    for (Definition<?, ?> definition : definitions.values()) {
      boolean flag = definition.type() == Definition.Type.BOOLEAN;
      OptionSpec option =
          OptionSpec.builder(optionOf(definition.name()))
              .order(order)
              .type(String.class)
              .arity(flag ? "0..1" : "1")
              .fallbackValue(flag ? "true" : "")
              .paramLabel(label(definition))
              .description(describe(definition).replace("%", "%%"))
              .userObject(definition)
              .build();
      options.put(definition.name(), option);
      spec.addOption(option);
    }
  }

  /** The param that an option stands for, if it stands for one. */
  public static Optional<Definition<?, ?>> definitionOf(OptionSpec option) {
    return option.userObject() instanceof Definition<?, ?> definition
        ? Optional.of(definition)
        : Optional.empty();
  }

  /** The subject that an option belongs to, if it stands for a param. */
  public static Optional<Group> groupOf(OptionSpec option) {
    return definitionOf(option).map(Definition::group);
  }

  /** Whether the user has set a param. */
  public boolean isGiven(String param) {
    return text(param).isPresent();
  }

  private Optional<String> text(String param) {
    OptionSpec option = options.get(param);
    return option == null ? Optional.empty() : Optional.ofNullable(option.getValue());
  }

  /**
   * What the user has set a param to.
   *
   * @throws IllegalArgumentException if it is no value of the param's type, or breaks its rule
   */
  public <V> Optional<V> given(Definition<?, V> definition) {
    return text(definition.name()).map(text -> value(definition, text.strip()));
  }

  /** A value that may be used. */
  private static <V> V value(Definition<?, V> definition, String text) {
    V value = definition.cast(parse(definition, text));
    definition.check(value);
    return value;
  }

  /**
   * Checks whatever the user has given, value by value.
   *
   * @throws IllegalArgumentException if one is no value of its param's type, or breaks its rule
   */
  public void check() {
    definitions.values().forEach(this::given);
  }

  /**
   * Sets what the user has given.
   *
   * @throws IllegalArgumentException if one is no value of its param's type, or breaks its rule
   */
  public void applyTo(Params target) {
    for (Definition<?, ?> definition : definitions.values()) {
      given(definition)
          .ifPresent(value -> target.set(target.getParam(definition.name()), (Object) value));
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
      return quoted(value.isTextual() ? value.asText() : json.replaceAll("[\\[\\]\\s]", ""));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + json, e);
    }
  }

  /** A word as it is typed in a shell. */
  public static String quoted(String text) {
    return text.matches("[A-Za-z0-9_./:,=@%+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /** The values of all params that have one, as they are typed. */
  public static Map<String, String> values(Params owner) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Param<?> param : owner.params()) {
      if (owner.isDefined(param)) {
        values.put(param.name(), show(ParamSet.shown(owner.getOrDefault(param))));
      }
    }
    return values;
  }

  private static String label(Definition<?, ?> definition) {
    return switch (definition.type()) {
      case INTEGERS -> "N,N,...";
      case INTEGER, LONG -> "N";
      case DOUBLE -> "X";
      case BOOLEAN -> "true|false";
      case STRING -> "NAME";
    };
  }

  private String describe(Definition<?, ?> definition) {
    String words = definition.doc();
    for (String other : definitions.keySet()) {
      if (!other.equals(other.toLowerCase(Locale.ROOT))) { // others are ordinary words
        words = words.replaceAll("\\b" + other + "\\b", optionOf(other));
      }
    }
    words = words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    String shown = defaults.apply(definition);
    return shown.isEmpty() ? words + "." : words + " (default: " + shown + ").";
  }

  /** The first kind's default, and those of the others that have another; empty for none. */
  public static String defaults(Map<String, List<Definition<?, ?>>> kinds, String param) {
    List<String> shown = new ArrayList<>();
    String common = null;
    for (Map.Entry<String, List<Definition<?, ?>>> kind : kinds.entrySet()) {
      for (Definition<?, ?> definition : kind.getValue()) {
        if (definition.name().equals(param)) {
          String value = defaultOf(definition);
          if (common == null) {
            common = value;
            shown.add(value);
          } else if (!value.equals(common)) {
            shown.add(kind.getKey() + ": " + value);
          }
        }
      }
    }
    return String.join("; ", shown);
  }

  /** The default as it is typed, empty for none. */
  public static String defaultOf(Definition<?, ?> definition) {
    return definition.defaultValue().map(ParamOptions::show).orElse("");
  }

  private static String show(Object value) {
    return value instanceof int[] array
        ? Arrays.toString(array).replaceAll("[\\[\\] ]", "")
        : value.toString();
  }

  private static Object parse(Definition<?, ?> definition, String text) {
    try {
      return switch (definition.type()) {
        case INTEGER -> Integer.valueOf(text);
        case LONG -> Long.valueOf(text);
        case DOUBLE -> Double.valueOf(text);
        case INTEGERS ->
            text.isEmpty()
                ? new int[0]
                : Arrays.stream(text.split(",", -1))
                    .mapToInt(n -> Integer.parseInt(n.strip()))
                    .toArray();
        case BOOLEAN -> {
          if (!text.equals("true") && !text.equals("false")) {
            throw new NumberFormatException(text);
          }
          yield Boolean.valueOf(text);
        }
        case STRING -> text;
      };
    } catch (NumberFormatException e) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s must be %s, but is '%s'",
              optionOf(definition.name()),
              kind(definition),
              text),
          e);
    }
  }

  private static String kind(Definition<?, ?> definition) {
    return switch (definition.type()) {
      case INTEGERS -> "whole numbers with commas between them";
      case INTEGER, LONG -> "a whole number";
      case BOOLEAN -> "true or false";
      default -> "a number";
    };
  }
}
