package ai.narrows.images.pixels;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.io.Serializable;

/**
 * One type of column that pixels can be read from. A new column type is one more implementation,
 * chosen in {@link PixelTypes}.
 */
public sealed interface Pixels extends Serializable
    permits ImagePixels, FlatPixels, GridPixels, FieldPixels {

  /** Whether the pixels are uint8, so that nothing is lost in a cache of bytes. */
  boolean bytes();

  /** Whether a cell's image has a shape: its own, or the preprocessing's. */
  boolean shaped();

  /**
   * Opens a cell; its image is decoded here, and once.
   *
   * @param cell the column's value in a row, not null
   * @throws InputException if it holds no image
   */
  Opened open(Object cell);

  /** The image of a cell. */
  interface Opened {

    /** Its shape after preprocessing. */
    ImageShape shape();

    /**
     * Its shape before preprocessing.
     *
     * @param read the shape that it is read as
     */
    default ImageShape own(ImageShape read) {
      return read;
    }

    /**
     * Reads its pixels, 0 to 255.
     *
     * @param target receives [height, width, channels] of {@code expected} from {@code at} on
     */
    void readBytes(ImageShape expected, byte[] target, int at);

    /**
     * Reads its pixels; bytes become value / 255.
     *
     * @param target receives [height, width, channels] of {@code expected} from {@code at} on
     */
    void readFloats(ImageShape expected, float[] target, int at);
  }
}
