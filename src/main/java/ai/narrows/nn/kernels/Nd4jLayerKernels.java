package ai.narrows.nn.kernels;

import static ai.narrows.nn.kernels.Nd4jKernels.activate;
import static ai.narrows.nn.kernels.Nd4jKernels.apply;
import static ai.narrows.nn.kernels.Nd4jKernels.derivative;
import static ai.narrows.nn.kernels.Nd4jKernels.seenAs;
import static ai.narrows.nn.kernels.Nd4jKernels.top;

import ai.narrows.nn.kernels.Nd4jKernels.View;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link LayerKernels} of {@link Nd4jKernels}. */
final class Nd4jLayerKernels implements LayerKernels {
  @Override
  public void affineForward(int rows, Matrix x, Matrix weights, Matrix bias, Matrix z) {
    INDArray product = top(x, rows).mmul(((View) weights).all);
    top(z, rows).assign(product.addRowVector(((View) bias).all));
  }

  @Override
  public void multiplyBackwardInput(int rows, Matrix dz, Matrix weights, Matrix dx) {
    top(dx, rows).assign(top(dz, rows).mmul(((View) weights).all.transpose()));
  }

  @Override
  public void multiplyBackwardWeights(int rows, Matrix x, Matrix dz, Matrix dWeights) {
    ((View) dWeights).all.assign(top(x, rows).transpose().mmul(top(dz, rows)));
  }

  @Override
  public void multiply(int rows, Matrix x, int xAt, Matrix weights, Matrix z, int zAt) {
    INDArray w = ((View) weights).all;
    seenAs(z, zAt, rows, weights.columns()).assign(seenAs(x, xAt, rows, weights.rows()).mmul(w));
  }

  @Override
  public void multiplyTransposed(
      int rows, Matrix dz, int dzAt, Matrix weights, Matrix dx, int dxAt) {
    INDArray transposed = ((View) weights).all.transpose();
    seenAs(dx, dxAt, rows, weights.rows())
        .assign(seenAs(dz, dzAt, rows, weights.columns()).mmul(transposed));
  }

  @Override
  public void multiplyBackwardWeightsAdd(
      int rows, Matrix x, int xAt, Matrix dz, int dzAt, Matrix dWeights) {
    ((View) dWeights)
        .all.addi(
            seenAs(x, xAt, rows, dWeights.rows())
                .transpose()
                .mmul(seenAs(dz, dzAt, rows, dWeights.columns())));
  }

  @Override
  public void biasActivationForward(int rows, Matrix z, int zAt, Matrix bias, Activation f) {
    INDArray pixels = seenAs(z, zAt, rows, bias.columns());
    pixels.assign(apply(f, pixels.addRowVector(((View) bias).all)));
  }

  @Override
  public void activationForward(int rows, Matrix z, Activation f) {
    activate(rows, z, f);
  }

  @Override
  public void activationBackward(int rows, int first, Matrix a, Activation f, Matrix da) {
    int at = first * a.columns();
    seenAs(da, at, rows, a.columns()).muli(derivative(f, seenAs(a, at, rows, a.columns())));
  }

  @Override
  public void biasBackward(int rows, Matrix dz, Matrix dBias) {
    ((View) dBias).all.assign(top(dz, rows).sum(true, 0));
  }

  @Override
  public void biasBackwardAdd(int rows, Matrix dz, int dzAt, Matrix dBias) {
    ((View) dBias).all.addi(seenAs(dz, dzAt, rows, dBias.columns()).sum(true, 0));
  }
}
