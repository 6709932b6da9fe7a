package ai.narrows.nn.kernels;

import java.util.Arrays;

/**
 * Sums over the windows of an image, on the heap. A window's sum takes two steps, down and across,
 * and each of them as many additions as its kernel has binary digits: sums of 2, 4, 8 values by
 * doubling, of which those that the kernel needs are added up. Nothing is ever subtracted, so
 * rounding errors do not pile up along the image as in running sums.
 */
final class BoxSums {
  private BoxSums() {}

  /**
   * {@code sums[i] = sum of values[i + (down * width + across) * channels]}, down and across from 0
   * to kernel - 1: the window whose first value is i, for every i that has all of these.
   *
   * @param values [n], overwritten with something else
   * @param sums [n], overwritten up to n - {@link #reach}
   * @param space [n], overwritten
   */
  static void sum(float[] values, int n, Windows windows, float[] sums, float[] space) {
    int line = windows.width() * windows.channels();
    int kernel = windows.kernel();
    sum(values, n, kernel, line, sums, space);
    int lines = n - (kernel - 1) * line;
    System.arraycopy(sums, 0, values, 0, lines);
    sum(values, lines, kernel, windows.channels(), sums, space);
  }

  /**
   * Puts in the place of every value the mean over the window around its pixel, of what is in the
   * image; the windows are padded and have stride 1.
   *
   * @param image [height, width, channels], overwritten
   */
  static void windowMeans(float[] image, Windows windows) {
    int margin = -windows.start();
    int channels = windows.channels();
    int line = windows.width() * channels;
    Windows around =
        new Windows(
            windows.height() + 2 * margin,
            windows.width() + 2 * margin,
            channels,
            windows.kernel(),
            1,
            Windows.Padding.VALID);
    int n = around.imageSize();
    int paddedLine = around.width() * channels;
    float[] padded = Scratch.get().run(1, n);
    float[] sums = Scratch.get().run(2, n);
    Arrays.fill(padded, 0, n, 0f);
    for (int y = 0; y < windows.height(); y++) {
      int to = (y + margin) * paddedLine + margin * channels;
      System.arraycopy(image, y * line, padded, to, line);
    }
    sum(padded, n, around, sums, Scratch.get().run(3, n));
    for (int y = 0; y < windows.height(); y++) {
      int lines = inside(y, margin, windows.height());
      for (int i = 0; i < line; i++) {
        int pixels = lines * inside(i / channels, margin, windows.width());
        image[y * line + i] = sums[y * paddedLine + i] / pixels;
      }
    }
  }

  /** Of the places from at - margin to at + margin: how many are at least 0 and below size. */
  private static int inside(int at, int margin, int size) {
    return Math.min(at + margin, size - 1) - Math.max(at - margin, 0) + 1;
  }

  /** How far from the first value of a window its last pixel is. */
  static int reach(Windows windows) {
    return (windows.kernel() - 1) * (windows.width() + 1) * windows.channels();
  }

  /** {@code sums[i] = values[i] + values[i + step] + ...}, count of them. */
  private static void sum(float[] values, int n, int count, int step, float[] sums, float[] space) {
    int length = n - (count - 1) * step; // of the sums
    int summed = 0;
    int doubled = n;
    for (int size = 1; size <= count; size *= 2) { // values are sums of this many
      if ((count & size) != 0) {
        if (summed == 0) {
          System.arraycopy(values, 0, sums, 0, length);
        } else {
          addFrom(values, summed * step, length, space, sums);
        }
        summed += size;
      }
      if (2 * size <= count) {
        doubled -= size * step;
        addFrom(values, size * step, doubled, space, values);
      }
    }
  }

  /**
   * {@code target[i] += values[from + i]}, by way of a copy: with an offset in the loop HotSpot
   * would not vectorise it.
   */
  private static void addFrom(float[] values, int from, int n, float[] space, float[] target) {
    System.arraycopy(values, from, space, 0, n);
    FusedLoops.add(space, target, n);
  }
}
