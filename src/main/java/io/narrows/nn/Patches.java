package io.narrows.nn;

/** Room for the patches of a few images, as many as fit a processor's second-level cache. */
final class Patches {
  /** Values: a megabyte. */
  private static final int MOST = 1 << 18;

  private final int images;
  private final Matrix matrix;

  Patches(Workspace workspace, Windows windows, int capacity) {
    int each = Math.multiplyExact(windows.count(), windows.patchSize());
    images = Math.max(1, Math.min(capacity, MOST / each));
    matrix = workspace.matrix(images * windows.count(), windows.patchSize());
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
