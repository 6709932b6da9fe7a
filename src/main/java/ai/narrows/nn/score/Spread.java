package ai.narrows.nn.score;

import ai.narrows.message.Shipped;
import ai.narrows.tensors.Tensor;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Mean and covariance of vectors, such as the training rows' latents, and how far from them another
 * one lies. Made of {@link Moments}, never changed.
 */
final class Spread implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What the covariance's diagonal gains, as a share of the mean variance. */
  private static final double RIDGE = 1e-3;

  /** Values of wider vectors are taken to be uncorrelated: a covariance would have millions. */
  private static final int WIDEST_COVARIANCE = 1024;

  private final float[] mean; // [k]

  /** Inverse of the covariance's root: [k, k], lower triangular, or its diagonal [k]. */
  private final float[] whitening;

  private Spread(float[] mean, float[] whitening) {
    this.mean = mean;
    this.whitening = whitening;
  }

  /** Sums over vectors, which may be added up. */
  static final class Moments implements Shipped {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final double[] sums; // [k]
    private final double[] products; // [k (k + 1) / 2], the lower triangle, or its diagonal [k]

    /**
     * Of no vectors.
     *
     * @param what one value of a vector is called in messages
     * @param k values of a vector
     */
    Moments(String what, int k) {
      this.what = what;
      sums = new double[k];
      products = new double[isDiagonal(k) ? k : k * (k + 1) / 2];
    }

    /**
     * Adds vectors.
     *
     * @param vectors [count, k]
     */
    void add(int count, float[] vectors) {
      int k = sums.length;
      for (int r = 0; r < count; r++) {
        for (int i = 0; i < k; i++) {
          double value = vectors[r * k + i];
          sums[i] += value;
          for (int j = firstColumn(i, k); j <= i; j++) {
            products[place(i, j)] += value * vectors[r * k + j];
          }
        }
      }
    }

    private int place(int row, int column) {
      return isDiagonal(sums.length) ? row : row * (row + 1) / 2 + column;
    }

    /** Adds other sums. */
    void add(Moments other) {
      ScoreStatistics.add(sums, other.sums);
      ScoreStatistics.add(products, other.products);
    }

    /**
     * The spread of all vectors added.
     *
     * @param rows how many these are, at least 1
     * @throws IllegalArgumentException if one gave a value that is not finite
     */
    Spread spread(long rows) {
      int k = sums.length;
      float[] mean = new float[k];
      double[] covariance = new double[covarianceLength(k)];
      double variances = 0;
      double squares = 0;
      for (int i = 0; i < k; i++) {
        mean[i] = (float) (sums[i] / rows);
        for (int j = firstColumn(i, k); j <= i; j++) {
          int at = at(i, j, k);
          covariance[at] = products[place(i, j)] / rows - sums[i] / rows * (sums[j] / rows);
        }
        int own = at(i, i, k);
        covariance[own] = Math.max(0, covariance[own]); // where rounding has made it negative
        variances += covariance[own];
        squares += products[place(i, i)] / rows;
      }
      // At least what rounding can take away, where all vectors are the same.
      double ridge = Math.max(RIDGE * variances / k, 1e-9 * (1 + squares));
      for (int i = 0; i < k; i++) {
        covariance[at(i, i, k)] += ridge;
      }
      return new Spread(mean, inverseRoot(covariance));
    }

    /**
     * The inverse of the lower triangular L with {@code L L' = covariance} (Cholesky).
     *
     * @param a the lower triangle of [k, k] or its diagonal [k], overwritten with L
     */
    private float[] inverseRoot(double[] a) {
      int k = sums.length;
      for (int i = 0; i < k; i++) {
        for (int j = firstColumn(i, k); j <= i; j++) {
          double sum = a[at(i, j, k)];
          for (int m = firstColumn(i, k); m < j; m++) {
            sum -= a[at(i, m, k)] * a[at(j, m, k)];
          }
          if (i == j && !(sum > 0)) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "the %ss of the training rows have no covariance: %s %d gives %s",
                    what,
                    what,
                    i,
                    sum));
          }
          a[at(i, j, k)] = i == j ? Math.sqrt(sum) : sum / a[at(j, j, k)];
        }
      }
      float[] inverse = new float[a.length];
      double[] column = new double[k];
      for (int j = 0; j < k; j++) { // L x = e_j
        int end = isDiagonal(k) ? j + 1 : k;
        for (int i = j; i < end; i++) {
          double sum = i == j ? 1 : 0;
          for (int m = j; m < i; m++) {
            sum -= a[at(i, m, k)] * column[m];
          }
          column[i] = sum / a[at(i, i, k)];
          inverse[at(i, j, k)] = (float) column[i];
        }
      }
      return inverse;
    }
  }

  private static boolean isDiagonal(int k) {
    return k > WIDEST_COVARIANCE;
  }

  private static int covarianceLength(int k) {
    return isDiagonal(k) ? k : k * k;
  }

  /** The first column of a row that is held. */
  private static int firstColumn(int row, int k) {
    return isDiagonal(k) ? row : 0;
  }

  /** Where a value is held. */
  private static int at(int row, int column, int k) {
    return isDiagonal(k) ? row : row * k + column;
  }

  /** What {@link #copyTo} writes for such vectors, in this order. */
  static List<Tensor> tensors(int k) {
    return List.of(
        Tensor.of("mean", k),
        isDiagonal(k) ? Tensor.of("whitening", k) : Tensor.of("whitening", k, k));
  }

  /** How many values {@link #copyTo} writes. */
  int length() {
    return mean.length + whitening.length;
  }

  /** Copies everything out to {@code values} from {@code to} on. */
  void copyTo(float[] values, int to) {
    System.arraycopy(mean, 0, values, to, mean.length);
    System.arraycopy(whitening, 0, values, to + mean.length, whitening.length);
  }

  /** A spread as {@link #copyTo} wrote it. */
  static Spread from(int k, float[] values, int from) {
    float[] mean = new float[k];
    float[] whitening = new float[covarianceLength(k)];
    System.arraycopy(values, from, mean, 0, k);
    System.arraycopy(values, from + k, whitening, 0, whitening.length);
    return new Spread(mean, whitening);
  }

  /**
   * Mahalanobis distances of vectors from the mean.
   *
   * @param vectors [rows, k]
   * @param distances [rows], overwritten
   */
  void distances(int rows, float[] vectors, double[] distances) {
    for (int r = 0; r < rows; r++) {
      distances[r] = distance(vectors, r * mean.length);
    }
  }

  /**
   * Mahalanobis distance of a vector from the mean.
   *
   * @param vectors [.., k], the vector at {@code from}
   */
  private double distance(float[] vectors, int from) {
    int k = mean.length;
    double squares = 0;
    for (int i = 0; i < k; i++) {
      double w = 0;
      for (int j = firstColumn(i, k); j <= i; j++) {
        w += (double) whitening[at(i, j, k)] * (vectors[from + j] - mean[j]);
      }
      squares += w * w;
    }
    return Math.sqrt(squares);
  }
}
