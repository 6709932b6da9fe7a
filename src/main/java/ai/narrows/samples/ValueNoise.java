package ai.narrows.samples;

import ai.narrows.nn.kernels.RandomStream;

/**
 * A smooth random surface over the unit square: random values on a lattice, blended between its
 * points. Cells longer than they are wide make streaks.
 */
final class ValueNoise {
  private final int columns;
  private final int rows;
  private final float[] lattice; // [rows + 1, columns + 1], in [-1, 1]

  ValueNoise(RandomStream random, int columns, int rows) {
    this.columns = columns;
    this.rows = rows;
    this.lattice = new float[(rows + 1) * (columns + 1)];
    for (int i = 0; i < lattice.length; i++) {
      lattice[i] = 2 * random.nextFloat() - 1;
    }
  }

  /** The surface's height, in [-1, 1]; places off the square have that of its edge. */
  double at(double x, double y) {
    double u = Math.max(0, Math.min(1, x)) * columns;
    double v = Math.max(0, Math.min(1, y)) * rows;
    int column = Math.min((int) u, columns - 1);
    int row = Math.min((int) v, rows - 1);
    double right = smooth(u - column);
    double down = smooth(v - row);
    int i = row * (columns + 1) + column;
    double upper = lattice[i] + right * (lattice[i + 1] - lattice[i]);
    int j = i + columns + 1;
    double lower = lattice[j] + right * (lattice[j + 1] - lattice[j]);
    return upper + down * (lower - upper);
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }
}
