package ai.narrows.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Reads JSON that a stranger may have written, and binds it to records: bounded in length, depth,
 * number of values and digits; no key twice, nothing behind the end, no null, no infinite number.
 * Every component of a record has to be there, with a value of its type, and nothing else. All
 * errors are an {@link IllegalArgumentException} that names the field.
 */
public final class StrictJson {
  /** The most bytes that are read. */
  public static final int MOST_BYTES = 16 << 20;

  private static final int DEPTH = 64;
  private static final int TOKENS = 1_000_000; // a tree of them takes less than 100 MB
  private static final int DIGITS = 64;

  /** How many times as much is read of long lists. */
  private static final int LONG = 64;

  private static final StrictJson PLAIN = new StrictJson(Map.of(), 1);

  private final JsonMapper mapper;
  private final int mostBytes;
  private final long mostTokens;

  private StrictJson(Map<Class<?>, Class<?>> annotations, int factor) {
    mostBytes = factor * MOST_BYTES;
    mostTokens = (long) factor * TOKENS;
    JsonMapper.Builder builder =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxNumberLength(DIGITS)
                            .build())
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.AUTO_DETECT_IS_GETTERS);
    for (CoercionInputShape shape :
        new CoercionInputShape[] {
          CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean
        }) {
      builder.withCoercionConfig(
          LogicalType.Textual, config -> config.setCoercion(shape, CoercionAction.Fail));
    }
    annotations.forEach(builder::addMixIn);
    mapper = builder.build();
  }

  /** For records, texts, numbers, lists and maps of them. */
  public static StrictJson plain() {
    return PLAIN;
  }

  /** The same for lists of as many elements as there are images: 1 GiB of it. */
  public static StrictJson forLongLists() {
    return new StrictJson(Map.of(), LONG);
  }

  /**
   * For classes that need to be told how they look in JSON.
   *
   * @param annotations by class, a class that has the annotations in its place
   */
  public static StrictJson with(Map<Class<?>, Class<?>> annotations) {
    return new StrictJson(annotations, 1);
  }

  /**
   * A text as a tree.
   *
   * @param what it is, for the message
   */
  public JsonNode parse(String text, String what) {
    try (JsonParser parser = new BoundedParser(mapper.createParser(text), mostTokens)) {
      JsonNode tree = mapper.readTree(parser);
      if (tree == null) {
        throw new IllegalArgumentException(what + " is empty");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(what + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a text in memory has none
    }
  }

  /** The same tree, in which everything has a finite value. */
  private static JsonNode sound(String path, JsonNode node) {
    if (node.isNull()) {
      throw new IllegalArgumentException(named(path) + " must have a value, but is null");
    }
    if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
      throw new IllegalArgumentException(named(path) + " must be a finite number, but is not");
    }
    if (node.isObject()) {
      node.properties().forEach(field -> sound(below(path, field.getKey()), field.getValue()));
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      sound(path + "[" + i + "]", node.get(i));
    }
    return node;
  }

  /** Where something stands. */
  static String named(String path) {
    return path.isEmpty() ? "it" : path;
  }

  /** The name of a field of an object. */
  static String below(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  /**
   * Reads a stream to its end.
   *
   * @param what it is, for the message
   */
  public <T> T read(InputStream in, String what, Class<T> type) throws IOException {
    byte[] bytes = in.readNBytes(mostBytes + 1);
    if (bytes.length > mostBytes) {
      throw new IllegalArgumentException(what + " has more than " + mostBytes + " bytes");
    }
    return bind(parse(new String(bytes, StandardCharsets.UTF_8), what), type);
  }

  /** Binds a tree, or a part of one. */
  public <T> T bind(JsonNode tree, Class<T> type) {
    try {
      return mapper.treeToValue(sound("", tree), type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(JsonFault.of(e, tree, type, mapper), e);
    }
  }

  /** What is bound to this value, as a tree. */
  public JsonNode tree(Object value) {
    return mapper.valueToTree(value);
  }

  /** What is bound to this value, in one line. */
  public String text(Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /** The same as UTF-8. */
  public byte[] bytes(Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass() + " as JSON", e);
    }
  }
}
