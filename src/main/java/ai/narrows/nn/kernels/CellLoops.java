package ai.narrows.nn.kernels;

/** Lines of pixels to lines of cells and back, on the heap. */
final class CellLoops {
  private CellLoops() {}

  /**
   * Sums up across the cells of a line.
   *
   * @param pixels [width, channels]
   * @param sums [cells.columns(), channels], overwritten
   */
  static void sum(float[] pixels, Cells cells, float[] sums) {
    int channels = cells.channels();
    for (int column = 0; column < cells.columns(); column++) {
      int from = column * cells.side() * channels;
      int to = column * channels;
      System.arraycopy(pixels, from, sums, to, channels);
      for (int k = 1; k < cells.width(column); k++) {
        add(pixels, from + k * channels, sums, to, channels);
      }
    }
  }

  /**
   * Repeats every cell of a line across its pixels: the transpose of {@link #sum}.
   *
   * @param line [cells.columns(), channels]
   * @param pixels [width, channels], overwritten
   */
  static void repeat(float[] line, Cells cells, float[] pixels) {
    int channels = cells.channels();
    for (int column = 0; column < cells.columns(); column++) {
      int to = column * cells.side() * channels;
      for (int k = 0; k < cells.width(column); k++) {
        System.arraycopy(line, column * channels, pixels, to + k * channels, channels);
      }
    }
  }

  /**
   * Multiplies every cell of a line by what its pixels count.
   *
   * @param line [cells.columns(), channels], multiplied
   * @param row of the cells, from the top
   */
  static void weigh(float[] line, Cells cells, int row, Cells.Weight weight) {
    for (int column = 0; column < cells.columns(); column++) {
      float each = cells.weight(weight, row, column);
      int end = (column + 1) * cells.channels();
      for (int j = column * cells.channels(); j < end; j++) {
        line[j] *= each;
      }
    }
  }

  private static void add(float[] source, int from, float[] target, int to, int length) {
    for (int i = 0; i < length; i++) {
      target[to + i] += source[from + i];
    }
  }
}
