package ai.narrows.images.decode;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.util.Arrays;

/**
 * Decodes a VP8 key frame, which is what lossy WebP files hold (RFC 6386), to the pixels that
 * libwebp gives. TwelveMonkeys' decoder repeats chroma where libwebp interpolates, which moves
 * colours by up to 36 of 255.
 */
final class Vp8Frame {

  /** The mode of a macroblock whose subblocks have their own. */
  private static final int SUBBLOCKS = -1;

  /** Leaves are modes less 10, nodes the places of their two branches. */
  private static final int[] MODE_TREE = {
    -10, 2, -9, 4, -8, 6, 8, 12, -7, 10, -5, -4, -6, 14, -3, 16, -2, -1
  };

  private final Vp8Header header;
  private final Vp8Tokens tokens;
  private final int columns; // of macroblocks, as are rows
  private final int rows;
  private final Vp8Plane luma;
  private final Vp8Plane u;
  private final Vp8Plane v;

  private final int[] modesAbove; // of subblocks, [4 * columns]
  private final int[] modesLeft = new int[4];
  private final int[] modes = new int[16]; // of this macroblock's subblocks
  private final boolean[][] filledAbove; // luma [4 * columns], U and V [2 * columns], Y2 [columns]
  private final boolean[][] filledLeft = {
    new boolean[4], new boolean[2], new boolean[2], new boolean[1]
  };

  private Vp8Frame(Vp8Header header) {
    this.header = header;
    tokens = new Vp8Tokens(header.coefficients());
    columns = (header.width() + 15) / 16;
    rows = (header.height() + 15) / 16;
    luma = new Vp8Plane(16 * columns, 16 * rows);
    u = new Vp8Plane(8 * columns, 8 * rows);
    v = new Vp8Plane(8 * columns, 8 * rows);
    modesAbove = new int[4 * columns];
    filledAbove =
        new boolean[][] {
          new boolean[4 * columns],
          new boolean[2 * columns],
          new boolean[2 * columns],
          new boolean[columns]
        };
  }

  /**
   * Decodes a frame.
   *
   * @param from where it begins in the file
   * @param end where it ends
   * @throws InputException if it is damaged, truncated or too large
   */
  static Picture decode(byte[] file, int from, int end, long maxPixels) {
    Vp8Header header = Vp8Header.read(file, from, end, maxPixels);
    Vp8Frame frame = new Vp8Frame(header);
    frame.decode();
    int width = header.width();
    int height = header.height();
    byte[] pixels = new Vp8Colours(frame.luma, frame.u, frame.v, width, height).toPixels();
    return new Picture(new ImageShape(height, width, 3), pixels);
  }

  private void decode() {
    Vp8LoopFilter[] filters = new Vp8LoopFilter[rows * columns];
    boolean[] inner = new boolean[rows * columns];
    for (int y = 0; y < rows; y++) {
      Vp8Bits line = header.tokens()[y % header.tokens().length];
      Arrays.fill(modesLeft, Vp8Prediction.DC);
      for (boolean[] filled : filledLeft) {
        Arrays.fill(filled, false);
      }
      for (int x = 0; x < columns; x++) {
        macroblock(line, x, y, filters, inner);
      }
      luma.extend(16 * y + 15);
    }
    for (int i = 0; i < filters.length; i++) { // prediction sees pixels that are not filtered
      int x = i % columns;
      int y = i / columns;
      filters[i].apply(luma, x, y, 16, inner[i], header.simple());
      if (!header.simple()) {
        filters[i].apply(u, x, y, 8, inner[i], false);
        filters[i].apply(v, x, y, 8, inner[i], false);
      }
    }
  }

  /**
   * One macroblock.
   *
   * @param filters receives its loop filter
   * @param inner receives whether that goes for the edges within it
   */
  private void macroblock(Vp8Bits line, int x, int y, Vp8LoopFilter[] filters, boolean[] inner) {
    Vp8Bits bits = header.bits();
    int segment = 0;
    if (header.segments() != null) {
      int[] p = header.segments();
      segment = bits.bit(p[0]) == 0 ? bits.bit(p[1]) : 2 + bits.bit(p[2]);
    }
    boolean skipped = header.skip() >= 0 && bits.bit(header.skip()) == 1;
    int mode = lumaMode(bits, x);
    int chroma = chromaMode(bits);
    int[] coefficients = new int[25 * 16];
    boolean filled = false;
    if (skipped) {
      clear(x, mode != SUBBLOCKS);
    } else {
      filled = residuals(line, x, mode != SUBBLOCKS, header.steps()[segment], coefficients);
    }
    paintLuma(x, y, mode, coefficients);
    Vp8Prediction.block(u, x, y, 8, chroma);
    Vp8Prediction.block(v, x, y, 8, chroma);
    for (int i = 0; i < 4; i++) {
      int left = 8 * x + 4 * (i % 2);
      int top = 8 * y + 4 * (i / 2);
      Vp8Transform.addCosines(coefficients, 16 * (16 + i), u, u.at(left, top));
      Vp8Transform.addCosines(coefficients, 16 * (20 + i), v, v.at(left, top));
    }
    int at = y * columns + x;
    filters[at] = header.filters()[segment][mode == SUBBLOCKS ? 1 : 0];
    inner[at] = filled || mode == SUBBLOCKS;
  }

  /** Mode of the luma, or {@link #SUBBLOCKS} with theirs in {@link #modes}. */
  private int lumaMode(Vp8Bits bits, int x) {
    if (bits.bit(145) == 1) {
      int mode =
          bits.bit(156) == 1
              ? (bits.bit(128) == 1 ? Vp8Prediction.TRUE_MOTION : Vp8Prediction.HORIZONTAL)
              : (bits.bit(163) == 1 ? Vp8Prediction.VERTICAL : Vp8Prediction.DC);
      Arrays.fill(modesAbove, 4 * x, 4 * x + 4, mode);
      Arrays.fill(modesLeft, mode);
      return mode;
    }
    for (int i = 0; i < 16; i++) {
      int above = 4 * x + i % 4;
      int p = Vp8Tables.modes(modesAbove[above], modesLeft[i / 4]);
      int node = 0;
      do {
        node = MODE_TREE[node + bits.bit(Vp8Tables.MODE[p + node / 2])];
      } while (node > 0);
      modes[i] = node + 10;
      modesAbove[above] = modes[i];
      modesLeft[i / 4] = modes[i];
    }
    return SUBBLOCKS;
  }

  private static int chromaMode(Vp8Bits bits) {
    if (bits.bit(142) == 0) {
      return Vp8Prediction.DC;
    }
    if (bits.bit(114) == 0) {
      return Vp8Prediction.VERTICAL;
    }
    return bits.bit(183) == 1 ? Vp8Prediction.TRUE_MOTION : Vp8Prediction.HORIZONTAL;
  }

  /**
   * No coefficients: the next blocks are to know. What is known of Y2 stays where there is none.
   */
  private void clear(int x, boolean whole) {
    for (int plane = 0; plane < (whole ? 4 : 3); plane++) {
      int side = filledLeft[plane].length;
      Arrays.fill(filledLeft[plane], false);
      Arrays.fill(filledAbove[plane], side * x, side * x + side, false);
    }
  }

  /**
   * Reads a macroblock's coefficients.
   *
   * @param out receives those of 16 blocks of luma, 4 of U and 4 of V, [25, 16]
   * @return whether any is not zero
   */
  private boolean residuals(Vp8Bits line, int x, boolean whole, int[][] steps, int[] out) {
    if (whole) {
      int[] second = new int[16];
      block(line, 1, 3, x, 0, steps[1], second, 0);
      Vp8Transform.walshHadamard(second, out);
    }
    boolean filled = false;
    for (int i = 0; i < 16; i++) {
      int kind = whole ? 0 : 3;
      int end = block(line, kind, 0, 4 * x + i % 4, i / 4, steps[0], out, 16 * i);
      filled |= end > 1 || out[16 * i] != 0;
    }
    for (int i = 0; i < 8; i++) {
      int plane = 1 + i / 4;
      int at = 16 * (16 + i);
      int end = block(line, 2, plane, 2 * x + i % 2, i / 2 % 2, steps[2], out, at);
      filled |= end > 1 || out[at] != 0;
    }
    return filled;
  }

  /**
   * Reads a block.
   *
   * @param above place of the column in its plane
   * @param left place of the line in the macroblock
   */
  private int block(
      Vp8Bits line, int kind, int plane, int above, int left, int[] steps, int[] out, int at) {
    boolean[] column = filledAbove[plane];
    boolean[] row = filledLeft[plane];
    int context = (column[above] ? 1 : 0) + (row[left] ? 1 : 0);
    int end = tokens.read(line, kind, context, steps, out, at);
    column[above] = end > (kind == 0 ? 1 : 0);
    row[left] = column[above];
    return end;
  }

  private void paintLuma(int x, int y, int mode, int[] coefficients) {
    if (mode != SUBBLOCKS) {
      Vp8Prediction.block(luma, x, y, 16, mode);
    }
    for (int i = 0; i < 16; i++) {
      int left = 16 * x + 4 * (i % 4);
      int top = 16 * y + 4 * (i / 4);
      int at = luma.at(left, top);
      if (mode == SUBBLOCKS) {
        // Below the first line the pixels on the right are not there yet: those above it stand in.
        int aboveRight = luma.at(left + 4, i % 4 == 3 ? 16 * y - 1 : top - 1);
        Vp8Prediction.subblock(luma, at, aboveRight, modes[i]);
      }
      Vp8Transform.addCosines(coefficients, 16 * i, luma, at);
    }
  }
}
