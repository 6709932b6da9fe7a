package ai.narrows.nn.kernels;

/**
 * The latent, its penalties, and what is done to the rows that enter the encoder. A part of {@link
 * Kernels}.
 */
public interface LatentKernels {
  /**
   * Samples the latent and measures its divergence from the prior: {@code z = mean +
   * exp(logVariance / 2) noise}, {@code rowKl = 1/2 sum(mean^2 + exp(logVariance) - 1 -
   * logVariance)} (Kingma and Welling 2014, section 2.4 and appendix B), with {@code logVariance} =
   * {@link GaussianLatent#bounded} of the raw head.
   *
   * @param heads [rows, 2k]: means, then raw log-variances
   * @param noise [rows, k] standard normal
   * @param z [rows, k], overwritten
   * @param rowKl [rows, 1], overwritten
   */
  void gaussianForward(int rows, Matrix heads, Matrix noise, Matrix z, Matrix rowKl);

  /**
   * The divergence of {@link #gaussianForward} by dimension: {@code columnKl[j]} is its part in
   * latent j, summed over the rows.
   *
   * @param heads [rows, 2k]
   * @param columnKl [1, k], overwritten
   */
  void gaussianColumnKl(int rows, Matrix heads, Matrix columnKl);

  /**
   * Gradient of {@code sum_j klScale[j] columnKl[j]} and of what came back through z.
   *
   * @param dz [rows, k]
   * @param klScale [1, k]
   * @param dHeads [rows, 2k], overwritten
   */
  void gaussianBackward(
      int rows, Matrix heads, Matrix noise, Matrix dz, Matrix klScale, Matrix dHeads);

  /** {@code rowSum = sum_j |z_j|}: z [rows, k], rowSum [rows, 1] overwritten. */
  void absoluteSumForward(int rows, Matrix z, Matrix rowSum);

  /** {@code dz += scale sign(z)}: z and dz [rows, k]. */
  void absoluteSumBackward(int rows, Matrix z, float scale, Matrix dz);

  /** {@code y = x + d}, elementwise: all [rows, n], y overwritten. */
  void add(int rows, Matrix x, Matrix d, Matrix y);

  /** {@code y = x d}, elementwise: all [rows, n], y overwritten. */
  void multiply(int rows, Matrix x, Matrix d, Matrix y);

  /**
   * {@code y = x scale + shift} by column: x, y [rows, n], which may be the same matrix; scale,
   * shift [1, n]; y overwritten.
   */
  void scaleAndShift(int rows, Matrix x, Matrix scale, Matrix shift, Matrix y);
}
