package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardPlanTest {
  /**
   * Every rank has one place; every block gets just the rows that the plan promises, validation
   * rows in runs of ranks.
   */
  @ParameterizedTest
  @CsvSource({
    "1000,0,4,1000",
    "1000,100,4,7",
    "10,3,4,2",
    "3,0,8,5",
    "3,2,8,1",
    "1,0,1,1",
    "997,99,7,13"
  })
  void dealsEveryRowOnce(long rows, long validation, int workers, int maxBlockRows) {
    for (ShardPlan.Blocks blocks : ShardPlan.Blocks.values()) {
      dealsEveryRowOnce(new ShardPlan(rows, validation, workers, maxBlockRows, blocks));
    }
  }

  private static void dealsEveryRowOnce(ShardPlan plan) {
    long rows = plan.rows();
    long validation = plan.validationRows();
    int workers = plan.workers();
    int[] found = new int[plan.partitions()];
    long[] first = new long[plan.partitions()];
    Arrays.fill(first, -1);
    for (long rank = 0; rank < rows; rank++) {
      int partition = plan.partitionOf(rank);
      if (rank < validation) {
        if (first[partition] < 0) {
          first[partition] = rank;
          assertThat(plan.firstRowOf(partition)).isEqualTo(rank);
        }
        assertThat(rank).isEqualTo(first[partition] + found[partition]);
      }
      found[partition]++;
    }
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
