package ai.narrows.nn.kernels;

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
          copy(image, from, patches, to, run);
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
   * #unroll}. What two windows have in common stands {@code stride} pixels further left in the
   * second; so the windows' lines are cut into pieces of {@code stride} pixels, and the pieces of
   * the same place in their windows lie side by side without overlapping: one addition for all of
   * them, on arrays that begin at 0.
   *
   * @param patches [windows.columns(), windows.patchSize()]
   * @param image [height, width, channels], added to
   * @param side space for a line, of at least {@link #sideLength} values
   * @param pieces as long
   */
  static void rollUp(
      float[] patches, Windows windows, int line, float[] image, float[] side, float[] pieces) {
    int channels = windows.channels();
    int run = windows.kernel() * channels;
    int step = windows.stride() * channels;
    int columns = windows.columns();
    int top = windows.start() + line * windows.stride();
    int before = -windows.start() * channels; // of the line of pixels, in side
    int length = sideLength(windows);
    int seen = Math.min(windows.width() * channels, length - before);
    for (int ky = 0; ky < windows.kernel(); ky++) {
      int y = top + ky;
      if (y < 0 || y >= windows.height()) {
        continue;
      }
      int lineStart = y * windows.width() * channels;
      System.arraycopy(image, lineStart, side, before, seen);
      for (int from = 0; from < run; from += step) {
        int piece = Math.min(step, run - from);
        int end = from + columns * step;
        if (from > 0 || piece < step) {
          Arrays.fill(pieces, 0, end, 0f);
        }
        int source = ky * run + from;
        for (int to = from; to < end; to += step, source += windows.patchSize()) {
          copy(patches, source, pieces, to, piece);
        }
        FusedLoops.add(pieces, side, end);
      }
      System.arraycopy(side, before, image, lineStart, seen);
    }
  }

  /** A call of the system costs as much as some sixteen values do. */
  private static void copy(float[] source, int from, float[] target, int to, int length) {
    if (length > 16) {
      System.arraycopy(source, from, target, to, length);
      return;
    }
    for (int i = 0; i < length; i++) {
      target[to + i] = source[from + i];
    }
  }

  /** Values of a line of windows laid side by side, with the edges that are outside the image. */
  static int sideLength(Windows windows) {
    int pieces = (windows.kernel() + windows.stride() - 1) / windows.stride();
    return (windows.columns() + pieces - 1) * windows.stride() * windows.channels();
  }
}
