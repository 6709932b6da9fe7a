package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardPlanTest {
  /**
   * Every rank has one place; every block gets just the rows that the plan promises, validation and
   * calibration rows in runs of ranks.
   */
  @ParameterizedTest
  @CsvSource({
    "1000,0,0,4,1000",
    "1000,100,0,4,7",
    "1000,0,100,4,7",
    "1000,100,51,4,7",
    "10,3,4,4,2",
    "3,0,0,8,5",
    "3,2,0,8,1",
    "3,1,1,8,1",
    "1,0,0,1,1",
    "997,99,202,7,13"
  })
  void dealsEveryRowOnce(
      long rows, long validation, long calibration, int workers, int maxBlockRows) {
    for (ShardPlan.Blocks blocks : ShardPlan.Blocks.values()) {
      dealsEveryRowOnce(
          new ShardPlan(rows, validation, calibration, workers, maxBlockRows, blocks));
    }
  }

  private static void dealsEveryRowOnce(ShardPlan plan) {
    long rows = plan.rows();
    long heldOut = plan.validationRows() + plan.calibrationRows();
    int workers = plan.workers();
    int[] found = new int[plan.partitions()];
    Map<Integer, Rows> kinds = new HashMap<>();
    for (int worker = 0; worker < workers; worker++) {
      for (Rows kind : Rows.values()) {
        for (int block = 0; block < plan.blocksPerShard(kind); block++) {
          kinds.put(plan.partition(kind, worker, block), kind);
        }
      }
    }
    assertThat(kinds).hasSize(plan.partitions());
    Map<Rows, Long> held = new EnumMap<>(Rows.class);
    long[] first = new long[plan.partitions()];
    Arrays.fill(first, -1);
    for (long rank = 0; rank < rows; rank++) {
      int partition = plan.partitionOf(rank);
      if (rank < heldOut) {
        if (first[partition] < 0) {
          first[partition] = rank;
          assertThat(plan.firstRowOf(partition)).isEqualTo(rank);
        }
        assertThat(rank).isEqualTo(first[partition] + found[partition]);
      }
      found[partition]++;
      held.merge(kinds.get(partition), 1L, Long::sum);
    }
    assertThat(held.getOrDefault(Rows.TRAINING, 0L)).isEqualTo(plan.trainingRows());
    assertThat(held.getOrDefault(Rows.VALIDATION, 0L)).isEqualTo(plan.validationRows());
    assertThat(held.getOrDefault(Rows.CALIBRATION, 0L)).isEqualTo(plan.calibrationRows());
    for (int partition = 0; partition < found.length; partition++) {
      assertThat(plan.rowsOf(partition))
          .as("block %d", partition)
          .isEqualTo(found[partition])
          .isLessThanOrEqualTo(plan.maxBlockRows());
    }
    for (int worker = 0; worker < workers; worker++) {
      assertThat(plan.longestShard() - plan.shardRows(worker)).isBetween(0, 1);
      int sum = 0;
      for (int block = 0; block < plan.blocksPerShard(); block++) {
        sum += plan.rowsOf(worker, block);
      }
      assertThat(sum).isEqualTo(plan.shardRows(worker));
    }
  }
}
