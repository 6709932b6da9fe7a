package ai.narrows.nn.kernels;

import java.util.Locale;

/**
 * The cells that an image [height, width, channels] falls into: squares of {@code side} by {@code
 * side} pixels from the upper left corner on. Those at the right and at the lower edge have what is
 * left.
 *
 * @param height of the image
 * @param width of the image
 * @param channels of the image
 * @param side of a cell
 */
public record Cells(int height, int width, int channels, int side) {

  /** What a pixel counts in the sum of its cell. */
  public enum Weight {
    /** 1. */
    ONE,
    /** One over the number of the cell's pixels, so that the sum is their mean. */
    SHARE
  }

  public Cells {
    if (height < 1 || width < 1 || channels < 1 || side < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "cells need sizes of at least 1, but have height %d, width %d, channels %d, side %d",
              height,
              width,
              channels,
              side));
    }
  }

  /** Cells from top to bottom. */
  int rows() {
    return (height + side - 1) / side;
  }

  /** Cells from left to right. */
  int columns() {
    return (width + side - 1) / side;
  }

  /** Values of the image. */
  public int imageSize() {
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }

  /** Values of an image with a pixel for every cell. */
  public int size() {
    return rows() * columns() * channels;
  }

  /** Pixels of a cell from top to bottom. */
  int height(int row) {
    return Math.min(side, height - row * side);
  }

  /** Pixels of a cell from left to right. */
  int width(int column) {
    return Math.min(side, width - column * side);
  }

  /** What a pixel of a cell counts. */
  float weight(Weight weight, int row, int column) {
    return weight == Weight.ONE ? 1f : 1f / (height(row) * width(column));
  }
}
