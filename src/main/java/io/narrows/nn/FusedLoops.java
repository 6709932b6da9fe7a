package io.narrows.nn;

/**
 * The loops over {@code float[]} that HotSpot turns into vector instructions: each body is
 * straight-line arithmetic on a few arrays. Sums use eight running totals, so that additions need
 * not wait for each other.
 */
final class FusedLoops {
  private FusedLoops() {}

  /** {@code a = f(a + b)}: a [n] at {@code at}, b [n] at {@code bAt}. */
  static void activate(float[] a, int at, float[] b, int bAt, int n, Activation f) {
    switch (f) {
      case RELU -> {
        for (int j = 0; j < n; j++) {
          a[at + j] = Math.max(0f, a[at + j] + b[bAt + j]);
        }
      }
      case LEAKY_RELU -> {
        for (int j = 0; j < n; j++) {
          float z = a[at + j] + b[bAt + j];
          a[at + j] = Math.max(z, Activation.LEAKY_SLOPE * z);
        }
      }
      case ELU -> {
        for (int j = 0; j < n; j++) {
          float z = a[at + j] + b[bAt + j];
          a[at + j] = Math.max(z, 0f) + VectorMath.expm1OfNegative(Math.min(z, 0f));
        }
      }
      case TANH -> {
        for (int j = 0; j < n; j++) {
          a[at + j] = VectorMath.tanh(a[at + j] + b[bAt + j]);
        }
      }
      case SIGMOID -> {
        for (int j = 0; j < n; j++) {
          a[at + j] = VectorMath.sigmoid(a[at + j] + b[bAt + j]);
        }
      }
      case IDENTITY -> {
        for (int j = 0; j < n; j++) {
          a[at + j] += b[bAt + j];
        }
      }
    }
  }

  /**
   * {@code d *= f'}, the derivative written in terms of {@code a = f(z)}. {@code min(1, a MAX)} is
   * the unit step: a comparison would keep HotSpot from vectorising the loop.
   */
  static void activationGradient(float[] a, int at, float[] d, int dAt, int n, Activation f) {
    switch (f) {
      case RELU -> {
        for (int j = 0; j < n; j++) {
          d[dAt + j] *= Math.min(1f, a[at + j] * Float.MAX_VALUE);
        }
      }
      case LEAKY_RELU -> {
        for (int j = 0; j < n; j++) {
          float step = Math.min(1f, a[at + j] * Float.MAX_VALUE);
          d[dAt + j] *= Math.max(Activation.LEAKY_SLOPE, step);
        }
      }
      case ELU -> {
        for (int j = 0; j < n; j++) {
          d[dAt + j] *= Math.min(a[at + j], 0f) + 1f;
        }
      }
      case TANH -> {
        for (int j = 0; j < n; j++) {
          d[dAt + j] *= 1f - a[at + j] * a[at + j];
        }
      }
      case SIGMOID -> {
        for (int j = 0; j < n; j++) {
          d[dAt + j] *= a[at + j] * (1f - a[at + j]);
        }
      }
      case IDENTITY -> {}
    }
  }

  /** {@code sums[j] = sum over rows of d[r, j]}. */
  static void columnSums(float[] d, int at, int rows, int n, float[] sums) {
    System.arraycopy(d, at, sums, 0, n);
    for (int r = 1; r < rows; r++) {
      addTo(sums, d, at + r * n, n);
    }
  }

  private static void addTo(float[] sums, float[] d, int at, int n) {
    for (int j = 0; j < n; j++) {
      sums[j] += d[at + j];
    }
  }

  /** {@code squares = (y - x)^2}. */
  static void squaredDifference(float[] y, int at, float[] x, int xAt, int n, float[] squares) {
    for (int j = 0; j < n; j++) {
      float e = y[at + j] - x[xAt + j];
      squares[j] = e * e;
    }
  }

  /** {@code squares = (y - x)^2, d = scale (y - x)}. */
  static void squaredDifference(
      float[] y,
      int at,
      float[] x,
      int xAt,
      int n,
      float[] squares,
      float scale,
      float[] d,
      int dAt) {
    for (int j = 0; j < n; j++) {
      float e = y[at + j] - x[xAt + j];
      squares[j] = e * e;
      d[dAt + j] = scale * e;
    }
  }

  /** {@code d = scale (y - x)}. */
  static void scaledDifference(
      float[] y, int at, float[] x, int xAt, int n, float scale, float[] d, int dAt) {
    for (int j = 0; j < n; j++) {
      d[dAt + j] = scale * (y[at + j] - x[xAt + j]);
    }
  }

  /** With {@code l = y + b}: {@code entropies = softplus(l) - x l, y = sigmoid(l)}. */
  static void crossEntropy(
      float[] y, int at, float[] b, int bAt, float[] x, int xAt, int n, float[] entropies) {
    for (int j = 0; j < n; j++) {
      float l = y[at + j] + b[bAt + j];
      entropies[j] = VectorMath.softplus(l) - x[xAt + j] * l;
      y[at + j] = VectorMath.sigmoid(l);
    }
  }

  /** Sum of the first n values. */
  static float sum(float[] v, int n) {
    float s0 = 0f;
    float s1 = 0f;
    float s2 = 0f;
    float s3 = 0f;
    float s4 = 0f;
    float s5 = 0f;
    float s6 = 0f;
    float s7 = 0f;
    int j = 0;
    for (; j + 8 <= n; j += 8) {
      s0 += v[j];
      s1 += v[j + 1];
      s2 += v[j + 2];
      s3 += v[j + 3];
      s4 += v[j + 4];
      s5 += v[j + 5];
      s6 += v[j + 6];
      s7 += v[j + 7];
    }
    float rest = 0f;
    for (; j < n; j++) {
      rest += v[j];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest;
  }

  /** Sum of squares in double. */
  static double sumOfSquares(float[] v) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int j = 0;
    for (; j + 4 <= v.length; j += 4) {
      s0 += (double) v[j] * v[j];
      s1 += (double) v[j + 1] * v[j + 1];
      s2 += (double) v[j + 2] * v[j + 2];
      s3 += (double) v[j + 3] * v[j + 3];
    }
    double rest = 0;
    for (; j < v.length; j++) {
      rest += (double) v[j] * v[j];
    }
    return (s0 + s1) + (s2 + s3) + rest;
  }

  /** See {@link Kernels#sgd}. */
  static void sgd(float[] p, float[] g, int n, float gradientScale, float stepSize, float decay) {
    for (int i = 0; i < n; i++) {
      p[i] -= stepSize * (gradientScale * g[i] + decay * p[i]);
    }
  }

  /** See {@link Kernels#momentum}. */
  static void momentum(
      float[] p,
      float[] g,
      float[] v,
      int n,
      float gradientScale,
      float stepSize,
      float momentum,
      float decay) {
    for (int i = 0; i < n; i++) {
      v[i] = momentum * v[i] + (gradientScale * g[i] + decay * p[i]);
      p[i] -= stepSize * v[i];
    }
  }

  /** See {@link Kernels#adam}; {@code correction2} is one over its sqrtCorrection2. */
  static void adam(
      float[] p,
      float[] g,
      float[] m,
      float[] v,
      int n,
      float gradientScale,
      float stepSize,
      float beta1,
      float beta2,
      float epsilon,
      float correction2,
      float decay) {
    float rest1 = 1f - beta1;
    float rest2 = 1f - beta2;
    for (int i = 0; i < n; i++) {
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
