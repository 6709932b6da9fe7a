package ai.narrows.nn.kernels;

/** Reconstruction errors, with and without their gradients. A part of {@link Kernels}. */
public interface LossKernels {
  /**
   * Output layer and squared error: {@code y = f(z)}, {@code rowError = sum_j (y - x)^2}.
   *
   * @param z [rows, n], becomes y
   * @param x [rows, n], the target
   * @param rowError [rows, 1], overwritten
   */
  void squaredErrorForward(int rows, Matrix z, Activation f, Matrix x, Matrix rowError);

  /**
   * {@link #squaredErrorForward} together with its gradient {@code dz = scale 2 (y - x) f'(z)}.
   *
   * @param dz [rows, n], overwritten
   */
  void squaredErrorForwardBackward(
      int rows, Matrix z, Activation f, Matrix x, float scale, Matrix rowError, Matrix dz);

  /**
   * Sigmoid output and binary cross-entropy, from the logits z: {@code y = sigmoid(z)}, {@code
   * rowError = sum_j softplus(z) - x z}, which never takes the logarithm of a rounded sigmoid.
   *
   * @param z [rows, n], becomes y
   * @param x [rows, n], the target in [0, 1]
   * @param rowError [rows, 1], overwritten
   */
  void crossEntropyForward(int rows, Matrix z, Matrix x, Matrix rowError);

  /**
   * {@link #crossEntropyForward} together with its gradient {@code dz = scale (y - x)}.
   *
   * @param dz [rows, n], overwritten
   */
  void crossEntropyForwardBackward(
      int rows, Matrix z, Matrix x, float scale, Matrix rowError, Matrix dz);

  /**
   * Output layer and structural dissimilarity (Wang et al. 2004; as a loss of autoencoders,
   * Bergmann et al. 2018): {@code y = f(z)}, {@code rowError = n (1 - mean SSIM(y, x))} over all
   * windows and channels, each pixel of a window counting alike. Like a squared error it is thus a
   * sum over n values, of which {@code 1 / n} makes the mean. It is 0 where y is x, and at most 2
   * n.
   *
   * @param z [rows, n], becomes y
   * @param x [rows, n], the target in [0, 1]
   * @param windows over images of n values, of stride 1 and within the image
   * @param rowError [rows, 1], overwritten
   */
  void structuralDissimilarityForward(
      int rows, Matrix z, Activation f, Matrix x, Windows windows, Matrix rowError);

  /**
   * {@link #structuralDissimilarityForward} together with its gradient {@code dz = scale d
   * rowError/dy f'(z)}.
   *
   * @param dz [rows, n], overwritten
   */
  void structuralDissimilarityForwardBackward(
      int rows,
      Matrix z,
      Activation f,
      Matrix x,
      Windows windows,
      float scale,
      Matrix rowError,
      Matrix dz);

  /**
   * Differences averaged over the neighbourhood of each pixel: {@code e = mean of y - x} over the
   * pixels of the image that are in its window, channel by channel.
   *
   * @param y [rows, n]
   * @param x [rows, n]
   * @param windows of images of n values, one around each pixel: an odd kernel, stride 1, padded
   * @param e [rows, n], overwritten
   */
  void meanDifference(int rows, Matrix y, Matrix x, Windows windows, Matrix e);

  /** {@code rowSum = sum_j weights_j e_j^2}: e [rows, n], weights [1, n], rowSum [rows, 1]. */
  void weightedSquares(int rows, Matrix e, Matrix weights, Matrix rowSum);

  /** {@code columnSum = column sums of e^2}: e [rows, n], columnSum [1, n]. */
  void columnSquares(int rows, Matrix e, Matrix columnSum);

  /**
   * The least cross-entropy that any reconstruction could have: {@code rowEntropy = -sum_j x log x
   * + (1 - x) log(1 - x)}, of values outside (0, 1) none.
   *
   * @param x [rows, n]
   * @param rowEntropy [rows, 1], overwritten
   */
  void entropyForward(int rows, Matrix x, Matrix rowEntropy);
}
