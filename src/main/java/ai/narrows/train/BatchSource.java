package ai.narrows.train;

import ai.narrows.nn.Batch;

/**
 * Where a worker's minibatches come from: its rows in an order that is a pure function of the
 * epoch.
 */
public interface BatchSource {
  /** Rows of an epoch. */
  int rows();

  /**
   * Puts the rows at {@code position .. position + count - 1} of the epoch's order into the batch's
   * first {@code count} rows, one after the other.
   */
  void load(int epoch, int position, int count, Batch batch);
}
