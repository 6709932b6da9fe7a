package ai.narrows.nn.kernels;

/** The updaters' formulas. A part of {@link Kernels}. */
public interface UpdateKernels {
  /** Sum of squares of all values, in double. */
  double sumOfSquares(Buffer values);

  /**
   * {@code g = gradientScale gradient + weightDecay p; velocity = momentum velocity + g; p -=
   * stepSize velocity}, the form without dampening.
   */
  void momentum(
      Buffer parameters,
      Buffer gradient,
      Buffer velocity,
      float gradientScale,
      float stepSize,
      float momentum,
      float weightDecay);

  /** {@code p -= stepSize (gradientScale gradient + weightDecay p)}. */
  void sgd(
      Buffer parameters, Buffer gradient, float gradientScale, float stepSize, float weightDecay);

  /**
   * Adam (Kingma and Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter 2019,
   * algorithm 2): {@code p -= decay p + stepSize m / (sqrt(v) / sqrtCorrection2 + epsilon)}.
   *
   * @param stepSize already divided by the first moment's bias correction
   * @param sqrtCorrection2 square root of the second moment's bias correction
   * @param decay step size times weight decay
   */
  void adam(
      Buffer parameters,
      Buffer gradient,
      Buffer firstMoment,
      Buffer secondMoment,
      float gradientScale,
      float stepSize,
      float beta1,
      float beta2,
      float epsilon,
      float sqrtCorrection2,
      float decay);
}
