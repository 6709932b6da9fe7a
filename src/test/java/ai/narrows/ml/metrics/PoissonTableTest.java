package ai.narrows.ml.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoissonTableTest {
  private static final long ALL = 1L << 32;

  /** The share of uniform draws that give k is exp(-1) / k!, to the 32 bits that a draw has. */
  @Test
  void probabilitiesOfMeanOne() {
    PoissonTable table = new PoissonTable(1);
    double expected = Math.exp(-1);
    long from = 0;
    for (int k = 0; k < 10; k++) {
      long to = firstAbove(table, k);
      assertThat((to - from) / (double) ALL).isCloseTo(expected, within(2.0 / ALL));
      from = to;
      expected /= k + 1;
    }
    assertThat(table.draw(ALL - 1)).isBetween(11, 20);
  }

  /** The least draw that gives more than k. */
  private static long firstAbove(PoissonTable table, int k) {
    long low = 0;
    long high = ALL;
    while (low < high) {
      long middle = (low + high) / 2;
      if (table.draw(middle) > k) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 63, 1000, 1_000_000, 2_000_000_000})
  void meanAndVarianceAreEqual(int mean) {
    PoissonTable table = new PoissonTable(mean);
    SplittableRandom random = new SplittableRandom(1);
    int n = 200_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double from = table.draw(random.nextLong(ALL)) - (double) mean;
      sum += from;
      squares += from * from;
    }
    double standardError = Math.sqrt(mean / (double) n);
    assertThat(sum / n).isCloseTo(0, within(4 * standardError));
    assertThat(squares / n / mean).isCloseTo(1, within(0.03));
  }
}
