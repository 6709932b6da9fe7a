package ai.narrows.nn.kernels;

import java.util.Locale;

/**
 * A row-major view {@code [rows, columns]} on a {@link Buffer}, made once and used in every step.
 * {@code rows} is the capacity: operations take the number of leading rows they work on.
 */
public abstract class Matrix {
  private final int offset;
  private final int rows;
  private final int columns;

  Matrix(Buffer buffer, int offset, int rows, int columns) {
    if (offset < 0
        || rows < 1
        || columns < 1
        || (long) offset + (long) rows * columns > buffer.length()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a %d x %d view at %d does not fit a buffer of %d values",
              rows,
              columns,
              offset,
              buffer.length()));
    }
    this.offset = offset;
    this.rows = rows;
    this.columns = columns;
  }

  /** Place of the first value in the buffer. */
  public final int offset() {
    return offset;
  }

  /** Capacity in rows. */
  public final int rows() {
    return rows;
  }

  /** Values per row. */
  public final int columns() {
    return columns;
  }
}
