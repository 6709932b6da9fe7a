package ai.narrows.images.decode;

/** The inverse transforms of VP8 (RFC 6386, section 14). */
final class Vp8Transform {

  private Vp8Transform() {}

  /**
   * The inverse Walsh-Hadamard transform of the DC coefficients of a macroblock's luma.
   *
   * @param in [16], overwritten
   * @param out receives each at the beginning of a block's 16 coefficients
   */
  static void walshHadamard(int[] in, int[] out) {
    for (int i = 0; i < 4; i++) {
      int a0 = in[i] + in[12 + i];
      int a1 = in[4 + i] + in[8 + i];
      int a2 = in[4 + i] - in[8 + i];
      int a3 = in[i] - in[12 + i];
      in[i] = a0 + a1;
      in[4 + i] = a3 + a2;
      in[8 + i] = a0 - a1;
      in[12 + i] = a3 - a2;
    }
    for (int i = 0; i < 16; i += 4) {
      int dc = in[i] + 3;
      int a0 = dc + in[i + 3];
      int a1 = in[i + 1] + in[i + 2];
      int a2 = in[i + 1] - in[i + 2];
      int a3 = dc - in[i + 3];
      out[16 * i] = (a0 + a1) >> 3;
      out[16 * (i + 1)] = (a3 + a2) >> 3;
      out[16 * (i + 2)] = (a0 - a1) >> 3;
      out[16 * (i + 3)] = (a3 - a2) >> 3;
    }
  }

  /**
   * Adds the inverse discrete cosine transform of a block to its prediction.
   *
   * @param in coefficients, 16 of them from {@code from} on
   * @param at of the block's first pixel
   */
  static void addCosines(int[] in, int from, Vp8Plane plane, int at) {
    int filled = 0;
    for (int i = from; i < from + 16; i++) {
      filled |= in[i];
    }
    if (filled == 0) {
      return;
    }
    int[] rows = new int[16];
    for (int i = 0; i < 4; i++) {
      int a = in[from + i] + in[from + 8 + i];
      int b = in[from + i] - in[from + 8 + i];
      int c = sine(in[from + 4 + i]) - cosine(in[from + 12 + i]);
      int d = cosine(in[from + 4 + i]) + sine(in[from + 12 + i]);
      rows[4 * i] = a + d;
      rows[4 * i + 1] = b + c;
      rows[4 * i + 2] = b - c;
      rows[4 * i + 3] = a - d;
    }
    for (int i = 0; i < 4; i++) {
      int a = rows[i] + 4 + rows[8 + i];
      int b = rows[i] + 4 - rows[8 + i];
      int c = sine(rows[4 + i]) - cosine(rows[12 + i]);
      int d = cosine(rows[4 + i]) + sine(rows[12 + i]);
      int line = at + i * plane.stride;
      plane.add(line, (a + d) >> 3);
      plane.add(line + 1, (b + c) >> 3);
      plane.add(line + 2, (b - c) >> 3);
      plane.add(line + 3, (a - d) >> 3);
    }
  }

  /** Times the square root of 2 and cos(pi / 8), in 16 bits. */
  private static int cosine(int value) {
    return value + ((value * 20091) >> 16);
  }

  /** Times the square root of 2 and sin(pi / 8), in 16 bits. */
  private static int sine(int value) {
    return (value * 35468) >> 16;
  }
}
