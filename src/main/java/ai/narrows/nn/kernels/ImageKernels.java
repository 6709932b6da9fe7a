package ai.narrows.nn.kernels;

/**
 * Windows and cells of images, and group normalization: the arithmetic of convolutional layers. A
 * part of {@link Kernels}.
 */
public interface ImageKernels {
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
}
