package io.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;

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
}
