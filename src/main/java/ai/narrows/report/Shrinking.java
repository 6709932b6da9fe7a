package ai.narrows.report;

import ai.narrows.images.ImageShape;

/**
 * Pictures made smaller by a whole factor, for those that are larger than anybody looks at: square
 * cells of pixels become one each, those at the right and lower edges of what is there.
 *
 * @param in shape of the pictures
 * @param factor side of a cell in pixels, at least 1
 */
record Shrinking(ImageShape in, int factor) {

  /** To where no side is longer than so many pixels. */
  static Shrinking to(int longest, ImageShape shape) {
    int longer = Math.max(shape.height(), shape.width());
    return new Shrinking(shape, (longer - 1) / longest + 1);
  }

  /** Shape of what comes out. */
  ImageShape out() {
    return new ImageShape(
        (in.height() - 1) / factor + 1, (in.width() - 1) / factor + 1, in.channels());
  }

  /**
   * Of every cell the mean.
   *
   * @param pixels [height, width, channels], uint8
   */
  byte[] mean(byte[] pixels) {
    return cells(pixels, in.channels(), (sum, highest, count) -> (sum + count / 2) / count);
  }

  /**
   * Of every cell the highest value, so that a small defect is not lost.
   *
   * @param pixels [height, width], uint8
   */
  byte[] highest(byte[] pixels) {
    return cells(pixels, 1, (sum, highest, count) -> highest);
  }

  private interface Cell {
    int value(int sum, int highest, int count);
  }

  private byte[] cells(byte[] pixels, int channels, Cell cell) {
    if (factor == 1) {
      return pixels;
    }
    ImageShape out = out();
    byte[] small = new byte[out.height() * out.width() * channels];
    for (int i = 0; i < small.length; i++) {
      int c = i % channels;
      int top = i / channels / out.width() * factor;
      int left = i / channels % out.width() * factor;
      int bottom = Math.min(top + factor, in.height());
      int right = Math.min(left + factor, in.width());
      int sum = 0;
      int highest = 0;
      for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
          int value = pixels[(y * in.width() + x) * channels + c] & 0xff;
          sum += value;
          highest = Math.max(highest, value);
        }
      }
      small[i] = (byte) cell.value(sum, highest, (bottom - top) * (right - left));
    }
    return small;
  }
}
