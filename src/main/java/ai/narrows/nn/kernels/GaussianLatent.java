package ai.narrows.nn.kernels;

/**
 * The Gaussian latent of a VAE: the encoder's head gives {@code k} means and {@code k} raw
 * log-variances per row, sampling is reparameterised, the prior is standard normal (Kingma and
 * Welling 2014, section 2.4 and appendix B).
 */
public final class GaussianLatent {
  /** Log-variances up to here (and down to {@link #LOWER}) are the head's own value. */
  public static final float UPPER = 10f;

  /** See {@link #UPPER}. */
  public static final float LOWER = -20f;

  /** Beyond them, how much further a head's value is where the log-variance has half its slope. */
  public static final float BEND = 0.5f;

  private GaussianLatent() {}

  /**
   * The log-variance that a raw head value stands for: itself between -20 and 10; beyond, it grows
   * only with the logarithm ({@code 10 + log(1 + 2 (raw - 10)) / 2}), so that its exponential stays
   * finite for every finite input while its slope stays continuous and never reaches zero.
   */
  public static float bounded(float raw) {
    if (raw > UPPER) {
      return UPPER + BEND * (float) Math.log1p((raw - UPPER) / BEND);
    }
    if (raw < LOWER) {
      return LOWER - BEND * (float) Math.log1p((LOWER - raw) / BEND);
    }
    return raw;
  }

  /** Slope of {@link #bounded}. */
  public static float boundedSlope(float raw) {
    if (raw > UPPER) {
      return 1f / (1f + (raw - UPPER) / BEND);
    }
    if (raw < LOWER) {
      return 1f / (1f + (LOWER - raw) / BEND);
    }
    return 1f;
  }

  /**
   * {@link LatentKernels#gaussianForward} for n of a row's latents.
   *
   * @param z [n], overwritten
   * @return their part of the row's KL divergence
   */
  public static double forward(
      float[] mean, float[] rawLogVariance, float[] noise, float[] z, int n) {
    double kl = 0;
    for (int j = 0; j < n; j++) {
      float mu = mean[j];
      float logVariance = bounded(rawLogVariance[j]);
      double sigma = Math.exp(0.5 * logVariance);
      z[j] = mu + (float) sigma * noise[j];
      kl += (double) mu * mu + sigma * sigma - 1 - logVariance;
    }
    return 0.5 * kl;
  }

  /**
   * {@link LatentKernels#gaussianColumnKl} for n of a row's latents.
   *
   * @param columnKl [n], added to
   */
  public static void addKl(float[] mean, float[] rawLogVariance, float[] columnKl, int n) {
    for (int j = 0; j < n; j++) {
      double mu = mean[j];
      double logVariance = bounded(rawLogVariance[j]);
      columnKl[j] += (float) (0.5 * (mu * mu + Math.exp(logVariance) - 1 - logVariance));
    }
  }

  /**
   * {@link LatentKernels#gaussianBackward} for n of a row's latents.
   *
   * @param mean [n], replaced by the gradient of the means
   * @param rawLogVariance [n], replaced by the gradient of the raw log-variances
   */
  public static void backward(
      float[] mean, float[] rawLogVariance, float[] noise, float[] dz, float[] klScale, int n) {
    for (int j = 0; j < n; j++) {
      float raw = rawLogVariance[j];
      double sigma = Math.exp(0.5 * bounded(raw));
      float d = dz[j];
      mean[j] = d + klScale[j] * mean[j];
      double dLogVariance = 0.5 * d * sigma * noise[j] + 0.5 * klScale[j] * (sigma * sigma - 1);
      rawLogVariance[j] = (float) (dLogVariance * boundedSlope(raw));
    }
  }
}
