import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a program has measured: a line {@code RESULT {...}} of JSON, which {@code benchmarks/run} reads. */
final class Result {
  private final Map<String, Object> values = new LinkedHashMap<>();

  Result with(String name, Object value) {
    values.put(name, value);
    return this;
  }

  Map<String, Object> values() {
    return values;
  }

  void print() {
    System.out.println("RESULT " + json(values));
    System.out.flush();
  }

  private static String json(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> json(entry.getKey().toString()) + ": " + json(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof double[] array) {
      return json(Arrays.stream(array).boxed().toList());
    }
    if (value instanceof Collection<?> items) {
      return items.stream().map(Result::json).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Double number) {
      return Double.isFinite(number) ? String.format(Locale.ROOT, "%.6g", number) : "null";
    }
    if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    return '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
