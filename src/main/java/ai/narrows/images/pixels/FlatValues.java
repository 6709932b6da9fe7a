package ai.narrows.images.pixels;

import ai.narrows.images.InvalidImageException;
import ai.narrows.images.OutOfRangeException;
import ai.narrows.message.Message;
import ai.narrows.nn.kernels.Uint8;
import java.util.Locale;
import org.apache.spark.ml.linalg.Vector;
import scala.collection.Iterator;
import scala.collection.Seq;

/** The types of cells that hold values without a shape. */
enum FlatValues {
  /** A Spark ML vector, dense or sparse. */
  VECTOR {
    @Override
    int size(Object cell) {
      return ((Vector) cell).size();
    }

    @Override
    String describe(int n) {
      return "a vector of " + n + " values";
    }

    @Override
    double[] numbers(Object cell) {
      return ((Vector) cell).toArray();
    }
  },

  /** An array of numbers. */
  ARRAY {
    @Override
    int size(Object cell) {
      return ((Seq<?>) cell).size();
    }

    @Override
    String describe(int n) {
      return "an array of " + n + " values";
    }

    @Override
    double[] numbers(Object cell) {
      double[] numbers = new double[size(cell)];
      Iterator<?> values = ((Seq<?>) cell).iterator();
      for (int i = 0; values.hasNext(); i++) {
        numbers[i] = number(values.next(), i);
      }
      return numbers;
    }
  },

  /** An array of signed bytes, whose bits are those of uint8: -1 stands for 255. */
  BYTE_ARRAY {
    @Override
    int size(Object cell) {
      return ARRAY.size(cell);
    }

    @Override
    String describe(int n) {
      return ARRAY.describe(n);
    }

    @Override
    double[] numbers(Object cell) {
      return unsigned(ARRAY.numbers(cell));
    }
  },

  /** Raw bytes, 0 to 255. */
  BYTES {
    @Override
    int size(Object cell) {
      return ((byte[]) cell).length;
    }

    @Override
    String describe(int n) {
      return n + " raw bytes";
    }

    @Override
    double[] numbers(Object cell) {
      byte[] bytes = (byte[]) cell;
      double[] numbers = new double[bytes.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = bytes[i] & 0xff;
      }
      return numbers;
    }

    @Override
    byte[] bytes(Object cell) {
      return (byte[]) cell;
    }
  };

  /** Number of values. */
  abstract int size(Object cell);

  /** For messages, what a cell of n values is. */
  abstract String describe(int n);

  /**
   * All values, [size].
   *
   * @throws InvalidImageException if one is null
   */
  abstract double[] numbers(Object cell);

  /**
   * All values as uint8, [size]; not to be changed.
   *
   * @throws InvalidImageException if one is null, or none of 0, 1 to 255
   */
  byte[] bytes(Object cell) {
    return bytes(numbers(cell));
  }

  /**
   * Numbers as uint8.
   *
   * @throws InvalidImageException if one is none of 0, 1 to 255
   */
  static byte[] bytes(double[] numbers) {
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      int value = (int) numbers[i];
      if (value < 0 || value > 255) {
        throw new OutOfRangeException(
            Message.of(
                "has the value %s at index %s, but whole numbers must be from 0 to 255: %s",
                (long) numbers[i],
                i,
                Message.remedy(InputRange.setRange(), Message.text("scale them"))));
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  /** Makes numbers from -128 to 127 those from 0 to 255 that have the same bits, in place. */
  static double[] unsigned(double[] numbers) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (byte) numbers[i] & 0xff;
    }
    return numbers;
  }

  /** An element of an array. */
  static double number(Object element, int index) {
    if (!(element instanceof Number value)) {
      throw new InvalidImageException(
          String.format(
              Locale.ROOT, "has null at index %d, but values must be finite floats", index));
    }
    return value.doubleValue();
  }

  /** The first n bytes as value / 255. */
  static void toUnit(byte[] bytes, int n, float[] target, int at) {
    for (int i = 0; i < n; i++) {
      target[at + i] = Uint8.unit(bytes[i]);
    }
  }
}
