package io.narrows.images;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Pixels of Spark's image struct: uint8 in 1 (grey), 3 (BGR) or 4 (BGRA) channels. */
final class ImagePixels implements Pixels {

  private static final long serialVersionUID = 1L;

  /** value / 255f by value. */
  private static final float[] UNIT = new float[256];

  static {
    for (int value = 0; value < UNIT.length; value++) {
      UNIT[value] = value / 255f;
    }
  }

  private final Preprocessing preprocessing;
  // Where the struct's fields stand: a DataFrame may have them in another order.
  private final int height;
  private final int width;
  private final int nChannels;
  private final int mode;
  private final int data;

  // Scratch space, grown when needed and never serialized: every task has its own.
  private transient Resampler resampler;
  private transient byte[] converted;
  private transient byte[] resized;

  ImagePixels(StructType struct, Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
    this.height = struct.fieldIndex("height");
    this.width = struct.fieldIndex("width");
    this.nChannels = struct.fieldIndex("nChannels");
    this.mode = struct.fieldIndex("mode");
    this.data = struct.fieldIndex("data");
  }

  @Override
  public boolean bytes() {
    return true;
  }

  @Override
  public ImageShape shapeOf(Object cell) {
    return preprocessing.apply(stored((Row) cell));
  }

  @Override
  public void readBytes(Object cell, ImageShape expected, byte[] target, int at) {
    Row image = (Row) cell;
    ImageShape stored = stored(image);
    check(preprocessing.apply(stored), expected);
    byte[] pixels = image.getAs(data);
    int channels = image.getInt(nChannels);
    boolean resize = stored.height() != expected.height() || stored.width() != expected.width();
    if (channels != expected.channels()) {
      int count = stored.height() * stored.width();
      if (!resize) {
        Channels.convert(pixels, channels, target, at, expected.channels(), count);
        return;
      }
      converted = atLeast(converted, count * expected.channels());
      Channels.convert(pixels, channels, converted, 0, expected.channels(), count);
      pixels = converted;
    }
    if (resize) {
      resampler(stored, expected).resize(pixels, target, at);
    } else {
      System.arraycopy(pixels, 0, target, at, expected.size());
    }
  }

  @Override
  public void readFloats(Object cell, ImageShape expected, float[] target, int at) {
    Row image = (Row) cell;
    byte[] pixels = image.getAs(data);
    if (image.getInt(nChannels) == expected.channels() && stored(image).equals(expected)) {
      check(preprocessing.apply(expected), expected);
    } else {
      resized = atLeast(resized, expected.size());
      readBytes(cell, expected, resized, 0);
      pixels = resized;
    }
    for (int i = 0; i < expected.size(); i++) {
      target[at + i] = UNIT[pixels[i] & 0xff];
    }
  }

  /** Shape of the image as it is in the data, alpha dropped; checks that the struct holds it. */
  private ImageShape stored(Row image) {
    int channels = image.getInt(nChannels);
    int rows = image.getInt(height);
    int columns = image.getInt(width);
    if (rows < 1 || columns < 1) {
      throw new InputException(
          "is %dx%d, so whoever read it could not decode it".formatted(rows, columns));
    }
    if (channels != 1 && channels != 3 && channels != 4) {
      throw new InputException("has %d channels, but must have 1, 3 or 4".formatted(channels));
    }
    // OpenCV's type code: depth + 8 * (channels - 1), where depth 0 is uint8.
    if (image.getInt(mode) != 8 * (channels - 1)) {
      throw new InputException(
          "has OpenCV mode %d, but must have %d (8 bits unsigned in %d channels)"
              .formatted(image.getInt(mode), 8 * (channels - 1), channels));
    }
    byte[] pixels = image.getAs(data);
    long length = (long) rows * columns * channels;
    if (pixels == null || pixels.length != length) {
      throw new InputException(
          "is %dx%dx%d and must have %d bytes of data, but has %d"
              .formatted(rows, columns, channels, length, pixels == null ? 0 : pixels.length));
    }
    return new ImageShape(rows, columns, Math.min(channels, 3));
  }

  private static void check(ImageShape shape, ImageShape expected) {
    if (!shape.equals(expected)) {
      boolean size = shape.height() != expected.height() || shape.width() != expected.width();
      boolean colour = shape.channels() != expected.channels();
      throw new InputException(
          "is %s, but %s is expected; set %s%s%s"
              .formatted(
                  shape,
                  expected,
                  size ? "height and width (--height, --width) to resize" : "",
                  size && colour ? " and " : "",
                  colour ? "channels (--channels) to convert" : ""));
    }
  }

  private Resampler resampler(ImageShape stored, ImageShape expected) {
    ImageShape in = new ImageShape(stored.height(), stored.width(), expected.channels());
    if (resampler == null || !resampler.serves(in, expected.height(), expected.width())) {
      resampler = new Resampler(in, expected.height(), expected.width());
    }
    return resampler;
  }

  private static byte[] atLeast(byte[] scratch, int length) {
    return scratch == null || scratch.length < length ? new byte[length] : scratch;
  }
}
