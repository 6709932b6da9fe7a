package ai.narrows.images;

import java.io.Serializable;
import java.util.Locale;

/**
 * The shape of one image: height x width x channels, its values row-major in this order. A plain
 * vector of n values is 1 x n x 1, a grid of features has as many channels as there are features.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param channels 1 (grey), 3 (blue, green, red), or those of a grid of features
 */
public record ImageShape(int height, int width, int channels) implements Serializable {

  /**
   * @throws InputException if a dimension is out of range or {@link #size} exceeds an int
   */
  public ImageShape {
    if (height < 1) {
      throw new InputException("image height must be at least 1, but is " + height);
    }
    if (width < 1) {
      throw new InputException("image width must be at least 1, but is " + width);
    }
    if (channels < 1) {
      throw new InputException("image channels must be at least 1, but are " + channels);
    }
    if ((long) height * width > Integer.MAX_VALUE / channels) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "an image must have at most %d values, but %dx%dx%d has more",
              Integer.MAX_VALUE,
              height,
              width,
              channels));
    }
  }

  /** The shape of a plain vector: 1 x n x 1. */
  public static ImageShape ofVector(int n) {
    return new ImageShape(1, n, 1);
  }

  /** Whether it is 1 x n x 1, as a plain vector's. */
  public boolean isVector() {
    return height == 1 && channels == 1;
  }

  /**
   * The shape of a picture, whose channels somebody else has said.
   *
   * @throws InputException if a dimension is out of range, or channels are neither 1 nor 3
   */
  public static ImageShape ofPicture(int height, int width, int channels) {
    if (channels != 1 && channels != 3) {
      throw new InputException("image channels must be 1 or 3, but are " + channels);
    }
    return new ImageShape(height, width, channels);
  }

  /** Number of values: height * width * channels. */
  public int size() {
    return height * width * channels;
  }

  /** For example {@code 28x28x1}. */
  @Override
  public String toString() {
    return height + "x" + width + "x" + channels;
  }
}
