package ai.narrows.distributed;

import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * Which row goes where, a pure function of these numbers. The lowest ranks are the validation rows,
 * in runs of equal length; the training rows are dealt to the shards like cards, so that shards
 * differ by at most one row, and a shard's rows are cut into blocks of equal length.
 *
 * @param rows all of them
 * @param validationRows how many of these are for validation
 * @param workers number of shards
 * @param maxBlockRows the most rows of a block
 * @param blocks what a block of training rows has of its shard
 */
record ShardPlan(long rows, long validationRows, int workers, int maxBlockRows, Blocks blocks)
    implements Serializable {

  /** How the training rows of a shard, in the order of their ranks, become blocks. */
  enum Blocks {
    /** A run of them: ranks are as good as a shuffle. */
    RUNS,
    /**
     * Every so manieth of them: neighbours are patches of one image, which none is to be full of.
     */
    DEALT
  }

  long trainingRows() {
    return rows - validationRows;
  }

  int shardRows(int worker) {
    return Math.toIntExact((trainingRows() - worker + workers - 1) / workers);
  }

  int longestShard() {
    return shardRows(0);
  }

  /** Blocks of every shard, the last ones possibly empty. */
  int blocksPerShard() {
    return Math.max(1, ceilDiv(longestShard(), maxBlockRows));
  }

  /** Rows of a shard's blocks but the last. */
  int blockRows() {
    return Math.max(1, ceilDiv(longestShard(), blocksPerShard()));
  }

  /** Rows of one block. */
  int rowsOf(int worker, int block) {
    if (blocks == Blocks.DEALT) {
      int rest = shardRows(worker) - block + blocksPerShard() - 1;
      return Math.max(0, rest / blocksPerShard());
    }
    return clamp(shardRows(worker) - (long) block * blockRows(), blockRows());
  }

  int validationBlocksPerShard() {
    long run = (validationRows + workers - 1) / workers;
    return (int) ((run + maxBlockRows - 1) / maxBlockRows);
  }

  private long validationRun() {
    return Math.max(1, (validationRows + workers - 1) / workers);
  }

  /** Rank of the first row of a validation block. */
  long validationStart(int worker, int block) {
    return worker * validationRun() + (long) block * maxBlockRows;
  }

  int validationRowsOf(int worker, int block) {
    long runLeft = validationRun() - (long) block * maxBlockRows;
    long allLeft = validationRows - validationStart(worker, block);
    return clamp(Math.min(runLeft, allLeft), maxBlockRows);
  }

  /** Blocks of all kinds: every shard's training blocks, then every shard's validation blocks. */
  int partitions() {
    return workers * (blocksPerShard() + validationBlocksPerShard());
  }

  /** The blocks of a shard: those for training, then those for validation. */
  IntStream partitionsOf(int worker) {
    return IntStream.concat(
        IntStream.range(0, blocksPerShard()).map(block -> trainingPartition(worker, block)),
        IntStream.range(0, validationBlocksPerShard())
            .map(block -> validationPartition(worker, block)));
  }

  int trainingPartition(int worker, int block) {
    return worker * blocksPerShard() + block;
  }

  int validationPartition(int worker, int block) {
    return workers * blocksPerShard() + worker * validationBlocksPerShard() + block;
  }

  /** The block that the row of a rank belongs to. */
  int partitionOf(long rank) {
    if (rank < validationRows) {
      int worker = (int) (rank / validationRun());
      return validationPartition(worker, (int) (rank % validationRun() / maxBlockRows));
    }
    long place = rank - validationRows;
    long placeInShard = place / workers;
    return trainingPartition(
        (int) (place % workers),
        (int)
            (blocks == Blocks.DEALT
                ? placeInShard % blocksPerShard()
                : placeInShard / blockRows()));
  }

  /** Number of rows that a block must hold. */
  int rowsOf(int partition) {
    int training = workers * blocksPerShard();
    if (partition < training) {
      return rowsOf(partition / blocksPerShard(), partition % blocksPerShard());
    }
    int validation = partition - training;
    return validationRowsOf(
        validation / validationBlocksPerShard(), validation % validationBlocksPerShard());
  }

  /**
   * Place of a block's first row among the rows of its kind: a validation row's rank is the key of
   * its noise.
   */
  long firstRowOf(int partition) {
    int validation = partition - workers * blocksPerShard();
    return validation < 0
        ? 0
        : validationStart(
            validation / validationBlocksPerShard(), validation % validationBlocksPerShard());
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  private static int clamp(long value, int most) {
    return (int) Math.max(0, Math.min(most, value));
  }
}
