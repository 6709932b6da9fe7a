package ai.narrows.nn.kernels;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** {@link UpdateKernels} of {@link Nd4jKernels}. */
final class Nd4jUpdateKernels implements UpdateKernels {
  @Override
  public double sumOfSquares(Buffer values) {
    INDArray v = flat(values).castTo(DataType.DOUBLE);
    return v.mul(v).sumNumber().doubleValue();
  }

  @Override
  public void sgd(
      Buffer parameters, Buffer gradient, float gradientScale, float stepSize, float weightDecay) {
    INDArray g = flat(gradient).mul(gradientScale).add(flat(parameters).mul(weightDecay));
    flat(parameters).subi(g.mul(stepSize));
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
    INDArray g = flat(gradient).mul(gradientScale).add(flat(parameters).mul(weightDecay));
    flat(velocity).muli(momentum).addi(g);
    flat(parameters).subi(flat(velocity).mul(stepSize));
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
    INDArray g = flat(gradient).mul(gradientScale);
    flat(firstMoment).muli(beta1).addi(g.mul(1 - beta1));
    flat(secondMoment).muli(beta2).addi(g.mul(g).mul(1 - beta2));
    INDArray root = Transforms.sqrt(flat(secondMoment)).div(sqrtCorrection2).add(epsilon);
    flat(parameters).muli(1 - decay);
    flat(parameters).subi(flat(firstMoment).div(root).mul(stepSize));
  }

  private static INDArray flat(Buffer buffer) {
    return ((Nd4jKernels.Values) buffer).flat;
  }
}
