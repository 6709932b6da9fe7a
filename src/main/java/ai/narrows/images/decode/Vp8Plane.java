package ai.narrows.images.decode;

import java.util.Arrays;

/**
 * One plane of a VP8 frame, in whole macroblocks, with the border that prediction sees: 127 above
 * the image, 129 on its left, and four pixels on its right.
 */
final class Vp8Plane {

  private static final int RIGHT = 4;

  final byte[] pixels; // [1 + height, 1 + width + 4]
  final int stride;
  private final int width;

  /**
   * @param width in whole macroblocks
   * @param height in whole macroblocks
   */
  Vp8Plane(int width, int height) {
    this.width = width;
    stride = 1 + width + RIGHT;
    pixels = new byte[stride * (1 + height)];
    Arrays.fill(pixels, 0, stride, (byte) 127);
    for (int y = 0; y < height; y++) {
      pixels[at(-1, y)] = (byte) 129;
    }
  }

  /** Where a pixel stands. */
  int at(int x, int y) {
    return (y + 1) * stride + x + 1;
  }

  /** Repeats the last pixel of a line on its right. */
  void extend(int y) {
    int end = at(width, y);
    Arrays.fill(pixels, end, end + RIGHT, pixels[end - 1]);
  }

  /** Adds to a pixel, within 0 to 255. */
  void add(int at, int difference) {
    int value = (pixels[at] & 0xff) + difference;
    pixels[at] = (byte) Math.max(0, Math.min(255, value));
  }
}
