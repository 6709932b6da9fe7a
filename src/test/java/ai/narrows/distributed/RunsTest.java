package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunsTest {
  private static List<Integer> firsts(Runs runs) {
    List<Integer> firsts = new ArrayList<>();
    for (int run = 0; run < runs.size(); run++) {
      firsts.add(runs.first(run));
    }
    return firsts;
  }

  @Test
  void aRunEndsBeforeItHoldsTooMuch() {
    assertThat(firsts(new Runs(new long[] {0, 3, 6, 10, 10, 11, 30, 31}, 10)))
        .containsExactly(0, 4, 5, 6);
  }

  @Test
  void ofOnePartitionHoweverLarge() {
    assertThat(firsts(new Runs(new long[] {0, 50, 100}, 10))).containsExactly(0, 1);
    assertThat(firsts(new Runs(new long[] {0, 50}, 10))).containsExactly(0);
  }

  @Test
  void emptyPartitionsJoinTheOneBefore() {
    assertThat(firsts(new Runs(new long[] {0, 0, 0, 0}, 10))).containsExactly(0);
  }

  @Test
  void ofEqualLengths() {
    assertThat(firsts(Runs.ofLength(3, 7))).containsExactly(0, 3, 6);
    assertThat(firsts(Runs.ofLength(1, 3))).containsExactly(0, 1, 2);
  }
}
