package ai.narrows.nn.kernels;

import static ai.narrows.nn.kernels.Nd4jKernels.columns;
import static ai.narrows.nn.kernels.Nd4jKernels.top;

import ai.narrows.nn.kernels.Nd4jKernels.View;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** {@link LatentKernels} of {@link Nd4jKernels}. */
final class Nd4jLatentKernels implements LatentKernels {
  @Override
  public void gaussianForward(int rows, Matrix heads, Matrix noise, Matrix z, Matrix rowKl) {
    int k = z.columns();
    INDArray mean = columns(top(heads, rows), 0, k);
    INDArray logVariance = bounded(columns(top(heads, rows), k, 2 * k));
    INDArray sigma = Transforms.exp(logVariance.mul(0.5));
    top(z, rows).assign(sigma.mul(top(noise, rows)).add(mean));
    top(rowKl, rows).assign(kl(mean, logVariance).sum(true, 1));
  }

  @Override
  public void gaussianColumnKl(int rows, Matrix heads, Matrix columnKl) {
    int k = columnKl.columns();
    INDArray mean = columns(top(heads, rows), 0, k);
    INDArray logVariance = bounded(columns(top(heads, rows), k, 2 * k));
    ((View) columnKl).all.assign(kl(mean, logVariance).sum(true, 0));
  }

  @Override
  public void absoluteSumForward(int rows, Matrix z, Matrix rowSum) {
    top(rowSum, rows).assign(Transforms.abs(top(z, rows)).sum(true, 1));
  }

  @Override
  public void absoluteSumBackward(int rows, Matrix z, float scale, Matrix dz) {
    top(dz, rows).addi(Transforms.sign(top(z, rows)).mul(scale));
  }

  @Override
  public void add(int rows, Matrix x, Matrix d, Matrix y) {
    top(y, rows).assign(top(x, rows).add(top(d, rows)));
  }

  @Override
  public void multiply(int rows, Matrix x, Matrix d, Matrix y) {
    top(y, rows).assign(top(x, rows).mul(top(d, rows)));
  }

  @Override
  public void scaleAndShift(int rows, Matrix x, Matrix scale, Matrix shift, Matrix y) {
    INDArray scaled = top(x, rows).mulRowVector(((View) scale).all);
    top(y, rows).assign(scaled.addRowVector(((View) shift).all));
  }

  @Override
  public void gaussianBackward(
      int rows, Matrix heads, Matrix noise, Matrix dz, Matrix klScale, Matrix dHeads) {
    int k = dz.columns();
    INDArray mean = columns(top(heads, rows), 0, k);
    INDArray raw = columns(top(heads, rows), k, 2 * k);
    INDArray sigma = Transforms.exp(bounded(raw).mul(0.5));
    INDArray d = top(dz, rows);
    INDArray scale = ((View) klScale).all;
    INDArray dLogVariance =
        d.mul(sigma)
            .mul(top(noise, rows))
            .mul(0.5)
            .add(sigma.mul(sigma).sub(1).mulRowVector(scale).mul(0.5))
            .mul(boundedSlope(raw));
    columns(top(dHeads, rows), 0, k).assign(d.add(mean.mulRowVector(scale)));
    columns(top(dHeads, rows), k, 2 * k).assign(dLogVariance);
  }

  /** See {@link GaussianLatent#bounded}. */
  private static INDArray bounded(INDArray raw) {
    INDArray above = Transforms.max(raw.sub(GaussianLatent.UPPER), 0).mul(2);
    INDArray below = Transforms.max(raw.rsub(GaussianLatent.LOWER), 0).mul(2);
    INDArray inside =
        Transforms.min(Transforms.max(raw, GaussianLatent.LOWER), GaussianLatent.UPPER);
    return inside
        .add(Transforms.log(above.add(1)).mul(0.5))
        .sub(Transforms.log(below.add(1)).mul(0.5));
  }

  /** See {@link GaussianLatent#boundedSlope}. */
  private static INDArray boundedSlope(INDArray raw) {
    INDArray above = Transforms.max(raw.sub(GaussianLatent.UPPER), 0).mul(2);
    INDArray below = Transforms.max(raw.rsub(GaussianLatent.LOWER), 0).mul(2);
    return above.add(below).add(1).rdiv(1);
  }

  private static INDArray kl(INDArray mean, INDArray logVariance) {
    return mean.mul(mean).add(Transforms.exp(logVariance)).sub(1).sub(logVariance).mul(0.5);
  }
}
