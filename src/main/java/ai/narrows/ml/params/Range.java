package ai.narrows.ml.params;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An interval of finite numbers.
 *
 * @param notation how it is written: {@code >= 0}, {@code > 0}, {@code [0, 1)}
 */
record Range(String notation, double low, boolean lowIn, double high, boolean highIn) {
  private static final Pattern FROM = Pattern.compile("(>=?) (\\S+)");
  private static final Pattern BETWEEN = Pattern.compile("([\\[(])(\\S+), (\\S+)([])])");

  /** The interval of a notation. */
  static Range of(String notation) {
    Matcher from = FROM.matcher(notation);
    if (from.matches()) {
      double low = Double.parseDouble(from.group(2));
      return new Range(notation, low, from.group(1).equals(">="), Double.POSITIVE_INFINITY, false);
    }
    Matcher between = BETWEEN.matcher(notation);
    if (!between.matches()) {
      throw new IllegalArgumentException("no range: " + notation);
    }
    return new Range(
        notation,
        Double.parseDouble(between.group(2)),
        between.group(1).equals("["),
        Double.parseDouble(between.group(3)),
        between.group(4).equals("]"));
  }

  /** Whether a number is in it; NaN never is. */
  boolean contains(double value) {
    return (lowIn ? value >= low : value > low) && (highIn ? value <= high : value < high);
  }

  /** What a value must be: {@code at least 0 and below 1}. */
  String words() {
    if (Double.isInfinite(high)) {
      return lowIn ? "at least " + show(low) : low == 0 ? "positive" : "above " + show(low);
    }
    if (lowIn && highIn) {
      return "from " + show(low) + " to " + show(high);
    }
    return (lowIn ? "at least " : "above ")
        + show(low)
        + " and "
        + (highIn ? "at most " : "below ")
        + show(high);
  }

  private static String show(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }

  /** As it follows a param's text: {@code (>= 0)}, {@code , in [0, 1)}. */
  String suffix() {
    return Double.isInfinite(high) ? " (" + notation + ")" : ", in " + notation;
  }
}
