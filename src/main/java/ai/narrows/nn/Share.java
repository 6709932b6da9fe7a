package ai.narrows.nn;

/**
 * A network's share of a minibatch: all of it, or some rows where several networks of a worker
 * divide it. The gradients of the shares add up to that of the whole minibatch.
 */
public interface Share {
  /** Rows of this share, at least 1. */
  int rows();

  /** Rows of the whole minibatch. */
  int batchRows();

  /**
   * Adds up values that depend on all rows: waits for the other shares.
   *
   * @param values [n] of this share, overwritten with the sum over all shares
   */
  void sum(float[] values);

  /**
   * The only share of a minibatch.
   *
   * @param rows of the minibatch, at least 1
   */
  record Whole(int rows) implements Share {
    @Override
    public int batchRows() {
      return rows;
    }

    @Override
    public void sum(float[] values) {}
  }
}
