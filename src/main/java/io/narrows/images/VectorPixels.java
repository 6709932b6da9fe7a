package io.narrows.images;

import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;

/** Pixels of a Spark ML vector, dense or sparse, taken as they are. */
final class VectorPixels implements Pixels {

  private static final long serialVersionUID = 1L;

  private final Preprocessing preprocessing;

  VectorPixels(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
  }

  @Override
  public boolean bytes() {
    return false;
  }

  /** What the preprocessing says: a vector knows its length alone. Vectors are never resized. */
  @Override
  public ImageShape shapeOf(Object cell) {
    int n = ((Vector) cell).size();
    if (n == 0) {
      throw new InputException("is an empty vector");
    }
    if (!preprocessing.resizes()) {
      if (preprocessing.channels() == 3) {
        throw new InputException(
            "is a vector of %d values, which needs height and width (--height, --width) beside"
                    .formatted(n)
                + " 3 channels");
      }
      return ImageShape.ofVector(n);
    }
    int height = preprocessing.height();
    int width = preprocessing.width();
    int channels = preprocessing.channels();
    if (channels == 0) {
      channels = n == 3L * height * width ? 3 : 1;
    }
    ImageShape shape = new ImageShape(height, width, channels);
    if (shape.size() != n) {
      throw new InputException(
          "is a vector of %d values, but %s needs %d; vectors are not resized"
              .formatted(n, shape, shape.size()));
    }
    return shape;
  }

  @Override
  public void readBytes(Object cell, ImageShape expected, byte[] target, int at) {
    throw new IllegalStateException("a vector's values are no bytes; read them as floats");
  }

  @Override
  public void readFloats(Object cell, ImageShape expected, float[] target, int at) {
    ImageShape shape = shapeOf(cell);
    if (!shape.equals(expected)) {
      throw new InputException(
          "is a vector of %d values (%s), but %s is expected"
              .formatted(shape.size(), shape, expected));
    }
    if (cell instanceof DenseVector dense) {
      double[] values = dense.values();
      for (int i = 0; i < values.length; i++) {
        target[at + i] = finite(values[i], i);
      }
    } else if (cell instanceof SparseVector sparse) {
      int[] indices = sparse.indices();
      double[] values = sparse.values();
      Arrays.fill(target, at, at + shape.size(), 0);
      for (int i = 0; i < indices.length; i++) {
        target[at + indices[i]] = finite(values[i], indices[i]);
      }
    }
  }

  private static float finite(double value, int index) {
    float pixel = (float) value;
    if (!Float.isFinite(pixel)) {
      throw new InputException(
          "has the value %s at index %d, but values must be finite floats".formatted(value, index));
    }
    return pixel;
  }
}
