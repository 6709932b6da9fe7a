package ai.narrows.distributed;

import ai.narrows.message.Shipped;

/**
 * A run of records on their way through a shuffle: one large byte array instead of many small
 * objects.
 */
final class Packet implements Shipped {
  private static final long serialVersionUID = 1L;

  private final long first;
  private final int rows;
  private final byte[] data;
  private final HashedRows.Problem problem;
  private final long skipped;
  private final long outside;

  /**
   * Over these values; arrays are not copied.
   *
   * @param first place of the first record where the order matters, otherwise 0
   * @param rows number of records
   * @param data the records' bytes
   * @param problem a row that could not be read, instead of records; usually null
   * @param skipped rows left out, instead of records; usually 0
   * @param outside how many of these have values outside the range; one of them is the problem then
   */
  private Packet(
      long first, int rows, byte[] data, HashedRows.Problem problem, long skipped, long outside) {
    this.first = first;
    this.rows = rows;
    this.data = data;
    this.problem = problem;
    this.skipped = skipped;
    this.outside = outside;
  }

  static Packet ofRecords(long first, int rows, byte[] data) {
    return new Packet(first, rows, data, null, 0, 0);
  }

  static Packet ofProblem(HashedRows.Problem problem) {
    return new Packet(0, 0, new byte[0], problem, 0, 0);
  }

  static Packet ofSkipped(long rows, long outside, HashedRows.Problem problem) {
    return new Packet(0, 0, new byte[0], problem, rows, outside);
  }

  /** Place of the first record where the order matters, otherwise 0. */
  long first() {
    return first;
  }

  /** Number of records. */
  int rows() {
    return rows;
  }

  /** The records' bytes. */
  byte[] data() {
    return data;
  }

  /** A row that could not be read, or one of those {@link #outside}; usually null. */
  HashedRows.Problem problem() {
    return problem;
  }

  /** Rows left out, instead of records; usually 0. */
  long skipped() {
    return skipped;
  }

  /** How many rows of those left out have values outside the range. */
  long outside() {
    return outside;
  }
}
