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

  /** The fused path for processors. */
  static Kernels cpu() {
    return CpuKernels.INSTANCE;
  }

  /** ND4J operations alone, on whatever backend ND4J has. */
  static Kernels nd4j() {
    return Nd4jKernels.INSTANCE;
  }

  /**
   * {@link #nd4j()} on a GPU: the calling thread is bound to it from here on, and what it allocates
   * is there.
   *
   * @param device as CUDA counts them, from 0
   * @throws IllegalStateException if ND4J's backend has no GPUs, or not this one, or no code for it
   */
  static Kernels gpu(int device) {
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

  /**
   * {@code z = x weights + bias}: x [rows, in], weights [in, out], bias [1, out], z [rows, out]
   * overwritten.
   */
  void affineForward(int rows, Matrix x, Matrix weights, Matrix bias, Matrix z);

  /** {@code dx = dz weights'}: dz [rows, out], weights [in, out], dx [rows, in] overwritten. */
  void multiplyBackwardInput(int rows, Matrix dz, Matrix weights, Matrix dx);

  /** {@code dWeights = x' dz}: x [rows, in], dz [rows, out], dWeights [in, out] overwritten. */
  void multiplyBackwardWeights(int rows, Matrix x, Matrix dz, Matrix dWeights);

  /**
   * {@code z = x weights} for rows out of the middle of matrices that may have rows of another
   * length, as pixels of images.
   *
   * @param x seen as [rows, in] from its value {@code xAt} on
   * @param weights [in, out]
   * @param z seen as [rows, out] from its value {@code zAt} on, overwritten
   */
  void multiply(int rows, Matrix x, int xAt, Matrix weights, Matrix z, int zAt);

  /** {@code dx = dz weights'}, seen as by {@link #multiply}; dx is overwritten. */
  void multiplyTransposed(int rows, Matrix dz, int dzAt, Matrix weights, Matrix dx, int dxAt);

  /** {@code dWeights += x' dz}, seen as by {@link #multiply}; dWeights [in, out]. */
  void multiplyBackwardWeightsAdd(
      int rows, Matrix x, int xAt, Matrix dz, int dzAt, Matrix dWeights);

  /** Sets a whole matrix to 0. */
  void clear(Matrix matrix);

  /**
   * Patches of images: row {@code (i * windows.count()) + w} of the patches is what the w-th window
   * of image {@code from + i} shows.
   *
   * @param x [more than from + images, windows.imageSize()]
   * @param patches [images * windows.count(), windows.patchSize()], overwritten
   */
  void unroll(int images, Matrix x, int from, Windows windows, Matrix patches);

  /**
   * The transpose of {@link #unroll}: every value of an image is the sum of what stands for it in
   * the patches.
   *
   * @param patches [images * windows.count(), windows.patchSize()]
   * @param x [more than from + images, windows.imageSize()], rows {@code from} and on overwritten
   */
  void rollUp(int images, Matrix patches, Windows windows, Matrix x, int from);

  /**
   * Sums over the cells of images: {@code y[cell] = sum of weight x[pixel]} over its pixels, every
   * channel apart.
   *
   * @param x [images, cells.imageSize()]
   * @param weight what a pixel counts
   * @param y [images, cells.size()], overwritten
   */
  void sumCells(int images, Matrix x, Cells cells, Cells.Weight weight, Matrix y);

  /**
   * The transpose of {@link #sumCells}: {@code x[pixel] = weight y[its cell]}.
   *
   * @param y [images, cells.size()]
   * @param weight what a pixel counts
   * @param x [images, cells.imageSize()], overwritten
   */
  void repeatCells(int images, Matrix y, Cells cells, Cells.Weight weight, Matrix x);

  /**
   * Group normalisation (Wu and He 2018): {@code y = f(gain (x - mean) inverse + bias)}, where mean
   * and inverse, one over the standard deviation, are those of a group of channels in an image.
   *
   * @param x [images, pixels * channels]
   * @param gain [1, channels]
   * @param bias [1, channels]
   * @param statistics [images, 2 groups], overwritten: means, then inverses
   * @param y [images, pixels * channels], overwritten
   */
  void groupNormalizationForward(
      int images, Matrix x, Matrix gain, Matrix bias, Activation f, Matrix statistics, Matrix y);

  /**
   * The gradients of {@link #groupNormalizationForward} without f.
   *
   * @param statistics [images, 2 groups], what the forward pass left there
   * @param dy [images, pixels * channels]
   * @param dGain [1, channels], overwritten
   * @param dBias [1, channels], overwritten
   * @param dx [images, pixels * channels], overwritten; null if nobody needs it
   */
  void groupNormalizationBackward(
      int images,
      Matrix x,
      Matrix statistics,
      Matrix gain,
      Matrix dy,
      Matrix dGain,
      Matrix dBias,
      Matrix dx);

  /**
   * {@code a = f(z + bias)} in place: z, seen as [rows, n] from its value {@code zAt} on, becomes
   * a; bias [1, n].
   */
  void biasActivationForward(int rows, Matrix z, int zAt, Matrix bias, Activation f);

  /** {@code a = f(z)} in place: z [rows, n] becomes a. */
  void activationForward(int rows, Matrix z, Activation f);

  /**
   * {@code dz = da f'(z)} in place, in {@code rows} rows from {@code first} on: da [.., n] becomes
   * dz, a [.., n] is the forward result.
   */
  void activationBackward(int rows, int first, Matrix a, Activation f, Matrix da);

  /** {@code dBias = column sums of dz}: dz [rows, n], dBias [1, n] overwritten. */
  void biasBackward(int rows, Matrix dz, Matrix dBias);

  /**
   * {@code dBias += column sums of dz}: dz, seen as [rows, n] from its value {@code dzAt} on, dBias
   * [1, n].
   */
  void biasBackwardAdd(int rows, Matrix dz, int dzAt, Matrix dBias);

  /**
   * Output layer and squared error: {@code y = f(z)}, {@code rowError = sum_j (y - x)^2}.
   *
   * @param z [rows, n], becomes y
   * @param x [rows, n], the target
   * @param rowError [rows, 1], overwritten
   */
  void squaredErrorForward(int rows, Matrix z, Activation f, Matrix x, Matrix rowError);

  /**
   * {@link #squaredErrorForward} together with its gradient {@code dz = scale 2 (y - x) f'(z)}.
   *
   * @param dz [rows, n], overwritten
   */
  void squaredErrorForwardBackward(
      int rows, Matrix z, Activation f, Matrix x, float scale, Matrix rowError, Matrix dz);

  /**
   * Sigmoid output and binary cross-entropy, from the logits z: {@code y = sigmoid(z)}, {@code
   * rowError = sum_j softplus(z) - x z}, which never takes the logarithm of a rounded sigmoid.
   *
   * @param z [rows, n], becomes y
   * @param x [rows, n], the target in [0, 1]
   * @param rowError [rows, 1], overwritten
   */
  void crossEntropyForward(int rows, Matrix z, Matrix x, Matrix rowError);

  /**
   * {@link #crossEntropyForward} together with its gradient {@code dz = scale (y - x)}.
   *
   * @param dz [rows, n], overwritten
   */
  void crossEntropyForwardBackward(
      int rows, Matrix z, Matrix x, float scale, Matrix rowError, Matrix dz);

  /**
   * Output layer and structural dissimilarity (Wang et al. 2004; as a loss of autoencoders,
   * Bergmann et al. 2018): {@code y = f(z)}, {@code rowError = n (1 - mean SSIM(y, x))} over all
   * windows and channels, each pixel of a window counting alike. Like a squared error it is thus a
   * sum over n values, of which {@code 1 / n} makes the mean. It is 0 where y is x, and at most 2
   * n.
   *
   * @param z [rows, n], becomes y
   * @param x [rows, n], the target in [0, 1]
   * @param windows over images of n values, of stride 1 and within the image
   * @param rowError [rows, 1], overwritten
   */
  void structuralDissimilarityForward(
      int rows, Matrix z, Activation f, Matrix x, Windows windows, Matrix rowError);

  /**
   * {@link #structuralDissimilarityForward} together with its gradient {@code dz = scale d
   * rowError/dy f'(z)}.
   *
   * @param dz [rows, n], overwritten
   */
  void structuralDissimilarityForwardBackward(
      int rows,
      Matrix z,
      Activation f,
      Matrix x,
      Windows windows,
      float scale,
      Matrix rowError,
      Matrix dz);

  /**
   * Differences averaged over the neighbourhood of each pixel: {@code e = mean of y - x} over the
   * pixels of the image that are in its window, channel by channel.
   *
   * @param y [rows, n]
   * @param x [rows, n]
   * @param windows of images of n values, one around each pixel: an odd kernel, stride 1, padded
   * @param e [rows, n], overwritten
   */
  void meanDifference(int rows, Matrix y, Matrix x, Windows windows, Matrix e);

  /** {@code rowSum = sum_j weights_j e_j^2}: e [rows, n], weights [1, n], rowSum [rows, 1]. */
  void weightedSquares(int rows, Matrix e, Matrix weights, Matrix rowSum);

  /** {@code columnSum = column sums of e^2}: e [rows, n], columnSum [1, n]. */
  void columnSquares(int rows, Matrix e, Matrix columnSum);

  /**
   * The least cross-entropy that any reconstruction could have: {@code rowEntropy = -sum_j x log x
   * + (1 - x) log(1 - x)}, of values outside (0, 1) none.
   *
   * @param x [rows, n]
   * @param rowEntropy [rows, 1], overwritten
   */
  void entropyForward(int rows, Matrix x, Matrix rowEntropy);

  /**
   * Samples the latent and measures its divergence from the prior: {@code z = mean +
   * exp(logVariance / 2) noise}, {@code rowKl = 1/2 sum(mean^2 + exp(logVariance) - 1 -
   * logVariance)} (Kingma and Welling 2014, section 2.4 and appendix B), with {@code logVariance} =
   * {@link GaussianLatent#bounded} of the raw head.
   *
   * @param heads [rows, 2k]: means, then raw log-variances
   * @param noise [rows, k] standard normal
   * @param z [rows, k], overwritten
   * @param rowKl [rows, 1], overwritten
   */
  void gaussianForward(int rows, Matrix heads, Matrix noise, Matrix z, Matrix rowKl);

  /**
   * The divergence of {@link #gaussianForward} by dimension: {@code columnKl[j]} is its part in
   * latent j, summed over the rows.
   *
   * @param heads [rows, 2k]
   * @param columnKl [1, k], overwritten
   */
  void gaussianColumnKl(int rows, Matrix heads, Matrix columnKl);

  /**
   * Gradient of {@code sum_j klScale[j] columnKl[j]} and of what came back through z.
   *
   * @param dz [rows, k]
   * @param klScale [1, k]
   * @param dHeads [rows, 2k], overwritten
   */
  void gaussianBackward(
      int rows, Matrix heads, Matrix noise, Matrix dz, Matrix klScale, Matrix dHeads);

  /** {@code rowSum = sum_j |z_j|}: z [rows, k], rowSum [rows, 1] overwritten. */
  void absoluteSumForward(int rows, Matrix z, Matrix rowSum);

  /** {@code dz += scale sign(z)}: z and dz [rows, k]. */
  void absoluteSumBackward(int rows, Matrix z, float scale, Matrix dz);

  /** {@code y = x + d}, elementwise: all [rows, n], y overwritten. */
  void add(int rows, Matrix x, Matrix d, Matrix y);

  /** {@code y = x d}, elementwise: all [rows, n], y overwritten. */
  void multiply(int rows, Matrix x, Matrix d, Matrix y);

  /**
   * {@code y = x scale + shift} by column: x, y [rows, n], which may be the same matrix; scale,
   * shift [1, n]; y overwritten.
   */
  void scaleAndShift(int rows, Matrix x, Matrix scale, Matrix shift, Matrix y);

  /** Sum of squares of all values, in double. */
  double sumOfSquares(Buffer values);

  /**
   * {@code g = gradientScale gradient + weightDecay p; velocity = momentum velocity + g; p -=
   * stepSize velocity}, the form without dampening.
   */
  void momentum(
      Buffer parameters,
      Buffer gradient,
      Buffer velocity,
      float gradientScale,
      float stepSize,
      float momentum,
      float weightDecay);

  /** {@code p -= stepSize (gradientScale gradient + weightDecay p)}. */
  void sgd(
      Buffer parameters, Buffer gradient, float gradientScale, float stepSize, float weightDecay);

  /**
   * Adam (Kingma and Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter 2019,
   * algorithm 2): {@code p -= decay p + stepSize m / (sqrt(v) / sqrtCorrection2 + epsilon)}.
   *
   * @param stepSize already divided by the first moment's bias correction
   * @param sqrtCorrection2 square root of the second moment's bias correction
   * @param decay step size times weight decay
   */
  void adam(
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
      float decay);
}
