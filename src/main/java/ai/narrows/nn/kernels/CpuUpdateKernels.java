package ai.narrows.nn.kernels;

import static ai.narrows.nn.kernels.CpuKernels.cpu;

/** {@link UpdateKernels} of {@link CpuKernels}. */
final class CpuUpdateKernels implements UpdateKernels {
  @Override
  public double sumOfSquares(Buffer values) {
    return FusedLoops.sumOfSquares(cpu(values).heap());
  }

  @Override
  public void sgd(
      Buffer parameters, Buffer gradient, float gradientScale, float stepSize, float weightDecay) {
    FusedLoops.sgd(
        cpu(parameters).heapToChange(),
        cpu(gradient).heap(),
        parameters.length(),
        gradientScale,
        stepSize,
        weightDecay);
  }

  @Override
  public void momentum(
      Buffer parameters,
      Buffer gradient,
      Buffer velocity,
      float gradientScale,
      float stepSize,
      float momentum,
      float weightDecay) {
    FusedLoops.momentum(
        cpu(parameters).heapToChange(),
        cpu(gradient).heap(),
        cpu(velocity).heapToChange(),
        parameters.length(),
        gradientScale,
        stepSize,
        momentum,
        weightDecay);
  }

  @Override
  public void adam(
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
      float decay) {
    FusedLoops.adam(
        cpu(parameters).heapToChange(),
        cpu(gradient).heap(),
        cpu(firstMoment).heapToChange(),
        cpu(secondMoment).heapToChange(),
        parameters.length(),
        gradientScale,
        stepSize,
        beta1,
        beta2,
        epsilon,
        1f / sqrtCorrection2,
        decay);
  }
}
