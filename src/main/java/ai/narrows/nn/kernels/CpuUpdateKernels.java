package ai.narrows.nn.kernels;

import static ai.narrows.nn.kernels.CpuKernels.cpu;

import java.util.List;

/** {@link UpdateKernels} of {@link CpuKernels}. */
final class CpuUpdateKernels implements UpdateKernels {
  @Override
  public void share(Buffer buffer, boolean multiplied) {
    cpu(buffer).heap();
    if (multiplied) {
      cpu(buffer).readNative();
    }
  }

  @Override
  public void sum(Range range, List<Buffer> terms, int count, Buffer sum) {
    float[] sums = cpu(sum).changeOnHeap(range);
    cpu(terms.get(0)).get(range.from(), sums, range.from(), range.length());
    float[] strip = Strip.get().a;
    for (int i = 1; i < count; i++) {
      for (int at = range.from(); at < range.to(); at += Strip.LENGTH) {
        int length = Strip.length(at, range.to());
        cpu(terms.get(i)).get(at, strip, 0, length);
        FusedLoops.add(sums, at, strip, length);
      }
    }
    cpu(sum).changedOnHeap(range);
  }

  @Override
  public double sumOfSquares(Range range, Buffer values) {
    return FusedLoops.sumOfSquares(cpu(values).heap(), range.from(), range.to());
  }

  @Override
  public void sgd(
      Range range,
      Buffer parameters,
      Buffer gradient,
      float gradientScale,
      float stepSize,
      float weightDecay) {
    FusedLoops.sgd(
        cpu(parameters).changeOnHeap(range),
        cpu(gradient).heap(),
        range.from(),
        range.to(),
        gradientScale,
        stepSize,
        weightDecay);
    cpu(parameters).changedOnHeap(range);
  }

  @Override
  public void momentum(
      Range range,
      Buffer parameters,
      Buffer gradient,
      Buffer velocity,
      float gradientScale,
      float stepSize,
      float momentum,
      float weightDecay) {
    FusedLoops.momentum(
        cpu(parameters).changeOnHeap(range),
        cpu(gradient).heap(),
        cpu(velocity).changeOnHeap(range),
        range.from(),
        range.to(),
        gradientScale,
        stepSize,
        momentum,
        weightDecay);
    cpu(parameters).changedOnHeap(range);
    cpu(velocity).changedOnHeap(range);
  }

  @Override
  public void adam(
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
      float decay) {
    FusedLoops.adam(
        cpu(parameters).changeOnHeap(range),
        cpu(gradient).heap(),
        cpu(firstMoment).changeOnHeap(range),
        cpu(secondMoment).changeOnHeap(range),
        range.from(),
        range.to(),
        gradientScale,
        stepSize,
        beta1,
        beta2,
        epsilon,
        1f / sqrtCorrection2,
        decay);
    cpu(parameters).changedOnHeap(range);
    cpu(firstMoment).changedOnHeap(range);
    cpu(secondMoment).changedOnHeap(range);
  }
}
