package io.narrows.images;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import scala.collection.Iterator;
import scala.collection.Seq;

/** The types of cells that hold values without a shape. */
enum FlatValues {
  /** A Spark ML vector, dense or sparse, of values in [0, 1]. */
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
    void read(Object cell, float[] target, int at) {
      if (cell instanceof SparseVector sparse) {
        int[] indices = sparse.indices();
        double[] values = sparse.values();
        Arrays.fill(target, at, at + sparse.size(), 0);
        for (int i = 0; i < indices.length; i++) {
          target[at + indices[i]] = finite(values[i], indices[i]);
        }
      } else {
        double[] values = ((Vector) cell).toArray();
        for (int i = 0; i < values.length; i++) {
          target[at + i] = finite(values[i], i);
        }
      }
    }
  },

  /** An array of floats or doubles in [0, 1]. */
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
    void read(Object cell, float[] target, int at) {
      Iterator<?> values = ((Seq<?>) cell).iterator();
      for (int i = 0; values.hasNext(); i++) {
        if (!(values.next() instanceof Number value)) {
          throw new InvalidImageException(
              String.format(
                  Locale.ROOT, "has null at index %d, but values must be finite floats", i));
        }
        target[at + i] = finite(value.doubleValue(), i);
      }
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
    void read(Object cell, float[] target, int at) {
      byte[] values = (byte[]) cell;
      toUnit(values, values.length, target, at);
    }
  };

  /** value / 255f by value. */
  private static final float[] UNIT = new float[256];

  static {
    for (int value = 0; value < UNIT.length; value++) {
      UNIT[value] = value / 255f;
    }
  }

  /** Number of values. */
  abstract int size(Object cell);

  /** For messages, what a cell of n values is. */
  abstract String describe(int n);

  /**
   * Reads all values; bytes become value / 255.
   *
   * @param target receives them from {@code at} on
   * @throws InvalidImageException if one is no finite float
   */
  abstract void read(Object cell, float[] target, int at);

  /** The first n bytes as value / 255. */
  static void toUnit(byte[] bytes, int n, float[] target, int at) {
    for (int i = 0; i < n; i++) {
      target[at + i] = UNIT[bytes[i] & 0xff];
    }
  }

  private static float finite(double value, int index) {
    float pixel = (float) value;
    if (!Float.isFinite(pixel)) {
      throw new InvalidImageException(
          String.format(
              Locale.ROOT,
              "has the value %s at index %d, but values must be finite floats",
              value,
              index));
    }
    return pixel;
  }
}
