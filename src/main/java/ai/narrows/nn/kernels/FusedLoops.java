package ai.narrows.nn.kernels;

/**
 * The loops over {@code float[]} that HotSpot turns into vector instructions: each is a method of
 * its own, with straight-line arithmetic on a few arrays that all run from 0 by the same index.
 * (With row offsets instead, HotSpot 17 left the sigmoid scalar, seven times slower; with a body of
 * more than some sixty operations it leaves any loop scalar.) Sums use eight running totals, so
 * that additions need not wait for each other.
 */
final class FusedLoops {
  private FusedLoops() {}

  /** {@code a = f(a)} over the first n values. */
  static void activate(float[] a, int n, Activation f) {
    switch (f) {
      case RELU -> relu(a, n);
      case LEAKY_RELU -> leakyRelu(a, n);
      case ELU -> elu(a, n);
      case TANH -> tanh(a, n);
      case SIGMOID -> sigmoid(a, n);
      case IDENTITY -> {}
    }
  }

  private static void relu(float[] a, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = Math.max(0f, a[i]);
    }
  }

  private static void leakyRelu(float[] a, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = Math.max(a[i], Activation.LEAKY_SLOPE * a[i]);
    }
  }

  private static void elu(float[] a, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = Math.max(a[i], 0f) + VectorMath.expm1OfNegative(Math.min(a[i], 0f));
    }
  }

  private static void tanh(float[] a, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = VectorMath.tanh(a[i]);
    }
  }

  private static void sigmoid(float[] a, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = VectorMath.sigmoid(a[i]);
    }
  }

  /**
   * {@code d *= f'} over the first n values, the derivative written in terms of {@code a = f(z)}.
   */
  static void activationGradient(float[] a, float[] d, int n, Activation f) {
    switch (f) {
      case RELU -> reluGradient(a, d, n);
      case LEAKY_RELU -> leakyReluGradient(a, d, n);
      case ELU -> eluGradient(a, d, n);
      case TANH -> tanhGradient(a, d, n);
      case SIGMOID -> sigmoidGradient(a, d, n);
      case IDENTITY -> {}
    }
  }

  /** {@code min(1, a MAX)} is the unit step: a comparison would keep HotSpot from vectorising. */
  private static void reluGradient(float[] a, float[] d, int n) {
    for (int i = 0; i < n; i++) {
      d[i] *= Math.min(1f, a[i] * Float.MAX_VALUE);
    }
  }

  private static void leakyReluGradient(float[] a, float[] d, int n) {
    for (int i = 0; i < n; i++) {
      d[i] *= Math.max(Activation.LEAKY_SLOPE, Math.min(1f, a[i] * Float.MAX_VALUE));
    }
  }

  private static void eluGradient(float[] a, float[] d, int n) {
    for (int i = 0; i < n; i++) {
      d[i] *= Math.min(a[i], 0f) + 1f;
    }
  }

  private static void tanhGradient(float[] a, float[] d, int n) {
    for (int i = 0; i < n; i++) {
      d[i] *= 1f - a[i] * a[i];
    }
  }

  private static void sigmoidGradient(float[] a, float[] d, int n) {
    for (int i = 0; i < n; i++) {
      d[i] *= a[i] * (1f - a[i]);
    }
  }

  /** {@code y -= x} over the first n values. */
  static void subtract(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] -= x[i];
    }
  }

  /** {@code sums += e^2} over the first n values. */
  static void addSquares(float[] e, float[] sums, int n) {
    for (int i = 0; i < n; i++) {
      sums[i] += e[i] * e[i];
    }
  }

  /** {@code squares = (y - x)^2} over the first n values. */
  static void squaredDifference(float[] y, float[] x, float[] squares, int n) {
    for (int i = 0; i < n; i++) {
      float e = y[i] - x[i];
      squares[i] = e * e;
    }
  }

  /** {@code d = scale (y - x)} over the first n values. */
  static void scaledDifference(float[] y, float[] x, float scale, float[] d, int n) {
    for (int i = 0; i < n; i++) {
      d[i] = scale * (y[i] - x[i]);
    }
  }

  /**
   * {@code entropies = softplus(z) - x z} over the first n values, {@code softplus(z) = max(z, 0) +
   * log1p(exp(-|z|))}. In one loop the body is larger than what HotSpot unrolls, and so vectorises.
   */
  static void crossEntropy(float[] z, float[] x, float[] entropies, int n) {
    expOfNegativeAbs(z, entropies, n);
    log1p(entropies, n);
    addLinearPart(entropies, z, x, n);
  }

  private static void expOfNegativeAbs(float[] z, float[] result, int n) {
    for (int i = 0; i < n; i++) {
      result[i] = VectorMath.expOfNegative(-Math.abs(z[i]));
    }
  }

  private static void log1p(float[] e, int n) {
    for (int i = 0; i < n; i++) {
      e[i] = VectorMath.log1pOfUnit(e[i]);
    }
  }

  private static void addLinearPart(float[] entropies, float[] z, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      entropies[i] += Math.max(z[i], 0f) - x[i] * z[i];
    }
  }

  /** {@code a = |a|} over the first n values. */
  static void absolute(float[] a, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = Math.abs(a[i]);
    }
  }

  /** {@code d += scale sign(a)} over the first n values. */
  static void addSigns(float[] a, float scale, float[] d, int n) {
    for (int i = 0; i < n; i++) {
      d[i] += scale * Math.signum(a[i]);
    }
  }

  /** {@code b += a} over the first n values. */
  static void add(float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      b[i] += a[i];
    }
  }

  /** Adds a row [columns] to each of the rows of b, of n values together. */
  static void addToRows(float[] row, int columns, float[] b, int n) {
    for (int at = 0; at < n; at += columns) {
      for (int j = 0; j < columns; j++) {
        b[at + j] += row[j];
      }
    }
  }

  /** {@code b *= a} over the first n values. */
  static void multiply(float[] a, float[] b, int n) {
    for (int i = 0; i < n; i++) {
      b[i] *= a[i];
    }
  }

  /** {@code a = a scale + shift} over the first n values. */
  static void scaleAndShift(float[] scale, float[] shift, float[] a, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = a[i] * scale[i] + shift[i];
    }
  }

  /** {@code sums[r] = sum of row r} of v [rows, n]. */
  static void rowSums(float[] v, int rows, int n, float[] sums) {
    for (int r = 0; r < rows; r++) {
      sums[r] = sum(v, r * n, n);
    }
  }

  /** Sum of n values from {@code from} on. */
  static float sum(float[] v, int from, int n) {
    float s0 = 0f;
    float s1 = 0f;
    float s2 = 0f;
    float s3 = 0f;
    float s4 = 0f;
    float s5 = 0f;
    float s6 = 0f;
    float s7 = 0f;
    int end = from + n;
    int i = from;
    for (; i + 8 <= end; i += 8) {
      s0 += v[i];
      s1 += v[i + 1];
      s2 += v[i + 2];
      s3 += v[i + 3];
      s4 += v[i + 4];
      s5 += v[i + 5];
      s6 += v[i + 6];
      s7 += v[i + 7];
    }
    float rest = 0f;
    for (; i < end; i++) {
      rest += v[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest;
  }

  /** {@code sums[at + i] += terms[i]}. */
  static void add(float[] sums, int at, float[] terms, int n) {
    for (int i = 0; i < n; i++) {
      sums[at + i] += terms[i];
    }
  }

  /** Sum of the squares of values {@code from .. to - 1}, in double. */
  static double sumOfSquares(float[] v, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int j = from;
    for (; j + 4 <= to; j += 4) {
      s0 += (double) v[j] * v[j];
      s1 += (double) v[j + 1] * v[j + 1];
      s2 += (double) v[j + 2] * v[j + 2];
      s3 += (double) v[j + 3] * v[j + 3];
    }
    double rest = 0;
    for (; j < to; j++) {
      rest += (double) v[j] * v[j];
    }
    return (s0 + s1) + (s2 + s3) + rest;
  }

  /** See {@link UpdateKernels#sgd}. */
  static void sgd(
      float[] p, float[] g, int from, int to, float gradientScale, float stepSize, float decay) {
    for (int i = from; i < to; i++) {
      p[i] -= stepSize * (gradientScale * g[i] + decay * p[i]);
    }
  }

  /** See {@link UpdateKernels#momentum}. */
  static void momentum(
      float[] p,
      float[] g,
      float[] v,
      int from,
      int to,
      float gradientScale,
      float stepSize,
      float momentum,
      float decay) {
    for (int i = from; i < to; i++) {
      v[i] = momentum * v[i] + (gradientScale * g[i] + decay * p[i]);
      p[i] -= stepSize * v[i];
    }
  }

  /** See {@link UpdateKernels#adam}; {@code correction2} is one over its sqrtCorrection2. */
  static void adam(
      float[] p,
      float[] g,
      float[] m,
      float[] v,
      int from,
      int to,
      float gradientScale,
      float stepSize,
      float beta1,
      float beta2,
      float epsilon,
      float correction2,
      float decay) {
    float rest1 = 1f - beta1;
    float rest2 = 1f - beta2;
    for (int i = from; i < to; i++) {
      float gi = gradientScale * g[i];
      float mi = beta1 * m[i] + rest1 * gi;
      float vi = beta2 * v[i] + rest2 * gi * gi;
      m[i] = mi;
      v[i] = vi;
      float root = (float) Math.sqrt(vi);
      p[i] = p[i] - decay * p[i] - stepSize * mi / (root * correction2 + epsilon);
    }
  }
}
