package io.narrows.images;

import java.io.Serializable;

/**
 * One type of column that pixels can be read from. A new column type is one more implementation,
 * chosen in {@link PixelColumn#of}.
 */
sealed interface Pixels extends Serializable permits ImagePixels, FlatPixels {

  /** Whether the pixels are uint8, so that nothing is lost in a cache of bytes. */
  boolean bytes();

  /**
   * Shape of the cell's image after preprocessing.
   *
   * @param cell the column's value in a row, not null
   */
  ImageShape shapeOf(Object cell);

  /**
   * Reads the cell's pixels, 0 to 255.
   *
   * @param target receives [height, width, channels] of {@code expected} from {@code at} on
   */
  void readBytes(Object cell, ImageShape expected, byte[] target, int at);

  /**
   * Reads the cell's pixels; bytes become value / 255.
   *
   * @param target receives [height, width, channels] of {@code expected} from {@code at} on
   */
  void readFloats(Object cell, ImageShape expected, float[] target, int at);
}
