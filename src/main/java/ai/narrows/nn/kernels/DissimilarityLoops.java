package ai.narrows.nn.kernels;

import java.util.Arrays;

/**
 * Structural dissimilarity (Wang et al. 2004, equation 13) on the heap, an image at a time.
 *
 * <p>With {@code d = y - x} its SSIM is {@code (1 - u) (1 - v)}, where {@code u = mean(d)^2 /
 * (mean(x)^2 + mean(y)^2 + C1)} and {@code v = variance(d) / (variance(x) + variance(y) + C2)}: the
 * same fractions, but {@code 1 - SSIM = u + v - u v} does not cancel where images are nearly equal.
 * Values are taken relative to {@link #CENTRE}, so that variances hardly cancel either.
 */
final class DissimilarityLoops {
  static final float C1 = 0.01f * 0.01f;
  static final float C2 = 0.03f * 0.03f;

  /** Of the values' range, [0, 1]. */
  static final float CENTRE = 0.5f;

  private DissimilarityLoops() {}

  /**
   * See {@link LossKernels#structuralDissimilarityForwardBackward}.
   *
   * @param dz null where only the error is asked for
   */
  static void run(
      int rows,
      CpuMatrix z,
      Activation f,
      CpuMatrix x,
      Windows windows,
      float scale,
      CpuMatrix rowError,
      CpuMatrix dz) {
    int n = z.columns();
    int reach = BoxSums.reach(windows);
    int last = n - reach; // behind it no window begins
    float share = 1f / (windows.kernel() * windows.kernel()); // of a pixel in its window
    double weight = (double) n / (windows.count() * windows.channels()); // of a window
    Scratch scratch = Scratch.get();
    float[] values = scratch.run(0, n + reach);
    float[] space = scratch.run(1, n + reach);
    float[] y = scratch.run(2, n);
    float[] target = scratch.run(3, n);
    float[] d = scratch.run(4, n);
    float[] ofX = scratch.run(5, n + reach);
    float[] ofD = scratch.run(6, n + reach);
    float[] ofD2 = scratch.run(7, n + reach);
    float[] ofSquares = scratch.run(8, n);
    float[] u = scratch.run(9, n);
    float[] v = scratch.run(10, n);
    for (int r = 0; r < rows; r++) {
      z.get(r * n, y, n);
      FusedLoops.activate(y, n, f);
      z.put(r * n, y, n);
      x.get(r * n, target, n);
      difference(y, target, d, n);
      centre(y, n);
      centre(target, n);
      System.arraycopy(target, 0, values, 0, n);
      BoxSums.sum(values, n, windows, ofX, space);
      System.arraycopy(d, 0, values, 0, n);
      BoxSums.sum(values, n, windows, ofD, space);
      square(d, values, n);
      BoxSums.sum(values, n, windows, ofD2, space);
      addSquares(y, target, values, n);
      BoxSums.sum(values, n, windows, ofSquares, space);
      ratios(ofX, ofD, ofD2, ofSquares, share, u, v, last);
      dissimilarity(u, v, values, last);
      space[0] = (float) (weight * sum(values, windows));
      rowError.put(r, space, 1);
      if (dz != null) {
        slopes(ofX, ofD, ofD2, ofSquares, u, v, (float) (2 * scale * weight * share), last);
        inWindows(u, windows, last, values);
        BoxSums.sum(values, n + reach, windows, ofX, space);
        inWindows(v, windows, last, values);
        BoxSums.sum(values, n + reach, windows, ofD, space);
        inWindows(ofSquares, windows, last, values);
        BoxSums.sum(values, n + reach, windows, ofD2, space);
        combine(ofX, ofD, y, ofD2, d, n);
        z.get(r * n, y, n);
        FusedLoops.activationGradient(y, d, n, f);
        dz.put(r * n, d, n);
      }
    }
  }

  private static void difference(float[] y, float[] x, float[] d, int n) {
    for (int i = 0; i < n; i++) {
      d[i] = y[i] - x[i];
    }
  }

  private static void centre(float[] values, int n) {
    for (int i = 0; i < n; i++) {
      values[i] -= CENTRE;
    }
  }

  private static void square(float[] d, float[] squares, int n) {
    for (int i = 0; i < n; i++) {
      squares[i] = d[i] * d[i];
    }
  }

  private static void addSquares(float[] y, float[] x, float[] squares, int n) {
    for (int i = 0; i < n; i++) {
      squares[i] = y[i] * y[i] + x[i] * x[i];
    }
  }

  /**
   * From sums over windows to u and v.
   *
   * @param x sums of x; becomes means of y
   * @param d sums of d; becomes its means
   * @param d2 sums of d^2; becomes the denominators of u
   * @param squares sums of x^2 + y^2; becomes the denominators of v
   */
  private static void ratios(
      float[] x, float[] d, float[] d2, float[] squares, float share, float[] u, float[] v, int n) {
    for (int i = 0; i < n; i++) {
      float meanX = x[i] * share;
      float meanD = d[i] * share;
      float meanY = meanX + meanD;
      float wholeX = meanX + CENTRE;
      float wholeY = meanY + CENTRE;
      float meanD2 = meanD * meanD;
      float means = wholeX * wholeX + wholeY * wholeY + C1;
      float variances = squares[i] * share - (meanX * meanX + meanY * meanY);
      float positive = Math.max(variances, 0f) + C2; // y may be far from [0, 1], and rounded so
      u[i] = meanD2 / means;
      v[i] = (d2[i] * share - meanD2) / positive;
      x[i] = meanY;
      d[i] = meanD;
      d2[i] = means;
      squares[i] = positive;
    }
  }

  private static void dissimilarity(float[] u, float[] v, float[] result, int n) {
    for (int i = 0; i < n; i++) {
      result[i] = u[i] + v[i] - u[i] * v[i];
    }
  }

  /** Over the windows that there are. */
  private static double sum(float[] values, Windows windows) {
    int line = windows.width() * windows.channels();
    double sum = 0;
    for (int row = 0; row < windows.rows(); row++) {
      sum += FusedLoops.sum(values, row * line, windows.columns() * windows.channels());
    }
    return sum;
  }

  /**
   * What a window adds to the gradient of each of its pixels is {@code p + q d + r y}.
   *
   * @param meanY [n]
   * @param meanD [n]
   * @param means the denominators of u
   * @param variances the denominators of v; becomes r
   * @param u becomes p
   * @param v becomes q
   * @param scale of the gradient, twice over
   */
  private static void slopes(
      float[] meanY,
      float[] meanD,
      float[] means,
      float[] variances,
      float[] u,
      float[] v,
      float scale,
      int n) {
    for (int i = 0; i < n; i++) {
      float ofMeans = scale * (1f - v[i]) * (meanD[i] - u[i] * (meanY[i] + CENTRE)) / means[i];
      float q = scale * (1f - u[i]) / variances[i];
      float r = -q * v[i];
      u[i] = ofMeans - q * meanD[i] - r * meanY[i];
      v[i] = q;
      variances[i] = r;
    }
  }

  /**
   * Puts the values of windows where sums over {@link BoxSums} of the result are sums over all
   * windows that hold a pixel: as far from the start as a window reaches, 0 where none begins.
   *
   * @param result [n + reach], overwritten
   */
  private static void inWindows(float[] values, Windows windows, int last, float[] result) {
    int reach = BoxSums.reach(windows);
    int line = windows.width() * windows.channels();
    int begun = windows.columns() * windows.channels();
    Arrays.fill(result, 0, reach, 0f);
    System.arraycopy(values, 0, result, reach, last);
    for (int row = 0; row < windows.rows() - 1; row++) {
      Arrays.fill(result, reach + row * line + begun, reach + (row + 1) * line, 0f);
    }
    Arrays.fill(result, reach + last, reach + last + reach, 0f);
  }

  /** {@code d = p + q d + r y}. */
  private static void combine(float[] p, float[] q, float[] y, float[] r, float[] d, int n) {
    for (int i = 0; i < n; i++) {
      d[i] = p[i] + q[i] * d[i] + r[i] * y[i];
    }
  }
}
