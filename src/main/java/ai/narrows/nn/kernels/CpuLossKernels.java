package ai.narrows.nn.kernels;

import static ai.narrows.nn.kernels.CpuKernels.addRowSums;
import static ai.narrows.nn.kernels.CpuKernels.cpu;
import static ai.narrows.nn.kernels.CpuKernels.pairwise;

import java.util.Arrays;

/** {@link LossKernels} of {@link CpuKernels}. */
final class CpuLossKernels implements LossKernels {
  @Override
  public void squaredErrorForward(int rows, Matrix z, Activation f, Matrix x, Matrix rowError) {
    outputLoss(false, rows, z, f, x, rowError, 0f, null);
  }

  @Override
  public void squaredErrorForwardBackward(
      int rows, Matrix z, Activation f, Matrix x, float scale, Matrix rowError, Matrix dz) {
    outputLoss(false, rows, z, f, x, rowError, 2f * scale, cpu(dz));
  }

  @Override
  public void crossEntropyForward(int rows, Matrix z, Matrix x, Matrix rowError) {
    outputLoss(true, rows, z, Activation.SIGMOID, x, rowError, 0f, null);
  }

  @Override
  public void crossEntropyForwardBackward(
      int rows, Matrix z, Matrix x, float scale, Matrix rowError, Matrix dz) {
    outputLoss(true, rows, z, Activation.SIGMOID, x, rowError, scale, cpu(dz));
  }

  @Override
  public void structuralDissimilarityForward(
      int rows, Matrix z, Activation f, Matrix x, Windows windows, Matrix rowError) {
    DissimilarityLoops.run(rows, cpu(z), f, cpu(x), windows, 0f, cpu(rowError), null);
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
    DissimilarityLoops.run(rows, cpu(z), f, cpu(x), windows, scale, cpu(rowError), cpu(dz));
  }

  @Override
  public void meanDifference(int rows, Matrix y, Matrix x, Windows windows, Matrix e) {
    pairwise(rows, 0, x, y, e, null, (a, b, n, none) -> FusedLoops.subtract(a, b, n));
    if (windows.kernel() == 1) {
      return;
    }
    float[] image = Scratch.get().run(0, windows.imageSize());
    for (int r = 0; r < rows; r++) {
      int at = r * windows.imageSize();
      cpu(e).get(at, image, windows.imageSize());
      BoxSums.windowMeans(image, windows);
      cpu(e).put(at, image, windows.imageSize());
    }
  }

  @Override
  public void weightedSquares(int rows, Matrix e, Matrix weights, Matrix rowSum) {
    Strip strip = Strip.get();
    int columns = e.columns();
    for (int r = 0; r < rows; r++) {
      float sum = 0f;
      for (int at = 0; at < columns; at += Strip.LENGTH) {
        int length = Strip.length(at, columns);
        cpu(e).get(r * columns + at, strip.a, length);
        cpu(weights).get(at, strip.d, length);
        FusedLoops.multiply(strip.a, strip.d, length);
        FusedLoops.multiply(strip.a, strip.d, length);
        sum += FusedLoops.sum(strip.d, 0, length);
      }
      strip.a[0] = sum;
      cpu(rowSum).put(r, strip.a, 1);
    }
  }

  @Override
  public void columnSquares(int rows, Matrix e, Matrix columnSum) {
    Strip strip = Strip.get();
    int columns = e.columns();
    for (int at = 0; at < columns; at += Strip.LENGTH) {
      int length = Strip.length(at, columns);
      Arrays.fill(strip.d, 0, length, 0f);
      for (int r = 0; r < rows; r++) {
        cpu(e).get(r * columns + at, strip.a, length);
        FusedLoops.addSquares(strip.a, strip.d, length);
      }
      cpu(columnSum).put(at, strip.d, length);
    }
  }

  @Override
  public void entropyForward(int rows, Matrix x, Matrix rowEntropy) {
    Strip strip = Strip.get();
    int columns = x.columns();
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int at = 0; at < columns; at += Strip.LENGTH) {
        int length = Strip.length(at, columns);
        cpu(x).get(r * columns + at, strip.a, length);
        for (int j = 0; j < length; j++) {
          double p = strip.a[j];
          if (p > 0 && p < 1) {
            sum -= p * Math.log(p) + (1 - p) * Math.log1p(-p);
          }
        }
      }
      strip.a[0] = (float) sum;
      cpu(rowEntropy).put(r, strip.a, 1);
    }
  }

  /**
   * Output activation and loss, cross-entropy or squared error, and where dz is not null the
   * gradient. Cross-entropy is computed from the logits, and its gradient has no f'.
   */
  private static void outputLoss(
      boolean entropy,
      int rows,
      Matrix z,
      Activation f,
      Matrix x,
      Matrix rowError,
      float scale,
      CpuMatrix dz) {
    Strip strip = Strip.get();
    int columns = z.columns();
    int n = rows * columns;
    int length;
    for (int at = 0; at < n; at += length) {
      length = Strip.lengthInRows(at, n, columns);
      cpu(z).get(at, strip.a, length);
      cpu(x).get(at, strip.b, length);
      if (entropy) {
        FusedLoops.crossEntropy(strip.a, strip.b, strip.c, length);
      }
      FusedLoops.activate(strip.a, length, f);
      cpu(z).put(at, strip.a, length);
      if (!entropy) {
        FusedLoops.squaredDifference(strip.a, strip.b, strip.c, length);
      }
      addRowSums(strip.c, length, at, columns, cpu(rowError), strip.d);
      if (dz != null) {
        FusedLoops.scaledDifference(strip.a, strip.b, scale, strip.c, length);
        if (!entropy) {
          FusedLoops.activationGradient(strip.a, strip.c, length, f);
        }
        dz.put(at, strip.c, length);
      }
    }
  }
}
