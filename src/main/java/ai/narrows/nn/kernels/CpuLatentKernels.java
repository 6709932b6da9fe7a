package ai.narrows.nn.kernels;

import static ai.narrows.nn.kernels.CpuKernels.addRowSums;
import static ai.narrows.nn.kernels.CpuKernels.cpu;
import static ai.narrows.nn.kernels.CpuKernels.pairwise;

import java.util.Arrays;

/** {@link LatentKernels} of {@link CpuKernels}. */
final class CpuLatentKernels implements LatentKernels {
  @Override
  public void gaussianForward(int rows, Matrix heads, Matrix noise, Matrix z, Matrix rowKl) {
    Strip strip = Strip.get();
    int k = z.columns();
    for (int r = 0; r < rows; r++) {
      double kl = 0;
      for (int at = 0; at < k; at += Strip.LENGTH) {
        int length = Strip.length(at, k);
        cpu(heads).get(2 * r * k + at, strip.a, length);
        cpu(heads).get(2 * r * k + k + at, strip.b, length);
        cpu(noise).get(r * k + at, strip.c, length);
        kl += GaussianLatent.forward(strip.a, strip.b, strip.c, strip.d, length);
        cpu(z).put(r * k + at, strip.d, length);
      }
      strip.a[0] = (float) kl;
      cpu(rowKl).put(r, strip.a, 1);
    }
  }

  @Override
  public void gaussianBackward(
      int rows, Matrix heads, Matrix noise, Matrix dz, Matrix klScale, Matrix dHeads) {
    Strip strip = Strip.get();
    int k = dz.columns();
    for (int r = 0; r < rows; r++) {
      for (int at = 0; at < k; at += Strip.LENGTH) {
        int length = Strip.length(at, k);
        int mean = 2 * r * k + at;
        cpu(heads).get(mean, strip.a, length);
        cpu(heads).get(mean + k, strip.b, length);
        cpu(noise).get(r * k + at, strip.c, length);
        cpu(dz).get(r * k + at, strip.d, length);
        cpu(klScale).get(at, strip.e, length);
        GaussianLatent.backward(strip.a, strip.b, strip.c, strip.d, strip.e, length);
        cpu(dHeads).put(mean, strip.a, length);
        cpu(dHeads).put(mean + k, strip.b, length);
      }
    }
  }

  @Override
  public void gaussianColumnKl(int rows, Matrix heads, Matrix columnKl) {
    Strip strip = Strip.get();
    int k = columnKl.columns();
    for (int at = 0; at < k; at += Strip.LENGTH) {
      int length = Strip.length(at, k);
      Arrays.fill(strip.c, 0, length, 0f);
      for (int r = 0; r < rows; r++) {
        cpu(heads).get(2 * r * k + at, strip.a, length);
        cpu(heads).get(2 * r * k + k + at, strip.b, length);
        GaussianLatent.addKl(strip.a, strip.b, strip.c, length);
      }
      cpu(columnKl).put(at, strip.c, length);
    }
  }

  @Override
  public void absoluteSumForward(int rows, Matrix z, Matrix rowSum) {
    Strip strip = Strip.get();
    int n = rows * z.columns();
    int length;
    for (int at = 0; at < n; at += length) {
      length = Strip.lengthInRows(at, n, z.columns());
      cpu(z).get(at, strip.a, length);
      FusedLoops.absolute(strip.a, length);
      addRowSums(strip.a, length, at, z.columns(), cpu(rowSum), strip.d);
    }
  }

  @Override
  public void absoluteSumBackward(int rows, Matrix z, float scale, Matrix dz) {
    Strip strip = Strip.get();
    int n = rows * z.columns();
    for (int at = 0; at < n; at += Strip.LENGTH) {
      int length = Strip.length(at, n);
      cpu(z).get(at, strip.a, length);
      cpu(dz).get(at, strip.b, length);
      FusedLoops.addSigns(strip.a, scale, strip.b, length);
      cpu(dz).put(at, strip.b, length);
    }
  }

  @Override
  public void add(int rows, Matrix x, Matrix d, Matrix y) {
    pairwise(rows, 0, x, d, y, null, (a, b, n, none) -> FusedLoops.add(a, b, n));
  }

  @Override
  public void multiply(int rows, Matrix x, Matrix d, Matrix y) {
    pairwise(rows, 0, x, d, y, null, (a, b, n, none) -> FusedLoops.multiply(a, b, n));
  }

  @Override
  public void scaleAndShift(int rows, Matrix x, Matrix scale, Matrix shift, Matrix y) {
    Strip strip = Strip.get();
    int columns = x.columns();
    for (int at = 0; at < columns; at += Strip.LENGTH) {
      int length = Strip.length(at, columns);
      cpu(scale).get(at, strip.b, length);
      cpu(shift).get(at, strip.c, length);
      for (int r = 0; r < rows; r++) {
        cpu(x).get(r * columns + at, strip.a, length);
        FusedLoops.scaleAndShift(strip.b, strip.c, strip.a, length);
        cpu(y).put(r * columns + at, strip.a, length);
      }
    }
  }
}
