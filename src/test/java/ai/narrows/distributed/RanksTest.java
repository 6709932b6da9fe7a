package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RanksTest {
  @Test
  void orderedBitsSortAsTheNumbersDo() {
    double[] ascending = {
      Double.NEGATIVE_INFINITY,
      -1e300,
      -2,
      -1,
      -Double.MIN_VALUE,
      -0.0,
      0.0,
      Double.MIN_VALUE,
      0.5,
      1,
      1e300,
      Double.POSITIVE_INFINITY
    };
    for (int i = 1; i < ascending.length; i++) {
      assertThat(Long.compareUnsigned(Ranks.ordered(ascending[i - 1]), Ranks.ordered(ascending[i])))
          .isNegative();
    }
    for (double value : ascending) {
      assertThat(Ranks.unordered(Ranks.ordered(value))).isEqualTo(value);
    }
  }

  /** The ceil(share n)-th from below, whatever binary makes of the product. */
  @Test
  void quantilesAreValuesThatAreThere() {
    double[] values = {3, -1, 2, 9, 5};
    assertThat(Ranks.quantile(values.clone(), 1)).isEqualTo(9);
    assertThat(Ranks.quantile(values.clone(), 0.81)).isEqualTo(9);
    assertThat(Ranks.quantile(values.clone(), 0.8)).isEqualTo(5);
    assertThat(Ranks.quantile(values.clone(), 0.5)).isEqualTo(3);
    assertThat(Ranks.quantile(values.clone(), 1e-12)).isEqualTo(-1);
    assertThat(Ranks.quantile(new double[] {7}, 0.1)).isEqualTo(7);
    double[] hundred = IntStream.rangeClosed(1, 100).asDoubleStream().toArray();
    for (int percent = 1; percent <= 100; percent++) {
      assertThat(Ranks.quantile(hundred, percent / 100.0)).isEqualTo(percent);
    }
  }
}
