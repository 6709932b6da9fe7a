package ai.narrows.distributed;

import ai.narrows.train.PixelBlock;

/**
 * A worker's blocks as its task sees them; a block is fetched when it is opened.
 *
 * @param worker index from 0
 * @param blocks opens them
 */
record Shard(int worker, Opening blocks) {

  /** How a block is opened. */
  interface Opening {
    PixelBlock open(Rows kind, int block);
  }

  /** One of its blocks. */
  PixelBlock open(Rows kind, int block) {
    return blocks.open(kind, block);
  }
}
