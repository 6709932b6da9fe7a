package ai.narrows.images.decode;

/**
 * VP8's loop filter, which smooths the edges of blocks once a frame is put together (RFC 6386,
 * section 15).
 *
 * @param limit of the differences across an edge within a macroblock; 0 leaves all as it is
 * @param interior limit of the differences on one side of an edge
 * @param variance difference beside an edge above which only the two pixels at it change
 */
record Vp8LoopFilter(int limit, int interior, int variance) {

  /**
   * The filter of a level.
   *
   * @param level 0 to 63
   * @param sharpness 0 to 7
   */
  static Vp8LoopFilter of(int level, int sharpness) {
    if (level == 0) {
      return new Vp8LoopFilter(0, 0, 0);
    }
    int interior = level >> (sharpness > 4 ? 2 : sharpness > 0 ? 1 : 0);
    if (sharpness > 0) {
      interior = Math.min(interior, 9 - sharpness);
    }
    interior = Math.max(1, interior);
    return new Vp8LoopFilter(2 * level + interior, interior, level >= 40 ? 2 : level >= 15 ? 1 : 0);
  }

  /**
   * Filters a macroblock of a plane, edges on its left and above it among them.
   *
   * @param x of the macroblock, in macroblocks; so is y
   * @param size 16 for luma, 8 for chroma
   * @param inner whether the edges within it are filtered
   */
  void apply(Vp8Plane plane, int x, int y, int size, boolean inner, boolean simple) {
    if (limit == 0) {
      return;
    }
    int at = plane.at(x * size, y * size);
    edges(plane.pixels, at, 1, plane.stride, size, x > 0, inner, simple);
    edges(plane.pixels, at, plane.stride, 1, size, y > 0, inner, simple);
  }

  /**
   * Edges of one direction.
   *
   * @param across step from a pixel to the one across the edge
   * @param along step from a pixel to the next one at the edge
   */
  private void edges(
      byte[] p,
      int at,
      int across,
      int along,
      int size,
      boolean outer,
      boolean in,
      boolean simple) {
    for (int edge = outer ? 0 : 4; edge < (in ? size : 1); edge += 4) {
      int bound = 2 * (edge == 0 ? limit + 4 : limit) + 1;
      int q0 = at + edge * across;
      for (int i = 0; i < size; i++, q0 += along) {
        if (simple) {
          if (isNear(p, q0, across, bound)) {
            two(p, q0, across);
          }
        } else if (isNear(p, q0, across, bound) && isSmooth(p, q0, across)) {
          if (isVaried(p, q0, across)) {
            two(p, q0, across);
          } else if (edge == 0) {
            six(p, q0, across);
          } else {
            four(p, q0, across);
          }
        }
      }
    }
  }

  private static boolean isNear(byte[] p, int q0, int step, int bound) {
    return 4 * distance(p, q0, q0 - step) + distance(p, q0 + step, q0 - 2 * step) <= bound;
  }

  private boolean isSmooth(byte[] p, int q0, int step) {
    return distance(p, q0 - 4 * step, q0 - 3 * step) <= interior
        && distance(p, q0 - 3 * step, q0 - 2 * step) <= interior
        && distance(p, q0 - 2 * step, q0 - step) <= interior
        && distance(p, q0 + 3 * step, q0 + 2 * step) <= interior
        && distance(p, q0 + 2 * step, q0 + step) <= interior
        && distance(p, q0 + step, q0) <= interior;
  }

  private boolean isVaried(byte[] p, int q0, int step) {
    return distance(p, q0 - 2 * step, q0 - step) > variance
        || distance(p, q0 + step, q0) > variance;
  }

  private static int distance(byte[] p, int a, int b) {
    return Math.abs((p[a] & 0xff) - (p[b] & 0xff));
  }

  private static int difference(byte[] p, int a, int b) {
    return (p[a] & 0xff) - (p[b] & 0xff);
  }

  private static void two(byte[] p, int q0, int step) {
    int a = 3 * difference(p, q0, q0 - step) + signedByte(difference(p, q0 - 2 * step, q0 + step));
    add(p, q0 - step, signedByte(a + 3) >> 3);
    add(p, q0, -(signedByte(a + 4) >> 3));
  }

  private static void four(byte[] p, int q0, int step) {
    int a = 3 * difference(p, q0, q0 - step);
    int less = signedByte(a + 4) >> 3;
    add(p, q0 - step, signedByte(a + 3) >> 3);
    add(p, q0, -less);
    add(p, q0 - 2 * step, (less + 1) >> 1);
    add(p, q0 + step, -((less + 1) >> 1));
  }

  private static void six(byte[] p, int q0, int step) {
    int a =
        signedByte(
            3 * difference(p, q0, q0 - step) + signedByte(difference(p, q0 - 2 * step, q0 + step)));
    for (int i = 0; i < 3; i++) {
      int share = (9 * (3 - i) * a + 63) >> 7;
      add(p, q0 - (i + 1) * step, share);
      add(p, q0 + i * step, -share);
    }
  }

  private static int signedByte(int value) {
    return Math.max(-128, Math.min(127, value));
  }

  private static void add(byte[] p, int at, int difference) {
    p[at] = (byte) Math.max(0, Math.min(255, (p[at] & 0xff) + difference));
  }
}
