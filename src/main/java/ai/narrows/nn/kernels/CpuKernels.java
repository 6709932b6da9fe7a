package ai.narrows.nn.kernels;

import java.util.Arrays;

/**
 * Matrix products by {@link Blas} outside the heap; everything else by {@link FusedLoops} on the
 * heap: activations a {@link Strip} at a time, the updaters' arithmetic on whole vectors.
 */
final class CpuKernels implements Kernels {
  static final CpuKernels INSTANCE = new CpuKernels();

  /** {@code b & 255} to {@code value / 255}, as division gives it. */
  private static final float[] UNIT = new float[256];

  static {
    for (int i = 0; i < 256; i++) {
      UNIT[i] = i / 255f;
    }
  }

  private CpuKernels() {}

  @Override
  public String library() {
    return Blas.library();
  }

  private static CpuBuffer cpu(Buffer buffer) {
    return (CpuBuffer) buffer;
  }

  private static CpuMatrix cpu(Matrix matrix) {
    return (CpuMatrix) matrix;
  }

  @Override
  public Buffer allocate(int length) {
    return new CpuBuffer(length);
  }

  @Override
  public Matrix matrix(Buffer buffer, int offset, int rows, int columns) {
    return new CpuMatrix(cpu(buffer), offset, rows, columns);
  }

  @Override
  public void upload(float[] source, int from, Buffer target, int at, int length) {
    cpu(target).put(at, source, from, length);
  }

  @Override
  public void download(Buffer source, int at, float[] target, int to, int length) {
    cpu(source).get(at, target, to, length);
  }

  @Override
  public void uploadPixels(byte[] source, int from, Matrix target, int row) {
    float[] values = Strip.get().a;
    int columns = target.columns();
    for (int at = 0; at < columns; at += Strip.LENGTH) {
      int length = Strip.length(at, columns);
      for (int j = 0; j < length; j++) {
        values[j] = UNIT[source[from + at + j] & 255];
      }
      cpu(target).put(row * columns + at, values, length);
    }
  }

  @Override
  public void uploadRow(float[] source, int from, Matrix target, int row) {
    cpu(target).putRow(row, source, from);
  }

  @Override
  public void affineForward(int rows, Matrix x, Matrix weights, Matrix bias, Matrix z) {
    repeat(cpu(bias), rows, cpu(z));
    Blas.multiplyAdd(
        rows, z.columns(), x.columns(), cpu(x).read(), cpu(weights).read(), cpu(z).write());
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
  public void clear(Matrix matrix) {
    float[] zeros = Strip.get().a;
    Arrays.fill(zeros, 0f);
    int n = matrix.rows() * matrix.columns();
    for (int at = 0; at < n; at += Strip.LENGTH) {
      cpu(matrix).put(at, zeros, Strip.length(at, n));
    }
  }

  @Override
  public void unroll(int images, Matrix x, int from, Windows windows, Matrix patches) {
    int line = windows.columns() * windows.patchSize();
    float[] image = Scratch.get().run(0, windows.imageSize());
    float[] linePatches = Scratch.get().run(1, line);
    int at = 0;
    for (int i = 0; i < images; i++) {
      cpu(x).get((from + i) * windows.imageSize(), image, windows.imageSize());
      for (int y = 0; y < windows.rows(); y++, at += line) {
        WindowLoops.unroll(image, windows, y, linePatches);
        cpu(patches).put(at, linePatches, line);
      }
    }
  }

  @Override
  public void rollUp(int images, Matrix patches, Windows windows, Matrix x, int from) {
    int line = windows.columns() * windows.patchSize();
    float[] image = Scratch.get().run(0, windows.imageSize());
    float[] linePatches = Scratch.get().run(1, line);
    float[] side = Scratch.get().run(2, WindowLoops.sideLength(windows));
    float[] pieces = Scratch.get().run(3, WindowLoops.sideLength(windows));
    int at = 0;
    for (int i = 0; i < images; i++) {
      Arrays.fill(image, 0, windows.imageSize(), 0f);
      for (int y = 0; y < windows.rows(); y++, at += line) {
        cpu(patches).get(at, linePatches, line);
        WindowLoops.rollUp(linePatches, windows, y, image, side, pieces);
      }
      cpu(x).put((from + i) * windows.imageSize(), image, windows.imageSize());
    }
  }

  @Override
  public void sumCells(int images, Matrix x, Cells cells, Cells.Weight weight, Matrix y) {
    int line = cells.width() * cells.channels();
    int cellLine = cells.columns() * cells.channels();
    float[] sum = Scratch.get().run(0, line);
    float[] pixels = Scratch.get().run(1, line);
    float[] sums = Scratch.get().run(2, cellLine);
    int from = 0;
    int to = 0;
    for (int i = 0; i < images; i++) {
      for (int row = 0; row < cells.rows(); row++, to += cellLine) {
        cpu(x).get(from, sum, line);
        from += line;
        for (int k = 1; k < cells.height(row); k++, from += line) {
          cpu(x).get(from, pixels, line);
          FusedLoops.add(pixels, sum, line);
        }
        CellLoops.sum(sum, cells, sums);
        CellLoops.weigh(sums, cells, row, weight);
        cpu(y).put(to, sums, cellLine);
      }
    }
  }

  @Override
  public void repeatCells(int images, Matrix y, Cells cells, Cells.Weight weight, Matrix x) {
    int line = cells.width() * cells.channels();
    int cellLine = cells.columns() * cells.channels();
    float[] values = Scratch.get().run(0, cellLine);
    float[] pixels = Scratch.get().run(1, line);
    int from = 0;
    int to = 0;
    for (int i = 0; i < images; i++) {
      for (int row = 0; row < cells.rows(); row++, from += cellLine) {
        cpu(y).get(from, values, cellLine);
        CellLoops.weigh(values, cells, row, weight);
        CellLoops.repeat(values, cells, pixels);
        for (int k = 0; k < cells.height(row); k++, to += line) {
          cpu(x).put(to, pixels, line);
        }
      }
    }
  }

  @Override
  public void groupNormalizationForward(
      int images, Matrix x, Matrix gain, Matrix bias, Activation f, Matrix statistics, Matrix y) {
    NormalizationLoops.forward(images, cpu(x), cpu(gain), cpu(bias), f, cpu(statistics), cpu(y));
  }

  @Override
  public void groupNormalizationBackward(
      int images,
      Matrix x,
      Matrix statistics,
      Matrix gain,
      Matrix dy,
      Matrix dGain,
      Matrix dBias,
      Matrix dx) {
    NormalizationLoops.backward(
        images, cpu(x), cpu(statistics), cpu(gain), cpu(dy), cpu(dGain), cpu(dBias), cpu(dx));
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

  /**
   * Sums up a strip of {@link Strip#lengthInRows} by row; the sum of a row that spans several
   * strips grows from one to the next.
   */
  private static void addRowSums(
      float[] values, int length, int at, int columns, CpuMatrix sums, float[] scratch) {
    int row = at / columns;
    if (columns > Strip.LENGTH) {
      float before = 0f;
      if (at % columns > 0) {
        sums.get(row, scratch, 1);
        before = scratch[0];
      }
      scratch[0] = before + FusedLoops.sum(values, 0, length);
      sums.put(row, scratch, 1);
    } else {
      int rows = length / columns;
      FusedLoops.rowSums(values, rows, columns, scratch);
      sums.put(row, scratch, rows);
    }
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

  /**
   * A loop over values of two matrices that leaves its result in the second. What else it needs is
   * handed to it, and is an object already: captured or boxed, it would be allocated at every step.
   */
  private interface Pairwise<P> {
    void run(float[] a, float[] b, int n, P parameter);
  }

  private static <P> void pairwise(
      int rows, int first, Matrix a, Matrix b, Matrix result, P parameter, Pairwise<P> loop) {
    Strip strip = Strip.get();
    int end = (first + rows) * a.columns();
    for (int at = first * a.columns(); at < end; at += Strip.LENGTH) {
      int length = Strip.length(at, end);
      cpu(a).get(at, strip.a, length);
      cpu(b).get(at, strip.b, length);
      loop.run(strip.a, strip.b, length, parameter);
      cpu(result).put(at, strip.b, length);
    }
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
