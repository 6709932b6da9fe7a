package ai.narrows.nn.kernels;

import java.util.List;

/**
 * The updaters' formulas. A part of {@link Kernels}. Several threads may change the same buffers,
 * each in a range of its own, once {@link #share} has prepared them.
 */
public interface UpdateKernels {
  /**
   * Prepares a buffer that {@link #sgd}, {@link #momentum} and {@link #adam} change: several
   * threads may now read all of it, or each change a range of its own.
   *
   * @param multiplied whether matrices are multiplied with the buffer's values, as with parameters
   */
  void share(Buffer buffer, boolean multiplied);

  /**
   * {@code sum = terms[0] + terms[1] + ...} in a range, added in this order.
   *
   * @param terms the first {@code count} of them are added, at least 1
   * @param sum none of the terms
   */
  void sum(Range range, List<Buffer> terms, int count, Buffer sum);

  /** Sum of squares of a range's values, in double. */
  double sumOfSquares(Range range, Buffer values);

  /**
   * {@code g = gradientScale gradient + weightDecay p; velocity = momentum velocity + g; p -=
   * stepSize velocity}, the form without dampening.
   */
  void momentum(
      Range range,
      Buffer parameters,
      Buffer gradient,
      Buffer velocity,
      float gradientScale,
      float stepSize,
      float momentum,
      float weightDecay);

  /** {@code p -= stepSize (gradientScale gradient + weightDecay p)}. */
  void sgd(
      Range range,
      Buffer parameters,
      Buffer gradient,
      float gradientScale,
      float stepSize,
      float weightDecay);

  /**
   * Adam (Kingma and Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter 2019,
   * algorithm 2): {@code p -= decay p + stepSize m / (sqrt(v) / sqrtCorrection2 + epsilon)}.
   *
   * @param stepSize already divided by the first moment's bias correction
   * @param sqrtCorrection2 square root of the second moment's bias correction
   * @param decay step size times weight decay
   */
  void adam(
      Range range,
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
