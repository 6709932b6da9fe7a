package ai.narrows.distributed;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which row goes where, a pure function of these numbers. The lowest ranks are the validation rows
 * and the next ones the calibration rows, both in runs of equal length; the training rows are dealt
 * to the shards like cards, so that shards differ by at most one row, and a shard's rows are cut
 * into blocks of equal length.
 *
 * @param rows all of them
 * @param validationRows how many of these are for validation
 * @param calibrationRows how many of these are for calibration
 * @param workers number of shards
 * @param maxBlockRows the most rows of a block
 * @param blocks what a block of training rows has of its shard
 */
record ShardPlan(
    long rows,
    long validationRows,
    long calibrationRows,
    int workers,
    int maxBlockRows,
    Blocks blocks)
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
    return rows - validationRows - calibrationRows;
  }

  private HeldOut validation() {
    return new HeldOut(0, validationRows, workers, maxBlockRows);
  }

  private HeldOut calibration() {
    return new HeldOut(validationRows, calibrationRows, workers, maxBlockRows);
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

  /** Blocks of a kind that every shard has, the last ones possibly empty. */
  int blocksPerShard(Rows kind) {
    return switch (kind) {
      case TRAINING -> blocksPerShard();
      case VALIDATION -> validation().blocksPerShard();
      case CALIBRATION -> calibration().blocksPerShard();
    };
  }

  /** Blocks of all kinds: those of every shard for each kind, in the order of the kinds. */
  int partitions() {
    return workers * Arrays.stream(Rows.values()).mapToInt(this::blocksPerShard).sum();
  }

  /** The blocks of a shard, in the order of the kinds. */
  IntStream partitionsOf(int worker) {
    return Arrays.stream(Rows.values())
        .flatMapToInt(
            kind ->
                IntStream.range(0, blocksPerShard(kind))
                    .map(block -> partition(kind, worker, block)));
  }

  /** Where a block of a shard lies among all. */
  int partition(Rows kind, int worker, int block) {
    return firstPartition(kind) + worker * blocksPerShard(kind) + block;
  }

  private int firstPartition(Rows kind) {
    int first = 0;
    for (Rows before : Rows.values()) {
      if (before == kind) {
        return first;
      }
      first += workers * blocksPerShard(before);
    }
    throw new IllegalArgumentException(kind.toString());
  }

  private Rows kindOf(int partition) {
    if (partition < firstPartition(Rows.VALIDATION)) {
      return Rows.TRAINING;
    }
    return partition < firstPartition(Rows.CALIBRATION) ? Rows.VALIDATION : Rows.CALIBRATION;
  }

  /** The block that the row of a rank belongs to. */
  int partitionOf(long rank) {
    if (rank < validationRows) {
      return firstPartition(Rows.VALIDATION) + validation().blockOf(rank);
    }
    if (rank < validationRows + calibrationRows) {
      return firstPartition(Rows.CALIBRATION) + calibration().blockOf(rank);
    }
    long place = rank - validationRows - calibrationRows;
    long placeInShard = place / workers;
    long block =
        blocks == Blocks.DEALT ? placeInShard % blocksPerShard() : placeInShard / blockRows();
    return (int) (place % workers) * blocksPerShard() + (int) block;
  }

  /** Number of rows that a block must hold. */
  int rowsOf(int partition) {
    Rows kind = kindOf(partition);
    int block = partition - firstPartition(kind);
    return switch (kind) {
      case TRAINING -> rowsOf(block / blocksPerShard(), block % blocksPerShard());
      case VALIDATION -> validation().rowsOf(block);
      case CALIBRATION -> calibration().rowsOf(block);
    };
  }

  /**
   * Rank of a block's first row, 0 for training rows: a validation row's rank is the key of its
   * noise.
   */
  long firstRowOf(int partition) {
    Rows kind = kindOf(partition);
    int block = partition - firstPartition(kind);
    return switch (kind) {
      case TRAINING -> 0;
      case VALIDATION -> validation().firstRankOf(block);
      case CALIBRATION -> calibration().firstRankOf(block);
    };
  }

  /**
   * Rows that are not trained on, in a run of ranks for each worker; blocks are counted over all
   * shards.
   *
   * @param first rank of the first of them
   * @param rows how many there are
   */
  private record HeldOut(long first, long rows, int workers, int maxBlockRows) {
    private long run() {
      return (rows + workers - 1) / workers;
    }

    int blocksPerShard() {
      return (int) ((run() + maxBlockRows - 1) / maxBlockRows);
    }

    int blockOf(long rank) {
      long place = rank - first;
      int worker = (int) (place / run());
      return worker * blocksPerShard() + (int) (place % run() / maxBlockRows);
    }

    private long start(int block) {
      return (block / blocksPerShard()) * run() + (long) placeInRun(block);
    }

    private int placeInRun(int block) {
      return block % blocksPerShard() * maxBlockRows;
    }

    long firstRankOf(int block) {
      return first + start(block);
    }

    int rowsOf(int block) {
      return clamp(Math.min(run() - placeInRun(block), rows - start(block)), maxBlockRows);
    }
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  private static int clamp(long value, int most) {
    return (int) Math.max(0, Math.min(most, value));
  }
}
