package ai.narrows.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.kernels.RandomStream.Purpose;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
  @Test
  void isAFunctionOfItsKeyAlone() {
    RandomStream stream = new RandomStream(1, Purpose.ROW_ORDER, 2, 3, 4);
    long first = stream.nextLong();
    stream.nextGaussian();
    stream.restart(1, Purpose.ROW_ORDER, 2, 3, 4);
    assertThat(stream.nextLong()).isEqualTo(first);
  }

  @Test
  void neighbouringKeysGiveOtherStreams() {
    Set<Long> seen = new HashSet<>();
    for (Purpose purpose : Purpose.values()) {
      for (int a = -1; a < 4; a++) {
        for (int b = -1; b < 4; b++) {
          for (int c = -1; c < 4; c++) {
            for (long seed = -1; seed < 3; seed++) {
              seen.add(new RandomStream(seed, purpose, a, b, c).nextLong());
            }
          }
        }
      }
    }
    assertThat(seen).hasSize(Purpose.values().length * 125 * 4);
  }

  @Test
  void gaussiansHaveTheMomentsOfANormal() {
    int n = 200_000;
    RandomStream stream = new RandomStream(7, Purpose.TRAINING_NOISE, 0, 0, 0);
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    for (int i = 0; i < n; i++) {
      double x = stream.nextGaussian();
      sum += x;
      squares += x * x;
      fourths += x * x * x * x;
    }
    assertThat(sum / n).isCloseTo(0, within(0.01));
    assertThat(squares / n).isCloseTo(1, within(0.015));
    assertThat(fourths / n).isCloseTo(3, within(0.1));
  }

  @Test
  void permutationsHoldEveryNumberOnceAndEveryFirstIsAsLikely() {
    RandomStream stream = new RandomStream(7, Purpose.ROW_ORDER, 0, 0, 0);
    int[] order = new int[5];
    int[] firsts = new int[5];
    for (int i = 0; i < 10_000; i++) {
      stream.permute(order, 5);
      firsts[order[0]]++;
      int[] sorted = order.clone();
      Arrays.sort(sorted);
      assertThat(sorted).isEqualTo(IntStream.range(0, 5).toArray());
    }
    for (int count : firsts) {
      assertThat(count).isBetween(1850, 2150);
    }
  }
}
