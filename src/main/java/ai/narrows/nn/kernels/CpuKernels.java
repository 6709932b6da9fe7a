package ai.narrows.nn.kernels;

import java.util.Arrays;

/**
 * Matrix products by {@link Blas} outside the heap; everything else by {@link FusedLoops} on the
 * heap: activations a {@link Strip} at a time, the updaters' arithmetic on whole vectors.
 */
final class CpuKernels implements Kernels {
  static final CpuKernels INSTANCE = new CpuKernels();

  private final LayerKernels layers = new CpuLayerKernels();

  private final ImageKernels images = new CpuImageKernels();

  private final LossKernels losses = new CpuLossKernels();

  private final LatentKernels latents = new CpuLatentKernels();

  private final UpdateKernels updates = new CpuUpdateKernels();

  private CpuKernels() {}

  @Override
  public String library() {
    return Blas.library();
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
        values[j] = Uint8.unit(source[from + at + j]);
      }
      cpu(target).put(row * columns + at, values, length);
    }
  }

  @Override
  public void uploadRow(float[] source, int from, Matrix target, int row) {
    cpu(target).putRow(row, source, from);
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

  /**
   * Sums up a strip of {@link Strip#lengthInRows} by row; the sum of a row that spans several
   * strips grows from one to the next.
   */
  static void addRowSums(
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

  static <P> void pairwise(
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

  static CpuBuffer cpu(Buffer buffer) {
    return (CpuBuffer) buffer;
  }

  static CpuMatrix cpu(Matrix matrix) {
    return (CpuMatrix) matrix;
  }

  /**
   * A loop over values of two matrices that leaves its result in the second. What else it needs is
   * handed to it, and is an object already: captured or boxed, it would be allocated at every step.
   */
  interface Pairwise<P> {
    void run(float[] a, float[] b, int n, P parameter);
  }

  @Override
  public LayerKernels layers() {
    return layers;
  }

  @Override
  public ImageKernels images() {
    return images;
  }

  @Override
  public LossKernels losses() {
    return losses;
  }

  @Override
  public LatentKernels latents() {
    return latents;
  }

  @Override
  public UpdateKernels updates() {
    return updates;
  }
}
