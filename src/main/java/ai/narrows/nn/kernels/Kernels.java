package ai.narrows.nn.kernels;

/**
 * The arithmetic of training on opaque memory: matrix products, fused elementwise pieces, and the
 * updaters' formulas. Values meet {@code float[]} only in {@link #upload} and {@link #download}.
 *
 * <p>Two implementations agree up to rounding: {@link #cpu()}, fused loops that HotSpot vectorises
 * with matrix products by oneDNN or ND4J's BLAS; and {@link #nd4j()}, made of ND4J operations
 * alone, which serves any other backend and is the first one's test oracle. Both are stateless and
 * may be shared between threads; buffers and matrices may not.
 *
 * <p>Matrices of activations begin at the start of their buffer, or at one of its rows; parameters
 * and their gradients are views at an offset.
 *
 * <p>Every {@code rows} argument is the number of leading rows to work on, at most the capacity of
 * the matrices. Shapes are written as {@code [rows, columns]}.
 */
public interface Kernels {
  /** Added to the variance of what is normalised, as by PyTorch. */
  double NORMALIZATION_EPSILON = 1e-5;

  /**
   * The fused path for processors.
   *
   * @throws NativesException if the native libraries cannot be loaded
   */
  static Kernels cpu() {
    Natives.require();
    return CpuKernels.INSTANCE;
  }

  /**
   * ND4J operations alone, on whatever backend ND4J has.
   *
   * @throws NativesException if the native libraries cannot be loaded
   */
  static Kernels nd4j() {
    Nd4jBackend.need();
    Natives.require();
    return Nd4jKernels.INSTANCE;
  }

  /**
   * {@link #nd4j()} on a GPU: the calling thread is bound to it from here on, and what it allocates
   * is there.
   *
   * @param device as CUDA counts them, from 0
   * @throws IllegalStateException if ND4J is not here, or its backend has no GPUs, or not this one,
   *     or no code for it
   */
  static Kernels gpu(int device) {
    Nd4jBackend.need();
    Natives.require();
    return Nd4jKernels.on(device);
  }

  /** What multiplies matrices, with its version, such as {@code oneDNN 2.7.3}. */
  String library();

  /** A zeroed buffer, owned by the caller. */
  Buffer allocate(int length);

  /** A view on a buffer of these kernels. */
  Matrix matrix(Buffer buffer, int offset, int rows, int columns);

  /** Copies {@code length} values into a buffer. */
  void upload(float[] source, int from, Buffer target, int at, int length);

  /** Copies {@code length} values out of a buffer. */
  void download(Buffer source, int at, float[] target, int to, int length);

  /** Copies one row of uint8 pixels into a matrix as {@code value / 255}. */
  void uploadPixels(byte[] source, int from, Matrix target, int row);

  /** Copies one row of values into a matrix. */
  void uploadRow(float[] source, int from, Matrix target, int row);

  /** Sets a whole matrix to 0. */
  void clear(Matrix matrix);

  /** Products with weights, biases and activations: the arithmetic of layers. */
  LayerKernels layers();

  /**
   * Windows and cells of images, and group normalization: the arithmetic of convolutional layers.
   */
  ImageKernels images();

  /** Reconstruction errors, with and without their gradients. */
  LossKernels losses();

  /** The latent, its penalties, and what is done to the rows that enter the encoder. */
  LatentKernels latents();

  /** The updaters' formulas. */
  UpdateKernels updates();
}
