package ai.narrows.nn.kernels;

/**
 * A thread's space on the heap for what may be longer than a {@link Strip}, such as whole images:
 * runs of values known by number, which grow and never shrink.
 */
final class Scratch {
  private static final int RUNS = 16;

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private final float[][] runs = new float[RUNS][0];

  private Scratch() {}

  /** The calling thread's own; what it holds is lost with the next kernel. */
  static Scratch get() {
    return OF_THREAD.get();
  }

  /** A run of at least {@code length} values, whatever they are. */
  float[] run(int number, int length) {
    if (runs[number].length < length) {
      runs[number] = new float[length];
    }
    return runs[number];
  }
}
