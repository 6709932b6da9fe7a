package io.narrows.nn;

import java.util.Arrays;

/**
 * Images to patches and back on the heap. A line of a window is one run of values in the image,
 * since the channels of a pixel lie together and so do the pixels of a line.
 */
final class WindowLoops {
  private WindowLoops() {}

  /**
   * Copies the patches of a line of windows.
   *
   * @param image [height, width, channels]
   * @param line of windows, from the top
   * @param patches [windows.columns(), windows.patchSize()], overwritten
   */
  static void unroll(float[] image, Windows windows, int line, float[] patches) {
    int channels = windows.channels();
    int run = windows.kernel() * channels;
    int lineValues = windows.width() * channels;
    int top = windows.start() + line * windows.stride();
    int columns = windows.columns();
    for (int ky = 0; ky < windows.kernel(); ky++) {
      int y = top + ky;
      int to = ky * run;
      if (y < 0 || y >= windows.height()) {
        for (int column = 0; column < columns; column++, to += windows.patchSize()) {
          Arrays.fill(patches, to, to + run, 0f);
        }
        continue;
      }
      int from = y * lineValues + windows.start() * channels;
      int step = windows.stride() * channels;
      int lineStart = y * lineValues;
      int lineEnd = lineStart + lineValues;
      for (int column = 0; column < columns; column++, from += step, to += windows.patchSize()) {
        if (from >= lineStart && from + run <= lineEnd) {
          System.arraycopy(image, from, patches, to, run);
        } else {
          int first = Math.max(from, lineStart);
          int end = Math.max(first, Math.min(from + run, lineEnd));
          Arrays.fill(patches, to, to + run, 0f);
          System.arraycopy(image, first, patches, to + first - from, end - first);
        }
      }
    }
  }

  /**
   * Adds the patches of a line of windows to the image that they are of: the transpose of {@link
   * #unroll}.
   *
   * @param patches [windows.columns(), windows.patchSize()]
   * @param image [height, width, channels], added to
   */
  static void rollUp(float[] patches, Windows windows, int line, float[] image) {
    int channels = windows.channels();
    int run = windows.kernel() * channels;
    int lineValues = windows.width() * channels;
    int top = windows.start() + line * windows.stride();
    int columns = windows.columns();
    for (int ky = 0; ky < windows.kernel(); ky++) {
      int y = top + ky;
      if (y < 0 || y >= windows.height()) {
        continue;
      }
      int lineStart = y * lineValues;
      int lineEnd = lineStart + lineValues;
      int to = lineStart + windows.start() * channels;
      int from = ky * run;
      int step = windows.stride() * channels;
      for (int column = 0; column < columns; column++, to += step, from += windows.patchSize()) {
        int first = Math.max(to, lineStart);
        int end = Math.min(to + run, lineEnd);
        add(patches, from + first - to, image, first, end - first);
      }
    }
  }

  /** Adds {@code length} values to others. */
  static void add(float[] source, int from, float[] target, int to, int length) {
    for (int i = 0; i < length; i++) {
      target[to + i] += source[from + i];
    }
  }
}
