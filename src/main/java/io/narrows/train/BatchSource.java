package io.narrows.train;

import io.narrows.nn.Network;

/**
 * Where a worker's minibatches come from: its rows in an order that is a pure function of the
 * epoch.
 */
public interface BatchSource {
  /** Rows of an epoch. */
  int rows();

  /**
   * Puts the rows at {@code position .. position + count - 1} of the epoch's order into the
   * network's first {@code count} rows.
   */
  void load(int epoch, int position, int count, Network network);
}
