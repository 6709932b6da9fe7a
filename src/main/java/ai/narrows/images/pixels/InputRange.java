package ai.narrows.images.pixels;

import ai.narrows.images.InputException;
import ai.narrows.images.InvalidImageException;
import ai.narrows.images.OutOfRangeException;
import ai.narrows.message.Message;
import java.io.Serializable;
import java.util.Locale;

/**
 * The range of the numbers in a column of vectors or arrays: its least value becomes 0 and its
 * greatest becomes 1. A number outside is refused, since a network that is trained on such numbers
 * learns nothing; it is not clipped either, which would hide that the range is wrong.
 */
public final class InputRange implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The numbers as they are, as long as they are finite. */
  static final InputRange ANY = new InputRange(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** From 0 to 1, which floats must be in where nothing else is said. */
  static final InputRange UNIT = of(0, 1);

  /** From 0 to 255, which whole numbers must be in where nothing else is said. */
  static final InputRange BYTES = of(0, 255);

  /**
   * How far outside a value may be by rounding, as a share of the range's width: about the spacing
   * of half-precision numbers near 1. Such values are moved to the end of the range.
   */
  private static final float ROUNDING = 1e-3f;

  private static final double BYTE = 255;
  private static final double SHORT = 65_535;

  private final double min;
  private final double max;
  private final boolean scales;
  private final float low;
  private final float high;

  private InputRange(double min, double max) {
    boolean any = Double.isInfinite(min);
    this.min = min;
    this.max = max;
    this.scales = !any && (min != 0 || max != 1);
    this.low = any ? -Float.MAX_VALUE : 0;
    this.high = any ? Float.MAX_VALUE : 1;
  }

  /**
   * The range between two numbers.
   *
   * @param min what becomes 0
   * @param max what becomes 1
   * @throws InputException if they are not finite, or {@code min} is not below {@code max}
   */
  public static InputRange of(double min, double max) {
    if (!Double.isFinite(min)) {
      throw new InputException(
          Message.of("%s must be a finite number, but is %s", Message.param("inputMin"), min));
    }
    if (!Double.isFinite(max)) {
      throw new InputException(
          Message.of("%s must be a finite number, but is %s", Message.param("inputMax"), max));
    }
    if (!(min < max)) {
      throw new InputException(
          Message.of(
              "%s must be below %s, but %s is %s and %s is %s",
              Message.param("inputMin"),
              Message.param("inputMax"),
              Message.param("inputMin"),
              min,
              Message.param("inputMax"),
              max));
    }
    return new InputRange(min, max);
  }

  /** Whether it is from 0 to 255, so that whole numbers in it are uint8. */
  boolean isOfBytes() {
    return min == 0 && max == BYTE;
  }

  /**
   * Reads numbers.
   *
   * @param target receives {@code (value - min) / (max - min)} of each from {@code at} on
   * @throws InvalidImageException if one is not finite, or outside this range
   */
  void read(double[] values, float[] target, int at) {
    if (scales) {
      double width = max - min;
      for (int i = 0; i < values.length; i++) {
        float pixel = (float) ((values[i] - min) / width);
        target[at + i] = pixel >= 0 && pixel <= 1 ? pixel : rounded(values, i, pixel);
      }
    } else {
      for (int i = 0; i < values.length; i++) {
        float pixel = (float) values[i];
        target[at + i] = pixel >= low && pixel <= high ? pixel : rounded(values, i, pixel);
      }
    }
  }

  /** The end of the range that a value is at but for rounding. */
  private float rounded(double[] values, int i, float pixel) {
    if (!Float.isFinite((float) values[i])) {
      throw new InvalidImageException(
          String.format(
              Locale.ROOT,
              "has the value %s at index %d, but values must be finite floats",
              number(values[i]),
              i));
    }
    if (pixel >= -ROUNDING && pixel <= 1 + ROUNDING) {
      return pixel < 0 ? 0 : 1;
    }
    throw new OutOfRangeException(
        Message.of(
            "has the value %s at index %s, but values must be in %s: %s",
            number(values[i]), i, this, remedy(values)));
  }

  /** What to do, from the least and the greatest value of an image. */
  private Message remedy(double[] values) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    if (scales) {
      return Message.of(
          "the image has values from %s to %s; %s", number(least), number(most), setRange());
    }
    if (least >= 0 && most <= BYTE) {
      return Message.of(
          "divide values from 0 to 255 by 255%s",
          or(Message.of("set %s to 255", Message.param("inputMax"))));
    }
    if (least >= 0 && most <= SHORT) {
      return Message.of(
          "divide values from 0 to 65535 by 65535%s",
          or(Message.of("set %s to 65535", Message.param("inputMax"))));
    }
    if (least >= -1 && most <= 1) {
      return Message.of(
          "scale values from -1 to 1%s", or(Message.of("set %s to -1", Message.param("inputMin"))));
    }
    return Message.of(
        "the image has values from %s to %s; scale them%s",
        number(least), number(most), or(setRange()));
  }

  /** Advice for those who can set the range. */
  static Message setRange() {
    return Message.of(
        "set %s and %s to the least and the greatest possible value",
        Message.param("inputMin"), Message.param("inputMax"));
  }

  /** A second way, for those who have the params for it. */
  private static Message or(Message advice) {
    return Message.remedy(Message.of(", or %s", advice), Message.text(""));
  }

  /** A number as short as its float, where it is one. */
  private static String number(double value) {
    float rounded = (float) value;
    return rounded == value ? Float.toString(rounded) : Double.toString(value);
  }

  /** For example {@code [0, 255]}. */
  @Override
  public String toString() {
    return "[%s, %s]".formatted(end(min), end(max));
  }

  private static String end(double value) {
    return number(value).replaceFirst("\\.0$", "");
  }
}
