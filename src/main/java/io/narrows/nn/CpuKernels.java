package io.narrows.nn;

import org.bytedeco.javacpp.FloatPointer;

/** Matrix products by BLAS on native memory, everything else by {@link FusedLoops} on the heap. */
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
    CpuBuffer buffer = cpu(target);
    float[] heap = length == buffer.length() ? buffer.heapToOverwrite() : buffer.heapToChange();
    System.arraycopy(source, from, heap, at, length);
  }

  @Override
  public void download(Buffer source, int at, float[] target, int to, int length) {
    System.arraycopy(cpu(source).heap(), at, target, to, length);
  }

  @Override
  public void uploadPixels(byte[] source, int from, Matrix target, int row) {
    CpuMatrix matrix = cpu(target);
    float[] heap = matrix.heapToOverwrite();
    int at = matrix.offset() + row * matrix.columns();
    for (int j = 0; j < matrix.columns(); j++) {
      heap[at + j] = UNIT[source[from + j] & 255];
    }
  }

  @Override
  public void uploadRow(float[] source, int from, Matrix target, int row) {
    CpuMatrix matrix = cpu(target);
    int columns = matrix.columns();
    System.arraycopy(
        source, from, matrix.heapToOverwrite(), matrix.offset() + row * columns, columns);
  }

  @Override
  public void affineForward(int rows, Matrix x, Matrix weights, Matrix bias, Matrix z) {
    FloatPointer out = cpu(z).nativeToOverwrite();
    cpu(z).buffer.repeatNative(cpu(bias).buffer.heap(), bias.offset(), z.columns(), rows);
    Blas.multiplyAdd(
        rows, z.columns(), x.columns(), cpu(x).nativeToRead(), cpu(weights).nativeToRead(), out);
  }

  @Override
  public void multiplyBackwardInput(int rows, Matrix dz, Matrix weights, Matrix dx) {
    Blas.multiplyRightTransposed(
        rows,
        dx.columns(),
        dz.columns(),
        cpu(dz).nativeToRead(),
        cpu(weights).nativeToRead(),
        cpu(dx).nativeToOverwrite());
  }

  @Override
  public void multiplyBackwardWeights(int rows, Matrix x, Matrix dz, Matrix dWeights) {
    Blas.multiplyLeftTransposed(
        x.columns(),
        dz.columns(),
        rows,
        cpu(x).nativeToRead(),
        cpu(dz).nativeToRead(),
        cpu(dWeights).nativeToOverwrite());
  }

  @Override
  public void activationForward(int rows, Matrix z, Activation f) {
    if (f != Activation.IDENTITY) {
      FusedLoops.activate(cpu(z).activationsToChange(), rows * z.columns(), f);
    }
  }

  @Override
  public void activationBackward(int rows, Matrix a, Activation f, Matrix da) {
    if (f != Activation.IDENTITY) {
      FusedLoops.activationGradient(
          cpu(a).activations(), cpu(da).activationsToChange(), rows * a.columns(), f);
    }
  }

  @Override
  public void biasBackward(int rows, Matrix dz, Matrix dBias) {
    Blas.columnSums(rows, dz.columns(), cpu(dz).nativeToRead(), cpu(dBias).nativeToOverwrite());
  }

  @Override
  public void squaredErrorForward(int rows, Matrix z, Activation f, Matrix x, Matrix rowError) {
    activationForward(rows, z, f);
    float[] squares = cpu(rowError).scratch(rows * z.columns());
    FusedLoops.squaredDifference(
        cpu(z).activations(), cpu(x).activations(), squares, rows * z.columns());
    FusedLoops.rowSums(squares, rows, z.columns(), cpu(rowError).activationsToOverwrite());
  }

  @Override
  public void squaredErrorForwardBackward(
      int rows, Matrix z, Activation f, Matrix x, float scale, Matrix rowError, Matrix dz) {
    squaredErrorForward(rows, z, f, x, rowError);
    float[] y = cpu(z).activations();
    float[] delta = cpu(dz).activationsToOverwrite();
    int n = rows * z.columns();
    FusedLoops.scaledDifference(y, cpu(x).activations(), 2f * scale, delta, n);
    FusedLoops.activationGradient(y, delta, n, f);
  }

  @Override
  public void crossEntropyForward(int rows, Matrix z, Matrix x, Matrix rowError) {
    float[] entropies = cpu(rowError).scratch(rows * z.columns());
    FusedLoops.crossEntropy(
        cpu(z).activationsToChange(), cpu(x).activations(), entropies, rows * z.columns());
    FusedLoops.rowSums(entropies, rows, z.columns(), cpu(rowError).activationsToOverwrite());
  }

  @Override
  public void crossEntropyForwardBackward(
      int rows, Matrix z, Matrix x, float scale, Matrix rowError, Matrix dz) {
    crossEntropyForward(rows, z, x, rowError);
    FusedLoops.scaledDifference(
        cpu(z).activations(),
        cpu(x).activations(),
        scale,
        cpu(dz).activationsToOverwrite(),
        rows * z.columns());
  }

  @Override
  public void gaussianForward(int rows, Matrix heads, Matrix noise, Matrix z, Matrix rowKl) {
    float[] h = cpu(heads).buffer.heap();
    float[] e = cpu(noise).buffer.heap();
    float[] out = cpu(z).heapToOverwrite();
    float[] kl = cpu(rowKl).heapToOverwrite();
    int k = z.columns();
    for (int r = 0; r < rows; r++) {
      int mean = heads.offset() + r * 2 * k;
      kl[rowKl.offset() + r] =
          GaussianLatent.forward(h, mean, e, noise.offset() + r * k, out, z.offset() + r * k, k);
    }
  }

  @Override
  public void gaussianBackward(
      int rows, Matrix heads, Matrix noise, Matrix dz, float klScale, Matrix dHeads) {
    float[] h = cpu(heads).buffer.heap();
    float[] e = cpu(noise).buffer.heap();
    float[] gradient = cpu(dz).buffer.heap();
    float[] out = cpu(dHeads).heapToOverwrite();
    int k = dz.columns();
    for (int r = 0; r < rows; r++) {
      GaussianLatent.backward(
          h,
          heads.offset() + r * 2 * k,
          e,
          noise.offset() + r * k,
          gradient,
          dz.offset() + r * k,
          klScale,
          out,
          dHeads.offset() + r * 2 * k,
          k);
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
