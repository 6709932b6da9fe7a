package ai.narrows.images.pixels;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.message.Message;
import java.util.Locale;

/**
 * Pixels of cells that know how many values they have, but not their shape: vectors, arrays and raw
 * bytes. The shape is the preprocessing's, or that of whoever reads them; they are never resized.
 */
final class FlatPixels implements Pixels {

  private static final long serialVersionUID = 1L;

  private final FlatValues values;
  private final InputRange range;
  private final Preprocessing preprocessing;

  /**
   * @param range of the values; null where they are uint8
   */
  FlatPixels(FlatValues values, InputRange range, Preprocessing preprocessing) {
    this.values = values;
    this.range = range;
    this.preprocessing = preprocessing;
  }

  @Override
  public boolean bytes() {
    return range == null;
  }

  @Override
  public boolean shaped() {
    return preprocessing.resizes();
  }

  @Override
  public Opened open(Object cell) {
    return new OpenValues(cell);
  }

  /** What the preprocessing says, or 1 x n x 1. */
  private ImageShape shapeOf(Object cell) {
    int n = values.size(cell);
    if (n == 0) {
      throw new InputException("is empty");
    }
    if (!preprocessing.resizes()) {
      if (preprocessing.channels() == 3) {
        throw new InputException(
            Message.of(
                "is %s, which needs %s and %s beside %s",
                values.describe(n),
                Message.param("height"),
                Message.param("width"),
                Message.param("channels", 3)));
      }
      return sound(cell, ImageShape.ofVector(n));
    }
    int height = preprocessing.height();
    int width = preprocessing.width();
    int channels = preprocessing.channels();
    if (channels == 0) {
      channels = n == 3L * height * width ? 3 : 1;
    }
    ImageShape shape = new ImageShape(height, width, channels);
    checkSize(cell, shape);
    return sound(cell, shape);
  }

  /** The shape, if every value is one that can be read. */
  private ImageShape sound(Object cell, ImageShape shape) {
    if (bytes()) {
      values.bytes(cell);
    } else {
      range.read(values.numbers(cell), new float[shape.size()], 0);
    }
    return shape;
  }

  /** A cell of values. */
  private final class OpenValues implements Opened {
    private final Object cell;

    OpenValues(Object cell) {
      this.cell = cell;
    }

    @Override
    public ImageShape shape() {
      return shapeOf(cell);
    }

    @Override
    public void readBytes(ImageShape expected, byte[] target, int at) {
      if (!bytes()) {
        throw new IllegalStateException("a vector's values are no bytes; read them as floats");
      }
      checkSize(cell, expected);
      System.arraycopy(values.bytes(cell), 0, target, at, expected.size());
    }

    @Override
    public void readFloats(ImageShape expected, float[] target, int at) {
      checkSize(cell, expected);
      if (bytes()) {
        FlatValues.toUnit(values.bytes(cell), expected.size(), target, at);
      } else {
        range.read(values.numbers(cell), target, at);
      }
    }
  }

  private void checkSize(Object cell, ImageShape expected) {
    int n = values.size(cell);
    if (n != expected.size()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "is %s, but %s needs %d; only images are resized",
              values.describe(n),
              expected,
              expected.size()));
    }
  }
}
