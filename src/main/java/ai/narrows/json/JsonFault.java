package ai.narrows.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;

/** What is wrong with JSON that cannot be bound: the field, the rule and the value. */
final class JsonFault {
  private static final int LONGEST_VALUE = 60;

  private JsonFault() {}

  /**
   * In one sentence.
   *
   * @param tree what was to be bound
   * @param type to which
   */
  static String of(
      JsonProcessingException failure, JsonNode tree, Class<?> type, ObjectMapper mapper) {
    if (!(failure instanceof JsonMappingException mapping)) {
      return failure.getOriginalMessage();
    }
    if (mapping instanceof ValueInstantiationException && mapping.getCause() != null) {
      return mapping.getCause().getMessage(); // of a record's own rule
    }
    String path = "";
    JsonNode at = tree;
    for (JsonMappingException.Reference step : mapping.getPath()) {
      if (step.getFieldName() == null) {
        path += "[" + step.getIndex() + "]";
        at = at.path(step.getIndex());
      } else {
        path = StrictJson.below(path, step.getFieldName());
        at = at.path(step.getFieldName());
      }
    }
    if (mapping instanceof UnrecognizedPropertyException) {
      return path + " is not known here";
    }
    if (mapping instanceof InvalidTypeIdException unknown) {
      return unknown.getTypeId() == null
          ? StrictJson.below(path, "type") + " is missing"
          : StrictJson.below(path, "type") + " '" + unknown.getTypeId() + "' is not known here";
    }
    if (at.isMissingNode()) {
      return path + " is missing";
    }
    Class<?> target = target(mapping);
    return target == null
        ? (path.isEmpty() ? "" : path + ": ") + mapping.getOriginalMessage()
        : String.join(
            " ", StrictJson.named(path), "must be", rule(target, mapper) + ", but is", shown(at));
  }

  private static Class<?> target(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
        return mismatch.getTargetType();
      }
      if (e instanceof InputCoercionException coercion) {
        return coercion.getTargetType();
      }
    }
    return null;
  }

  private static String rule(Class<?> type, ObjectMapper mapper) {
    if (type == int.class || type == Integer.class) {
      return "a whole number of at most 2147483647";
    }
    if (type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "a text";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> mapper.valueToTree(constant).asText())
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
  }

  private static String shown(JsonNode value) {
    if (value.isContainerNode()) {
      return value.isArray() ? "a list" : "an object";
    }
    String text = value.toString();
    return text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "..." : text;
  }
}
