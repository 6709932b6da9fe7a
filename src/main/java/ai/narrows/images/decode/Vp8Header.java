package ai.narrows.images.decode;

import ai.narrows.images.InputException;

/**
 * What stands before the macroblocks of a VP8 key frame (RFC 6386, section 9).
 *
 * @param bits goes on with the modes of the macroblocks
 * @param tokens what the coefficients of each line of macroblocks are read from, in turn
 * @param segments probabilities of a macroblock's segment, [3]; null where all have the first
 * @param steps quantizer steps, [segment, luma, second order, chroma; DC, AC]
 * @param filters loop filters, [segment, whole or in subblocks]
 * @param simple whether the loop filter is the simple one, of luma alone
 * @param coefficients probabilities, [4 kinds of block, 8 bands, 3 contexts, 11 nodes]
 * @param skip probability of 256 that a macroblock has coefficients; -1 where all may have them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Vp8Header(
    int width,
    int height,
    Vp8Bits bits,
    Vp8Bits[] tokens,
    int[] segments,
    int[][][] steps,
    Vp8LoopFilter[][] filters,
    boolean simple,
    int[] coefficients,
    int skip) {

  private static final int SEGMENTS = 4;

  /** Bytes before the first partition. */
  private static final int START = 10;

  /**
   * Reads a header.
   *
   * @param from where the frame begins
   * @param end where it ends
   */
  static Vp8Header read(byte[] file, int from, int end, long maxPixels) {
    if (end - from < START) {
      throw damaged("its VP8 data end too early");
    }
    int tag = at(file, from) | at(file, from + 1) << 8 | at(file, from + 2) << 16;
    if ((tag & 1) != 0 || (tag >> 1 & 7) > 3 || (tag >> 4 & 1) == 0) {
      throw damaged("its VP8 frame is no visible key frame");
    }
    if (at(file, from + 3) != 0x9d || at(file, from + 4) != 0x01 || at(file, from + 5) != 0x2a) {
      throw damaged("its VP8 frame has no start code");
    }
    int width = (at(file, from + 6) | at(file, from + 7) << 8) & 0x3fff;
    int height = (at(file, from + 8) | at(file, from + 9) << 8) & 0x3fff;
    ImageDecoder.checkPixels(height, width, maxPixels);
    int first = from + START;
    int second = first + (tag >> 5);
    if (second > end) {
      throw damaged("its VP8 data end too early");
    }
    return new Reader(new Vp8Bits(file, first, second)).header(file, second, end, width, height);
  }

  private static int at(byte[] file, int index) {
    return file[index] & 0xff;
  }

  private static InputException damaged(String reason) {
    return new InputException("cannot be decoded: " + reason);
  }

  /** The fields one after the other. */
  private static final class Reader {

    private final Vp8Bits bits;
    private boolean segmented;
    private boolean absolute;
    private int[] probabilities;
    private final int[] quantizers = new int[SEGMENTS];
    private final int[] levels = new int[SEGMENTS];

    Reader(Vp8Bits bits) {
      this.bits = bits;
    }

    Vp8Header header(byte[] file, int second, int end, int width, int height) {
      bits.flag(); // colour space: there is one
      bits.flag(); // whether clamping may be left out: it changes nothing
      segments();
      boolean simple = bits.flag();
      Vp8LoopFilter[][] filters = filters();
      Vp8Bits[] tokens = partitions(file, second, end);
      int[][][] steps = steps();
      bits.flag(); // whether later frames start from these probabilities
      int[] coefficients = coefficients();
      int skip = bits.flag() ? bits.number(8) : -1;
      return new Vp8Header(
          width, height, bits, tokens, probabilities, steps, filters, simple, coefficients, skip);
    }

    private void segments() {
      segmented = bits.flag();
      if (!segmented) {
        return;
      }
      boolean updatesMap = bits.flag();
      if (bits.flag()) {
        absolute = bits.flag();
        for (int i = 0; i < SEGMENTS; i++) {
          quantizers[i] = bits.optional(7);
        }
        for (int i = 0; i < SEGMENTS; i++) {
          levels[i] = bits.optional(6);
        }
      }
      if (updatesMap) {
        probabilities = new int[SEGMENTS - 1];
        for (int i = 0; i < probabilities.length; i++) {
          probabilities[i] = bits.flag() ? bits.number(8) : 255;
        }
      }
    }

    private Vp8LoopFilter[][] filters() {
      int level = bits.number(6);
      int sharpness = bits.number(3);
      int whole = 0;
      int subblocks = 0;
      boolean refined = bits.flag();
      if (refined && bits.flag()) {
        whole = bits.optional(6); // that of key frames, whose only reference they are
        skipThree();
        subblocks = bits.optional(6);
        skipThree();
      }
      Vp8LoopFilter[][] filters = new Vp8LoopFilter[SEGMENTS][2];
      for (int i = 0; i < SEGMENTS; i++) {
        int own = segmented ? levels[i] + (absolute ? 0 : level) : level;
        for (int mode = 0; mode < 2; mode++) {
          int adjusted = own + whole + mode * subblocks;
          int strength = level == 0 ? 0 : clip(adjusted, 63);
          filters[i][mode] = Vp8LoopFilter.of(strength, sharpness);
        }
      }
      return filters;
    }

    private void skipThree() {
      for (int i = 0; i < 3; i++) {
        bits.optional(6);
      }
    }

    /** Their lengths stand before them, but the last one's. */
    private Vp8Bits[] partitions(byte[] file, int second, int end) {
      Vp8Bits[] tokens = new Vp8Bits[1 << bits.number(2)];
      int from = second + 3 * (tokens.length - 1);
      for (int i = 0; i < tokens.length; i++) {
        int length = end - from;
        if (i < tokens.length - 1 && from <= end) {
          int at = second + 3 * i;
          length = at(file, at) | at(file, at + 1) << 8 | at(file, at + 2) << 16;
        }
        if (length < 0 || length > end - from) {
          throw damaged("its VP8 data end too early");
        }
        tokens[i] = new Vp8Bits(file, from, from + length);
        from += length;
      }
      return tokens;
    }

    private int[][][] steps() {
      int base = bits.number(7);
      int[] deltas = new int[5];
      for (int i = 0; i < deltas.length; i++) {
        deltas[i] = bits.optional(4);
      }
      int[][][] steps = new int[SEGMENTS][][];
      for (int i = 0; i < SEGMENTS; i++) {
        int q = segmented ? quantizers[i] + (absolute ? 0 : base) : base;
        int ofSecondOrder = Vp8Tables.AC[clip(q + deltas[2], 127)] * 155 / 100;
        steps[i] =
            new int[][] {
              {Vp8Tables.DC[clip(q + deltas[0], 127)], Vp8Tables.AC[clip(q, 127)]},
              {2 * Vp8Tables.DC[clip(q + deltas[1], 127)], Math.max(8, ofSecondOrder)},
              {Vp8Tables.DC[clip(q + deltas[3], 117)], Vp8Tables.AC[clip(q + deltas[4], 127)]}
            };
      }
      return steps;
    }

    private int[] coefficients() {
      int[] all = Vp8Tables.COEFFICIENT.clone();
      for (int i = 0; i < all.length; i++) {
        if (bits.bit(Vp8Tables.UPDATE[i]) == 1) {
          all[i] = bits.number(8);
        }
      }
      return all;
    }

    private static int clip(int value, int max) {
      return Math.max(0, Math.min(max, value));
    }
  }
}
