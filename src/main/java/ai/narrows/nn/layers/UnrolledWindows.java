package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.Windows;

/**
 * Room for the patches of a few images, as a convolution multiplies them: as many as fit a
 * processor's second-level cache, with the pixels that they are multiplied with or become.
 */
final class UnrolledWindows {
  /** Values: a megabyte. */
  private static final int MOST = 1 << 18;

  private final int images;
  private final Matrix matrix;

  /**
   * @param channels of the pixels on the other side of the product, one for each patch
   * @param capacity the most images there can be
   */
  UnrolledWindows(Workspace workspace, Windows windows, int channels, int capacity) {
    long each = (long) windows.count() * (windows.patchSize() + channels);
    images = (int) Math.max(1, Math.min(capacity, MOST / each));
    matrix = workspace.matrix(Math.multiplyExact(images, windows.count()), windows.patchSize());
  }

  /** How many images at a time. */
  int images() {
    return images;
  }

  /** Their patches, [images * windows.count(), windows.patchSize()]. */
  Matrix matrix() {
    return matrix;
  }
}
