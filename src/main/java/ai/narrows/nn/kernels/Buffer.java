package ai.narrows.nn.kernels;

/**
 * Memory of one {@link Kernels}: a run of float32 values that only its own kernels can look into.
 * Not thread-safe; its owner closes it.
 */
public abstract class Buffer implements AutoCloseable {
  private final int length;

  Buffer(int length) {
    if (length < 1) {
      throw new IllegalArgumentException("length must be at least 1, but is " + length);
    }
    this.length = length;
  }

  /** Number of values. */
  public final int length() {
    return length;
  }

  /** Gives the memory back at once. The buffer and every matrix on it are dead afterwards. */
  @Override
  public abstract void close();
}
