package ai.narrows.train;

import ai.narrows.nn.Batch;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import java.util.function.IntFunction;

/**
 * A shard's blocks, their order and the rows within each drawn anew for every epoch from (seed,
 * epoch, worker). A block is opened when its first row is asked for and let go when the next one
 * is; a batch may span blocks.
 */
public final class ShuffledBlocks implements BatchSource {
  private final long seed;
  private final int worker;
  private final int[] blockRows; // [blocks]
  private final IntFunction<PixelBlock> blocks;
  private final int rows;
  private final RandomStream random = new RandomStream(0, Purpose.BLOCK_ORDER, 0, 0, 0);

  private final int[] blockOrder; // [blocks], valid for orderedEpoch
  private int orderedEpoch = -1;

  private int openStart; // position of its first row
  private int openEpoch = -1;
  private PixelBlock open;
  private int[] rowOrder = new int[0]; // [open.rows()]

  /**
   * A source over blocks that are opened on demand.
   *
   * @param blockRows number of rows of each block
   * @param blocks opens the block of an index
   */
  public ShuffledBlocks(long seed, int worker, int[] blockRows, IntFunction<PixelBlock> blocks) {
    this.seed = seed;
    this.worker = worker;
    this.blockRows = blockRows.clone();
    this.blocks = blocks;
    blockOrder = new int[blockRows.length];
    int sum = 0;
    for (int n : blockRows) {
      sum = Math.addExact(sum, n);
    }
    rows = sum;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public void load(int epoch, int position, int count, Batch batch) {
    for (int i = 0; i < count; i++) {
      int row = seek(epoch, position + i);
      open.copyRow(rowOrder[row], batch, i);
    }
  }

  /** Opens the block that holds a position; returns the position within it. */
  private int seek(int epoch, int position) {
    if (openEpoch == epoch && position >= openStart && position < openStart + open.rows()) {
      return position - openStart;
    }
    if (orderedEpoch != epoch) {
      random.restart(seed, Purpose.BLOCK_ORDER, epoch, worker, 0);
      random.permute(blockOrder, blockOrder.length);
      orderedEpoch = epoch;
    }
    int place = 0;
    int start = 0;
    while (position >= start + blockRows[blockOrder[place]]) {
      start += blockRows[blockOrder[place]];
      place++;
    }
    openBlock(epoch, place, start);
    return position - start;
  }

  private void openBlock(int epoch, int place, int start) {
    int block = blockOrder[place];
    open = null; // so that two blocks are never held at once
    open = blocks.apply(block);
    openStart = start;
    openEpoch = epoch;
    if (open.rows() != blockRows[block]) {
      throw new IllegalStateException(
          "block "
              + block
              + " of shard "
              + worker
              + " has "
              + open.rows()
              + " rows, not "
              + blockRows[block]);
    }
    if (rowOrder.length < open.rows()) {
      rowOrder = new int[open.rows()];
    }
    random.restart(seed, Purpose.ROW_ORDER, epoch, worker, block);
    random.permute(rowOrder, open.rows());
  }
}
