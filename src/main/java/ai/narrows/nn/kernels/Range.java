package ai.narrows.nn.kernels;

/**
 * A run of a buffer's values: {@code from} to {@code to - 1}. Threads that each change a range of
 * their own share a buffer.
 *
 * @param from first value, at least 0
 * @param to behind the last value, at least {@code from}
 */
public record Range(int from, int to) {
  public Range {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("no range of values: " + from + " to " + to);
    }
  }

  /** All values of a buffer. */
  public static Range of(Buffer buffer) {
    return new Range(0, buffer.length());
  }

  /**
   * A part of {@code length} values that are divided as evenly as possible.
   *
   * @param part from 0
   * @param parts number of parts, at least 1
   */
  public static Range part(int length, int part, int parts) {
    return new Range(start(length, part, parts), start(length, part + 1, parts));
  }

  /** Where a {@link #part} begins; the one behind the last begins at {@code length}. */
  public static int start(int length, int part, int parts) {
    return (int) ((long) length * part / parts);
  }

  /** Number of values. */
  public int length() {
    return to - from;
  }

  /** Whether these are all values of a buffer. */
  boolean isAllOf(Buffer buffer) {
    return from == 0 && to == buffer.length();
  }
}
