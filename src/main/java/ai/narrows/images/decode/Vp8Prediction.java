package ai.narrows.images.decode;

import java.util.Arrays;

/** Prediction of blocks from the pixels above and on the left (RFC 6386, section 12). */
final class Vp8Prediction {

  /** Modes of whole blocks; the first four of subblocks are the same. */
  static final int DC = 0;

  static final int TRUE_MOTION = 1;
  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;

  private Vp8Prediction() {}

  /**
   * Predicts a block of 16 x 16 or 8 x 8.
   *
   * @param x of the block, in blocks; so is y
   */
  static void block(Vp8Plane plane, int x, int y, int size, int mode) {
    int at = plane.at(x * size, y * size);
    switch (mode) {
      case DC -> fill(plane, at, size, average(plane, at, size, y > 0, x > 0));
      case TRUE_MOTION -> trueMotion(plane, at, size);
      case VERTICAL -> {
        for (int j = 0; j < size; j++) {
          System.arraycopy(
              plane.pixels, at - plane.stride, plane.pixels, at + j * plane.stride, size);
        }
      }
      default -> {
        for (int j = 0; j < size; j++) {
          int line = at + j * plane.stride;
          Arrays.fill(plane.pixels, line, line + size, plane.pixels[line - 1]);
        }
      }
    }
  }

  private static void fill(Vp8Plane plane, int at, int size, int value) {
    for (int j = 0; j < size; j++) {
      int line = at + j * plane.stride;
      Arrays.fill(plane.pixels, line, line + size, (byte) value);
    }
  }

  private static int average(Vp8Plane plane, int at, int size, boolean above, boolean left) {
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += above ? plane.pixels[at - plane.stride + i] & 0xff : 0;
      sum += left ? plane.pixels[at - 1 + i * plane.stride] & 0xff : 0;
    }
    int count = (above ? size : 0) + (left ? size : 0);
    return count == 0 ? 128 : (sum + count / 2) / count;
  }

  private static void trueMotion(Vp8Plane plane, int at, int size) {
    byte[] pixels = plane.pixels;
    int above = at - plane.stride;
    int corner = pixels[above - 1] & 0xff;
    for (int j = 0; j < size; j++) {
      int line = at + j * plane.stride;
      int left = (pixels[line - 1] & 0xff) - corner;
      for (int i = 0; i < size; i++) {
        int value = (pixels[above + i] & 0xff) + left;
        pixels[line + i] = (byte) Math.max(0, Math.min(255, value));
      }
    }
  }

  /**
   * Predicts a subblock of 4 x 4.
   *
   * @param at of its first pixel
   * @param aboveRight where the four pixels after those above it stand
   */
  static void subblock(Vp8Plane plane, int at, int aboveRight, int mode) {
    switch (mode) {
      case DC -> fill(plane, at, 4, average(plane, at, 4, true, true));
      case TRUE_MOTION -> trueMotion(plane, at, 4);
      default -> slanted(plane, at, edge(plane, at, aboveRight), mode);
    }
  }

  /** From the lower left over the corner to the upper right: 4 pixels, 1, 8. */
  private static int[] edge(Vp8Plane plane, int at, int aboveRight) {
    int[] edge = new int[13];
    for (int i = 0; i < 4; i++) {
      edge[i] = plane.pixels[at - 1 + (3 - i) * plane.stride] & 0xff;
      edge[5 + i] = plane.pixels[at - plane.stride + i] & 0xff;
      edge[9 + i] = plane.pixels[aboveRight + i] & 0xff;
    }
    edge[4] = plane.pixels[at - plane.stride - 1] & 0xff;
    return edge;
  }

  private static void slanted(Vp8Plane plane, int at, int[] e, int mode) {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        int value =
            switch (mode) {
              case VERTICAL -> three(e, 5 + x);
              case HORIZONTAL -> y == 3 ? (e[1] + 3 * e[0] + 2) >> 2 : three(e, 3 - y);
              case 4 -> x + y == 6 ? (e[11] + 3 * e[12] + 2) >> 2 : three(e, 6 + x + y);
              case 5 -> three(e, 4 + x - y);
              case 6 -> verticalRight(e, x, y);
              case 7 -> verticalLeft(e, x, y);
              case 8 -> horizontalDown(e, x, y);
              default -> horizontalUp(e, x, y);
            };
        plane.pixels[at + y * plane.stride + x] = (byte) value;
      }
    }
  }

  private static int verticalRight(int[] e, int x, int y) {
    int along = 2 * x - y;
    if (along < 0) {
      return three(e, 5 + along);
    }
    int i = 4 + along / 2;
    return along % 2 == 0 ? two(e, i) : three(e, i + 1);
  }

  private static int verticalLeft(int[] e, int x, int y) {
    if (x == 3 && y > 1) {
      return three(e, 8 + y);
    }
    int i = 5 + x + y / 2;
    return y % 2 == 0 ? two(e, i) : three(e, i + 1);
  }

  private static int horizontalDown(int[] e, int x, int y) {
    int along = 2 * y - x;
    if (along < 0) {
      return three(e, 3 - along);
    }
    int i = 3 - along / 2;
    return along % 2 == 0 ? two(e, i) : three(e, i);
  }

  private static int horizontalUp(int[] e, int x, int y) {
    int along = 2 * y + x;
    if (along > 5) {
      return e[0];
    }
    int i = 2 - along / 2;
    if (along == 5) {
      return (e[1] + 3 * e[0] + 2) >> 2;
    }
    return along % 2 == 0 ? two(e, i) : three(e, i);
  }

  /** Average of a pixel of the edge and the next. */
  private static int two(int[] edge, int at) {
    return (edge[at] + edge[at + 1] + 1) >> 1;
  }

  /** Average of a pixel of the edge, counted twice, and its neighbours. */
  private static int three(int[] edge, int at) {
    return (edge[at - 1] + 2 * edge[at] + edge[at + 1] + 2) >> 2;
  }
}
