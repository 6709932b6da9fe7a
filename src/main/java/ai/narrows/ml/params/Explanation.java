package ai.narrows.ml.params;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** A param in words, as {@code explainParams()} lists it; Spark's own shows an array's address. */
public final class Explanation {
  private Explanation() {}

  /** For example {@code epochs: passes over the training data (>= 1) (default: 20, current: 5)}. */
  public static <T> String of(Params owner, Param<T> param) {
    StringBuilder values = new StringBuilder();
    if (owner.hasDefault(param)) {
      values.append("default: ").append(show(owner.getDefault(param).get()));
    }
    if (owner.isSet(param)) {
      values.append(values.isEmpty() ? "" : ", ").append("current: ");
      values.append(show(owner.getOrDefault(param)));
    }
    return String.format(
        Locale.ROOT,
        "%s: %s (%s)",
        param.name(),
        param.doc(),
        values.isEmpty() ? "undefined" : values);
  }

  private static String show(Object value) {
    if (value instanceof int[] numbers) {
      return Arrays.toString(numbers);
    }
    return value.equals("") ? "none" : value.toString();
  }
}
