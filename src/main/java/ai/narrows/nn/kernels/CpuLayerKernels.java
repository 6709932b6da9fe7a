package ai.narrows.nn.kernels;

import static ai.narrows.nn.kernels.CpuKernels.cpu;
import static ai.narrows.nn.kernels.CpuKernels.pairwise;

/** {@link LayerKernels} of {@link CpuKernels}. */
final class CpuLayerKernels implements LayerKernels {
  @Override
  public void affineForward(int rows, Matrix x, Matrix weights, Matrix bias, Matrix z) {
    repeat(cpu(bias), rows, cpu(z));
    Blas.multiplyAdd(
        rows, z.columns(), x.columns(), cpu(x).read(), cpu(weights).read(), cpu(z).write());
  }

  @Override
  public void multiplyBackwardInput(int rows, Matrix dz, Matrix weights, Matrix dx) {
    Blas.multiplyRightTransposed(
        rows, dx.columns(), dz.columns(), cpu(dz).read(), cpu(weights).read(), cpu(dx).write());
  }

  @Override
  public void multiplyBackwardWeights(int rows, Matrix x, Matrix dz, Matrix dWeights) {
    Blas.multiplyLeftTransposed(
        x.columns(), dz.columns(), rows, cpu(x).read(), cpu(dz).read(), cpu(dWeights).write());
  }

  @Override
  public void multiply(int rows, Matrix x, int xAt, Matrix weights, Matrix z, int zAt) {
    Blas.multiply(
        rows,
        weights.columns(),
        weights.rows(),
        cpu(x).read(xAt),
        cpu(weights).read(),
        cpu(z).write(zAt));
  }

  @Override
  public void multiplyTransposed(
      int rows, Matrix dz, int dzAt, Matrix weights, Matrix dx, int dxAt) {
    Blas.multiplyRightTransposed(
        rows,
        weights.rows(),
        weights.columns(),
        cpu(dz).read(dzAt),
        cpu(weights).read(),
        cpu(dx).write(dxAt));
  }

  @Override
  public void multiplyBackwardWeightsAdd(
      int rows, Matrix x, int xAt, Matrix dz, int dzAt, Matrix dWeights) {
    Blas.multiplyLeftTransposedAdd(
        dWeights.rows(),
        dWeights.columns(),
        rows,
        cpu(x).read(xAt),
        cpu(dz).read(dzAt),
        cpu(dWeights).write());
  }

  @Override
  public void biasActivationForward(int rows, Matrix z, int zAt, Matrix bias, Activation f) {
    Strip strip = Strip.get();
    int columns = bias.columns();
    int n = rows * columns;
    int length;
    for (int at = 0; at < n; at += length) {
      length = Strip.lengthInRows(at, n, columns);
      cpu(z).get(zAt + at, strip.a, length);
      if (columns <= Strip.LENGTH) {
        if (at == 0) {
          cpu(bias).get(0, strip.b, columns);
        }
        FusedLoops.addToRows(strip.b, columns, strip.a, length);
      } else {
        cpu(bias).get(at % columns, strip.b, length);
        FusedLoops.add(strip.b, strip.a, length);
      }
      FusedLoops.activate(strip.a, length, f);
      cpu(z).put(zAt + at, strip.a, length);
    }
  }

  @Override
  public void activationForward(int rows, Matrix z, Activation f) {
    if (f == Activation.IDENTITY) {
      return;
    }
    float[] values = Strip.get().a;
    int n = rows * z.columns();
    for (int at = 0; at < n; at += Strip.LENGTH) {
      int length = Strip.length(at, n);
      cpu(z).get(at, values, length);
      FusedLoops.activate(values, length, f);
      cpu(z).put(at, values, length);
    }
  }

  @Override
  public void activationBackward(int rows, int first, Matrix a, Activation f, Matrix da) {
    if (f == Activation.IDENTITY) {
      return;
    }
    pairwise(
        rows,
        first,
        a,
        da,
        da,
        f,
        (y, d, n, which) -> FusedLoops.activationGradient(y, d, n, which));
  }

  @Override
  public void biasBackward(int rows, Matrix dz, Matrix dBias) {
    Blas.columnSums(rows, dBias.columns(), cpu(dz).read(), cpu(dBias).write());
  }

  @Override
  public void biasBackwardAdd(int rows, Matrix dz, int dzAt, Matrix dBias) {
    Blas.columnSumsAdd(rows, dBias.columns(), cpu(dz).read(dzAt), cpu(dBias).write());
  }

  /** Fills the first rows with copies of one row. */
  private static void repeat(CpuMatrix row, int rows, CpuMatrix target) {
    float[] values = Strip.get().a;
    int columns = row.columns();
    for (int at = 0; at < columns; at += Strip.LENGTH) {
      int length = Strip.length(at, columns);
      row.get(at, values, length);
      for (int r = 0; r < rows; r++) {
        target.put(r * columns + at, values, length);
      }
    }
  }
}
