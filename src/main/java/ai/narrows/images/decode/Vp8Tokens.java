package ai.narrows.images.decode;

/** Reads the coefficients of blocks (RFC 6386, section 13). */
final class Vp8Tokens {

  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

  /** Bands of the coefficients, and of the one after the last. */
  private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};

  /** Bits of large values, after what they are added to. */
  private static final int[][] LARGE = {
    {11, 173, 148, 140},
    {19, 176, 155, 140, 135},
    {35, 180, 157, 141, 134, 130},
    {67, 254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  private final int[] probabilities; // [4 kinds, 8 bands, 3 contexts, 11 nodes]

  Vp8Tokens(int[] probabilities) {
    this.probabilities = probabilities;
  }

  /**
   * Reads a block.
   *
   * @param kind 0 luma without DC, 1 second order, 2 chroma, 3 luma
   * @param context how many of the blocks above and on the left have coefficients
   * @param steps of the quantizer, [DC, AC]
   * @param out receives its coefficients from {@code at} on, which were zeros
   * @return the place after the last that is not zero
   */
  int read(Vp8Bits bits, int kind, int context, int[] steps, int[] out, int at) {
    int n = kind == 0 ? 1 : 0;
    int p = node(kind, n, context);
    while (n < 16) {
      if (bits.bit(probabilities[p]) == 0) {
        return n;
      }
      while (bits.bit(probabilities[p + 1]) == 0) {
        n++;
        if (n == 16) {
          return 16;
        }
        p = node(kind, n, 0);
      }
      int value = 1;
      if (bits.bit(probabilities[p + 2]) == 1) {
        value = large(bits, p);
      }
      p = node(kind, n + 1, value == 1 ? 1 : 2);
      out[at + ZIGZAG[n]] = (bits.flag() ? -value : value) * steps[n > 0 ? 1 : 0];
      n++;
    }
    return 16;
  }

  private static int node(int kind, int n, int context) {
    return ((kind * 8 + BANDS[n]) * 3 + context) * Vp8Tables.PROBABILITIES;
  }

  private int large(Vp8Bits bits, int p) {
    if (bits.bit(probabilities[p + 3]) == 0) {
      return bits.bit(probabilities[p + 4]) == 0 ? 2 : 3 + bits.bit(probabilities[p + 5]);
    }
    if (bits.bit(probabilities[p + 6]) == 0) {
      if (bits.bit(probabilities[p + 7]) == 0) {
        return 5 + bits.bit(159);
      }
      int two = bits.bit(165);
      return 7 + 2 * two + bits.bit(145);
    }
    int high = bits.bit(probabilities[p + 8]);
    int[] category = LARGE[2 * high + bits.bit(probabilities[p + 9 + high])];
    int extra = 0;
    for (int i = 1; i < category.length; i++) {
      extra = extra << 1 | bits.bit(category[i]);
    }
    return category[0] + extra;
  }
}
