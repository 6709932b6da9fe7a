package ai.narrows.nn.kernels;

/**
 * Products with weights, biases and activations: the arithmetic of layers. A part of {@link
 * Kernels}.
 */
public interface LayerKernels {
  /**
   * {@code z = x weights + bias}: x [rows, in], weights [in, out], bias [1, out], z [rows, out]
   * overwritten.
   */
  void affineForward(int rows, Matrix x, Matrix weights, Matrix bias, Matrix z);

  /** {@code dx = dz weights'}: dz [rows, out], weights [in, out], dx [rows, in] overwritten. */
  void multiplyBackwardInput(int rows, Matrix dz, Matrix weights, Matrix dx);

  /** {@code dWeights = x' dz}: x [rows, in], dz [rows, out], dWeights [in, out] overwritten. */
  void multiplyBackwardWeights(int rows, Matrix x, Matrix dz, Matrix dWeights);

  /**
   * {@code z = x weights} for rows out of the middle of matrices that may have rows of another
   * length, as pixels of images.
   *
   * @param x seen as [rows, in] from its value {@code xAt} on
   * @param weights [in, out]
   * @param z seen as [rows, out] from its value {@code zAt} on, overwritten
   */
  void multiply(int rows, Matrix x, int xAt, Matrix weights, Matrix z, int zAt);

  /** {@code dx = dz weights'}, seen as by {@link #multiply}; dx is overwritten. */
  void multiplyTransposed(int rows, Matrix dz, int dzAt, Matrix weights, Matrix dx, int dxAt);

  /** {@code dWeights += x' dz}, seen as by {@link #multiply}; dWeights [in, out]. */
  void multiplyBackwardWeightsAdd(
      int rows, Matrix x, int xAt, Matrix dz, int dzAt, Matrix dWeights);

  /**
   * {@code a = f(z + bias)} in place: z, seen as [rows, n] from its value {@code zAt} on, becomes
   * a; bias [1, n].
   */
  void biasActivationForward(int rows, Matrix z, int zAt, Matrix bias, Activation f);

  /** {@code a = f(z)} in place: z [rows, n] becomes a. */
  void activationForward(int rows, Matrix z, Activation f);

  /**
   * {@code dz = da f'(z)} in place, in {@code rows} rows from {@code first} on: da [.., n] becomes
   * dz, a [.., n] is the forward result.
   */
  void activationBackward(int rows, int first, Matrix a, Activation f, Matrix da);

  /** {@code dBias = column sums of dz}: dz [rows, n], dBias [1, n] overwritten. */
  void biasBackward(int rows, Matrix dz, Matrix dBias);

  /**
   * {@code dBias += column sums of dz}: dz, seen as [rows, n] from its value {@code dzAt} on, dBias
   * [1, n].
   */
  void biasBackwardAdd(int rows, Matrix dz, int dzAt, Matrix dBias);
}
