package ai.narrows.nn.kernels;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** {@link UpdateKernels} of {@link Nd4jKernels}. */
final class Nd4jUpdateKernels implements UpdateKernels {
  @Override
  public void share(Buffer buffer, boolean multiplied) {}

  @Override
  public void sum(Range range, List<Buffer> terms, int count, Buffer sum) {
    INDArray sums = flat(range, sum);
    sums.assign(flat(range, terms.get(0)));
    for (int i = 1; i < count; i++) {
      sums.addi(flat(range, terms.get(i)));
    }
  }

  @Override
  public double sumOfSquares(Range range, Buffer values) {
    INDArray v = flat(range, values).castTo(DataType.DOUBLE);
    return v.mul(v).sumNumber().doubleValue();
  }

  @Override
  public void sgd(
      Range range,
      Buffer parameters,
      Buffer gradient,
      float gradientScale,
      float stepSize,
      float weightDecay) {
    INDArray p = flat(range, parameters);
    p.subi(flat(range, gradient).mul(gradientScale).add(p.mul(weightDecay)).mul(stepSize));
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
    INDArray p = flat(range, parameters);
    INDArray v = flat(range, velocity);
    v.muli(momentum).addi(flat(range, gradient).mul(gradientScale).add(p.mul(weightDecay)));
    p.subi(v.mul(stepSize));
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
    INDArray p = flat(range, parameters);
    INDArray g = flat(range, gradient).mul(gradientScale);
    INDArray m = flat(range, firstMoment);
    INDArray v = flat(range, secondMoment);
    m.muli(beta1).addi(g.mul(1 - beta1));
    v.muli(beta2).addi(g.mul(g).mul(1 - beta2));
    INDArray root = Transforms.sqrt(v).div(sqrtCorrection2).add(epsilon);
    p.muli(1 - decay);
    p.subi(m.div(root).mul(stepSize));
  }

  private static INDArray flat(Range range, Buffer buffer) {
    return Nd4jKernels.slice(buffer, range.from(), range.length());
  }
}
