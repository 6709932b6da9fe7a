package io.narrows.nn;

import java.io.Serializable;

/**
 * What training rows are like after a model: how badly each pixel is rebuilt, and where the latents
 * lie. Made of {@link Moments}, saved with the model, never changed.
 */
public final class ScoreStatistics implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No pixel's mean squared error counts as less than this share of the mean over all pixels. */
  private static final double ERROR_FLOOR = 0.1;

  /** What the covariance's diagonal gains, as a share of the latents' mean variance. */
  private static final double RIDGE = 1e-3;

  /** Wider latents are taken to be uncorrelated: a covariance would have millions of values. */
  private static final int WIDEST_COVARIANCE = 1024;

  private final float[] pixelError; // [inputs]
  private final float[] latentMean; // [k]
  private final float[] whitening; // inverse of the covariance's root: [k, k] lower triangular,

  // or its diagonal [k]
  private final ErrorSmoothing smoothing;

  private ScoreStatistics(
      float[] pixelError, float[] latentMean, float[] whitening, ErrorSmoothing smoothing) {
    this.pixelError = pixelError;
    this.latentMean = latentMean;
    this.whitening = whitening;
    this.smoothing = smoothing;
  }

  /** Sums over rows, which may be added up. A plain class: Kryo cannot take records. */
  public static final class Moments implements Serializable {
    private static final long serialVersionUID = 1L;

    private final double[] squaredErrors; // [inputs]
    private final double[] latents; // [k]
    private final double[] products; // the lower triangle of [k, k], or its diagonal [k]
    private long rows;

    /** Of no rows. */
    public Moments(Architecture architecture) {
      squaredErrors = new double[architecture.inputs()];
      latents = new double[architecture.latentDim()];
      products = new double[covarianceLength(latents.length)];
    }

    /**
     * Adds the rows that a reconstruction pass has just seen.
     *
     * @param count the pass's rows
     * @param smoothing of their errors, the same for all rows
     */
    public void add(Network network, int count, ErrorSmoothing smoothing) {
      float[] errors = new float[squaredErrors.length];
      network.pixelErrors(count, smoothing, errors);
      for (int j = 0; j < errors.length; j++) {
        squaredErrors[j] += errors[j];
      }
      int k = latents.length;
      float[] z = new float[count * k]; // [count, k]
      network.copyLatent(count, z, 0);
      for (int r = 0; r < count; r++) {
        for (int i = 0; i < k; i++) {
          double zi = z[r * k + i];
          latents[i] += zi;
          for (int j = firstColumn(i, k); j <= i; j++) {
            products[at(i, j, k)] += zi * z[r * k + j];
          }
        }
      }
      rows += count;
    }

    /** Adds other sums. */
    public void add(Moments other) {
      add(squaredErrors, other.squaredErrors);
      add(latents, other.latents);
      add(products, other.products);
      rows += other.rows;
    }

    private static void add(double[] sums, double[] others) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += others[i];
      }
    }

    /**
     * The statistics of all rows added.
     *
     * @param smoothing with which they were added
     * @throws IllegalArgumentException if there are none, or one gave a value that is not finite
     */
    public ScoreStatistics statistics(ErrorSmoothing smoothing) {
      if (rows == 0) {
        throw new IllegalArgumentException("no rows, no statistics");
      }
      float[] pixelError = new float[squaredErrors.length];
      double mean = 0;
      for (double sum : squaredErrors) {
        mean += sum / rows / squaredErrors.length;
      }
      double floor = Math.max(ERROR_FLOOR * mean, 1e-12); // where all is rebuilt perfectly
      for (int j = 0; j < pixelError.length; j++) {
        pixelError[j] = (float) Math.max(squaredErrors[j] / rows, floor);
        if (!Float.isFinite(pixelError[j])) {
          throw new IllegalArgumentException(
              "the mean squared error of value " + j + " is " + pixelError[j]);
        }
      }
      int k = latents.length;
      float[] latentMean = new float[k];
      double[] covariance = new double[products.length];
      double variances = 0;
      double squares = 0;
      for (int i = 0; i < k; i++) {
        latentMean[i] = (float) (latents[i] / rows);
        for (int j = firstColumn(i, k); j <= i; j++) {
          int at = at(i, j, k);
          covariance[at] = products[at] / rows - latents[i] / rows * (latents[j] / rows);
        }
        int own = at(i, i, k);
        covariance[own] = Math.max(0, covariance[own]); // where rounding has made it negative
        variances += covariance[own];
        squares += products[own] / rows;
      }
      // At least what rounding can take away, where all latents are the same.
      double ridge = Math.max(RIDGE * variances / k, 1e-9 * (1 + squares));
      for (int i = 0; i < k; i++) {
        covariance[at(i, i, k)] += ridge;
      }
      return new ScoreStatistics(pixelError, latentMean, inverseRoot(covariance, k), smoothing);
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

  /**
   * The inverse of the lower triangular L with {@code L L' = covariance} (Cholesky).
   *
   * @param a the lower triangle of [k, k] or its diagonal [k], overwritten with L
   */
  private static float[] inverseRoot(double[] a, int k) {
    for (int i = 0; i < k; i++) {
      for (int j = firstColumn(i, k); j <= i; j++) {
        double sum = a[at(i, j, k)];
        for (int m = firstColumn(i, k); m < j; m++) {
          sum -= a[at(i, m, k)] * a[at(j, m, k)];
        }
        if (i == j && !(sum > 0)) {
          throw new IllegalArgumentException(
              "the latents of the training rows have no covariance: latent " + i + " gives " + sum);
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

  /** How many values {@link #copyTo} writes for such a network. */
  public static int length(Architecture architecture) {
    int k = architecture.latentDim();
    return Math.addExact(Math.addExact(architecture.inputs(), k), covarianceLength(k));
  }

  /**
   * Copies everything out.
   *
   * @param values [.., {@link #length}] from {@code to} on, overwritten
   */
  public void copyTo(float[] values, int to) {
    int at = to;
    for (float[] part : new float[][] {pixelError, latentMean, whitening}) {
      System.arraycopy(part, 0, values, at, part.length);
      at += part.length;
    }
  }

  /**
   * Statistics as {@link #copyTo} wrote them.
   *
   * @throws IllegalArgumentException if they cannot be any: a pixel's error is not positive, or a
   *     value is not finite
   */
  public static ScoreStatistics from(
      Architecture architecture, ErrorSmoothing smoothing, float[] values, int from) {
    int inputs = architecture.inputs();
    int k = architecture.latentDim();
    float[] pixelError = new float[inputs];
    float[] latentMean = new float[k];
    float[] whitening = new float[covarianceLength(k)];
    System.arraycopy(values, from, pixelError, 0, inputs);
    System.arraycopy(values, from + inputs, latentMean, 0, k);
    System.arraycopy(values, from + inputs + k, whitening, 0, whitening.length);
    for (float error : pixelError) {
      if (!(error > 0)) {
        throw new IllegalArgumentException("a pixel's mean squared error is " + error);
      }
    }
    return new ScoreStatistics(pixelError, latentMean, whitening, smoothing);
  }

  /**
   * Mean squared error of each pixel over the training rows, errors smoothed, kept off 0 [inputs];
   * a copy.
   */
  public float[] pixelError() {
    return pixelError.clone();
  }

  /** What errors are averaged over before they are squared. */
  public ErrorSmoothing smoothing() {
    return smoothing;
  }

  /**
   * Mahalanobis distance of a latent from the training latents.
   *
   * @param latents [.., k], the latent at {@code from}
   */
  double distance(float[] latents, int from) {
    int k = latentMean.length;
    double squares = 0;
    for (int i = 0; i < k; i++) {
      double w = 0;
      for (int j = firstColumn(i, k); j <= i; j++) {
        w += (double) whitening[at(i, j, k)] * (latents[from + j] - latentMean[j]);
      }
      squares += w * w;
    }
    return Math.sqrt(squares);
  }
}
