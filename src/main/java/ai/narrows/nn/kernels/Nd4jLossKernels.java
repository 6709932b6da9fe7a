package ai.narrows.nn.kernels;

import static ai.narrows.nn.kernels.Nd4jKernels.activate;
import static ai.narrows.nn.kernels.Nd4jKernels.derivative;
import static ai.narrows.nn.kernels.Nd4jKernels.top;

import ai.narrows.nn.kernels.Nd4jKernels.View;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** {@link LossKernels} of {@link Nd4jKernels}. */
final class Nd4jLossKernels implements LossKernels {
  @Override
  public void squaredErrorForward(int rows, Matrix z, Activation f, Matrix x, Matrix rowError) {
    activate(rows, z, f);
    INDArray e = top(z, rows).sub(top(x, rows));
    top(rowError, rows).assign(e.mul(e).sum(true, 1));
  }

  @Override
  public void squaredErrorForwardBackward(
      int rows, Matrix z, Activation f, Matrix x, float scale, Matrix rowError, Matrix dz) {
    squaredErrorForward(rows, z, f, x, rowError);
    INDArray y = top(z, rows);
    top(dz, rows).assign(y.sub(top(x, rows)).mul(2 * scale).mul(derivative(f, y)));
  }

  @Override
  public void crossEntropyForward(int rows, Matrix z, Matrix x, Matrix rowError) {
    INDArray l = top(z, rows).dup();
    INDArray softplus =
        Transforms.max(l, 0).add(Transforms.log(Transforms.exp(Transforms.abs(l).neg()).add(1)));
    top(rowError, rows).assign(softplus.sub(top(x, rows).mul(l)).sum(true, 1));
    top(z, rows).assign(Transforms.sigmoid(l));
  }

  @Override
  public void crossEntropyForwardBackward(
      int rows, Matrix z, Matrix x, float scale, Matrix rowError, Matrix dz) {
    crossEntropyForward(rows, z, x, rowError);
    top(dz, rows).assign(top(z, rows).sub(top(x, rows)).mul(scale));
  }

  @Override
  public void structuralDissimilarityForward(
      int rows, Matrix z, Activation f, Matrix x, Windows windows, Matrix rowError) {
    activate(rows, z, f);
    top(rowError, rows).assign(new Nd4jDissimilarity(top(z, rows), top(x, rows), windows).error());
  }

  @Override
  public void structuralDissimilarityForwardBackward(
      int rows,
      Matrix z,
      Activation f,
      Matrix x,
      Windows windows,
      float scale,
      Matrix rowError,
      Matrix dz) {
    activate(rows, z, f);
    INDArray y = top(z, rows);
    Nd4jDissimilarity compared = new Nd4jDissimilarity(y, top(x, rows), windows);
    top(rowError, rows).assign(compared.error());
    top(dz, rows).assign(compared.gradient(scale).mul(derivative(f, y)));
  }

  @Override
  public void meanDifference(int rows, Matrix y, Matrix x, Windows windows, Matrix e) {
    top(e, rows).assign(Nd4jImages.windowMeans(top(y, rows).sub(top(x, rows)), windows));
  }

  @Override
  public void weightedSquares(int rows, Matrix e, Matrix weights, Matrix rowSum) {
    INDArray squares = top(e, rows).mul(top(e, rows));
    top(rowSum, rows).assign(squares.mulRowVector(((View) weights).all).sum(true, 1));
  }

  @Override
  public void columnSquares(int rows, Matrix e, Matrix columnSum) {
    ((View) columnSum).all.assign(top(e, rows).mul(top(e, rows)).sum(true, 0));
  }

  @Override
  public void entropyForward(int rows, Matrix x, Matrix rowEntropy) {
    INDArray p = Transforms.min(Transforms.max(top(x, rows).castTo(DataType.DOUBLE), 0), 1);
    INDArray sum = xLogX(p).add(xLogX(p.rsub(1)));
    top(rowEntropy, rows).assign(sum.sum(true, 1).neg());
  }

  /** 0 at 0, where the least double stands for it. */
  private static INDArray xLogX(INDArray x) {
    return x.mul(Transforms.log(Transforms.max(x, Double.MIN_NORMAL)));
  }
}
