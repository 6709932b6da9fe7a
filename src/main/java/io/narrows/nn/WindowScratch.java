package io.narrows.nn;

/** A thread's space for an image, and for the patches of a line of windows, on the heap. */
final class WindowScratch {
  private static final ThreadLocal<WindowScratch> OF_THREAD =
      ThreadLocal.withInitial(WindowScratch::new);

  float[] image = new float[0];
  float[] patches = new float[0];

  private WindowScratch() {}

  /** The calling thread's own, large enough for these windows; it grows and never shrinks. */
  static WindowScratch get(Windows windows) {
    WindowScratch scratch = OF_THREAD.get();
    int line = Math.multiplyExact(windows.columns(), windows.patchSize());
    if (scratch.image.length < windows.imageSize()) {
      scratch.image = new float[windows.imageSize()];
    }
    if (scratch.patches.length < line) {
      scratch.patches = new float[line];
    }
    return scratch;
  }
}
