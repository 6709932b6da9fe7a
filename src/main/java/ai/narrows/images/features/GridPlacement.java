package ai.narrows.images.features;

import ai.narrows.images.ResampledAxis;

/**
 * Brings a map of features to a grid of another size, as images are resized. Sums run in a fixed
 * order.
 *
 * <p>Holds scratch space: one instance serves one thread.
 */
final class GridPlacement {
  private final int height;
  private final int grid;
  private final int channels;
  private final ResampledAxis rows;
  private final ResampledAxis columns;
  private final float[] narrowed; // [height, grid, channels]

  /**
   * From maps [height, width, channels] to grids [grid, grid, channels].
   *
   * @param height rows of the maps
   * @param width columns of the maps
   */
  GridPlacement(int height, int width, int channels, int grid) {
    this.height = height;
    this.grid = grid;
    this.channels = channels;
    rows = new ResampledAxis(height, grid);
    columns = new ResampledAxis(width, grid);
    narrowed = new float[height * grid * channels];
  }

  /**
   * Brings a map to the grid.
   *
   * @param map its values
   * @param perRow distance in {@code map} of a row from the next
   * @param perColumn distance of a column from the next
   * @param perChannel distance of a channel from the next
   * @param target receives the channels of each position from {@code at} on, positions {@code
   *     stride} values apart
   */
  void place(
      float[] map, int perRow, int perColumn, int perChannel, float[] target, int at, int stride) {
    int to = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < grid; x++) {
        float[] weights = columns.weights(x);
        int from = y * perRow + columns.first(x) * perColumn;
        for (int c = 0; c < channels; c++, to++) {
          float sum = 0;
          for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * map[from + k * perColumn + c * perChannel];
          }
          narrowed[to] = sum;
        }
      }
    }
    int line = grid * channels;
    for (int y = 0; y < grid; y++) {
      float[] weights = rows.weights(y);
      for (int x = 0; x < grid; x++) {
        int from = rows.first(y) * line + x * channels;
        int out = at + (y * grid + x) * stride;
        for (int c = 0; c < channels; c++) {
          float sum = 0;
          for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * narrowed[from + k * line + c];
          }
          target[out + c] = sum;
        }
      }
    }
  }
}
