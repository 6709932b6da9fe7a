package io.narrows.nn;

/**
 * The Gaussian latent of a VAE: the encoder's head gives {@code k} means and {@code k} raw
 * log-variances per row, sampling is reparameterised, the prior is standard normal (Kingma and
 * Welling 2014, section 2.4 and appendix B).
 */
final class GaussianLatent {
  /** Log-variances up to here (and down to {@link #LOWER}) are the head's own value. */
  static final float UPPER = 10f;

  /** See {@link #UPPER}. */
  static final float LOWER = -20f;

  private static final float BEND = 0.5f;

  private GaussianLatent() {}

  /**
   * The log-variance that a raw head value stands for: itself between -20 and 10; beyond, it grows
   * only with the logarithm ({@code 10 + log(1 + 2 (raw - 10)) / 2}), so that its exponential stays
   * finite for every finite input while its slope stays continuous and never reaches zero.
   */
  static float bounded(float raw) {
    if (raw > UPPER) {
      return UPPER + BEND * (float) Math.log1p((raw - UPPER) / BEND);
    }
    if (raw < LOWER) {
      return LOWER - BEND * (float) Math.log1p((LOWER - raw) / BEND);
    }
    return raw;
  }

  /** Slope of {@link #bounded}. */
  static float boundedSlope(float raw) {
    if (raw > UPPER) {
      return 1f / (1f + (raw - UPPER) / BEND);
    }
    if (raw < LOWER) {
      return 1f / (1f + (LOWER - raw) / BEND);
    }
    return 1f;
  }

  /** One row of {@link Kernels#gaussianForward}; returns its KL divergence. */
  static float forward(
      float[] heads, int mean, float[] noise, int noiseAt, float[] z, int zAt, int k) {
    double kl = 0;
    for (int j = 0; j < k; j++) {
      float mu = heads[mean + j];
      float logVariance = bounded(heads[mean + k + j]);
      double sigma = Math.exp(0.5 * logVariance);
      z[zAt + j] = mu + (float) sigma * noise[noiseAt + j];
      kl += (double) mu * mu + sigma * sigma - 1 - logVariance;
    }
    return (float) (0.5 * kl);
  }

  /** One row of {@link Kernels#gaussianBackward}. */
  static void backward(
      float[] heads,
      int mean,
      float[] noise,
      int noiseAt,
      float[] dz,
      int dzAt,
      float klScale,
      float[] dHeads,
      int dMean,
      int k) {
    for (int j = 0; j < k; j++) {
      float raw = heads[mean + k + j];
      double sigma = Math.exp(0.5 * bounded(raw));
      float d = dz[dzAt + j];
      dHeads[dMean + j] = d + klScale * heads[mean + j];
      double dLogVariance =
          0.5 * d * sigma * noise[noiseAt + j] + 0.5 * klScale * (sigma * sigma - 1);
      dHeads[dMean + k + j] = (float) (dLogVariance * boundedSlope(raw));
    }
  }
}
