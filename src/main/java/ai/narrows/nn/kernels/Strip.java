package ai.narrows.nn.kernels;

/**
 * A thread's scratch space on the heap: a few runs of values, short enough that all of them stay in
 * the innermost cache while one loop after the other goes over them.
 */
final class Strip {
  /** Values in a run: 6 KiB, of which four fit a first-level cache of 32 KiB. */
  static final int LENGTH = 1568;

  private static final ThreadLocal<Strip> OF_THREAD = ThreadLocal.withInitial(Strip::new);

  final float[] a = new float[LENGTH];
  final float[] b = new float[LENGTH];
  final float[] c = new float[LENGTH];
  final float[] d = new float[LENGTH];
  final float[] e = new float[LENGTH];

  private Strip() {}

  /** The calling thread's own; what it holds is lost with the next kernel. */
  static Strip get() {
    return OF_THREAD.get();
  }

  /** Length of the strip at {@code at} of {@code n} values. */
  static int length(int at, int n) {
    return Math.min(LENGTH, n - at);
  }

  /**
   * As {@link #length}, for values in rows of {@code columns}: a strip is as many whole rows as fit
   * or, where not even one fits, a part of one row.
   */
  static int lengthInRows(int at, int n, int columns) {
    return columns <= LENGTH
        ? Math.min(LENGTH / columns * columns, n - at)
        : Math.min(LENGTH, columns - at % columns);
  }
}
