package ai.narrows.nn;

import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.layers.Workspace;

/** One value for each row of a pass, such as its error. */
public final class RowValues {
  private final Kernels kernels;
  private final Buffer values; // [capacity]
  private final Matrix matrix; // [capacity, 1]
  private final float[] scratch; // [capacity]

  /** For passes of up to {@code capacity} rows, in the workspace's memory. */
  public RowValues(Workspace workspace, int capacity) {
    kernels = workspace.kernels();
    values = workspace.allocate(capacity);
    matrix = kernels.matrix(values, 0, capacity, 1);
    scratch = new float[capacity];
  }

  /** What a pass fills, [capacity, 1]. */
  public Matrix matrix() {
    return matrix;
  }

  /** Sum over the first rows, in double precision. */
  double sum(int rows) {
    kernels.download(values, 0, scratch, 0, rows);
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum += scratch[r];
    }
    return sum;
  }

  /**
   * Copies the first rows' values out.
   *
   * @param target [rows], overwritten
   */
  public void copyTo(int rows, double[] target) {
    kernels.download(values, 0, scratch, 0, rows);
    for (int r = 0; r < rows; r++) {
      target[r] = scratch[r];
    }
  }
}
