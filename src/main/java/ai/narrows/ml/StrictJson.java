package ai.narrows.ml;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;

/**
 * JSON that a stranger may have written: bounded in depth and size, no key twice, and every value
 * of the kind that it has to be. All errors are an {@link IllegalArgumentException}.
 */
final class StrictJson {
  private static final int DEPTH = 64;
  private static final int TOKENS = 1_000_000; // a tree of them takes less than 100 MB
  private static final int DIGITS = 64;
  private static final int TEXT_CHARS = 256;
  private static final int SHOWN_CHARS = 200;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH)
                          .maxTokenCount(TOKENS)
                          .maxNumberLength(DIGITS)
                          .build())
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its metadata is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  static JsonNode required(JsonNode json, String field) {
    JsonNode value = json.get(field);
    if (value == null) {
      throw new IllegalArgumentException("'" + field + "' is missing");
    }
    return value;
  }

  static JsonNode object(JsonNode json, String field) {
    JsonNode value = required(json, field);
    if (!value.isObject()) {
      throw wrong(field, "an object", value);
    }
    return value;
  }

  static JsonNode array(JsonNode json, String field) {
    JsonNode value = required(json, field);
    if (!value.isArray()) {
      throw wrong(field, "an array", value);
    }
    return value;
  }

  /** A short text without control characters, fit to be shown. */
  static String text(JsonNode json, String field) {
    JsonNode value = required(json, field);
    if (!value.isTextual()
        || value.textValue().length() > TEXT_CHARS
        || value.textValue().chars().anyMatch(Character::isISOControl)) {
      throw wrong(field, "a text of at most 256 characters, none of them control", value);
    }
    return value.textValue();
  }

  static boolean flag(JsonNode json, String field) {
    JsonNode value = required(json, field);
    if (!value.isBoolean()) {
      throw wrong(field, "true or false", value);
    }
    return value.booleanValue();
  }

  static int integer(JsonNode json, String field) {
    return integer(field, required(json, field));
  }

  static int integer(String field, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(field, "a whole number of at most 2147483647", value);
    }
    return value.intValue();
  }

  static long whole(JsonNode json, String field) {
    JsonNode value = required(json, field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(field, "a whole number", value);
    }
    return value.longValue();
  }

  static long count(JsonNode json, String field) {
    long value = whole(json, field);
    if (value < 0) {
      throw wrong(field, "a count", json.get(field));
    }
    return value;
  }

  /** A finite number. */
  static double number(JsonNode json, String field) {
    return number(field, required(json, field));
  }

  static double number(String field, JsonNode value) {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(field, "a finite number", value);
    }
    return value.doubleValue();
  }

  static IllegalArgumentException wrong(String field, String rule, JsonNode value) {
    String kind =
        value.isContainerNode()
            ? "an " + value.getNodeType().name().toLowerCase(Locale.ROOT)
            : value.toString();
    return new IllegalArgumentException(field + " must be " + rule + ", but is " + kind);
  }

  /** A message with what a stranger has written in it, in one line and not too long. */
  static String shown(String message) {
    String line = message.replaceAll("\\p{Cntrl}", "?");
    return line.length() > SHOWN_CHARS ? line.substring(0, SHOWN_CHARS) + "..." : line;
  }
}
