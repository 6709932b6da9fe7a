package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConformalRankTest {
  private static final int MOST = 300;

  /** The ceil((n + 1)(1 - rate))-th smallest is the l-th largest. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.02, 0.05, 0.07, 0.1, 0.3, 0.5, 0.99})
  void isTheConformalQuantile(double rate) {
    for (int n = 1; n <= MOST; n++) {
      long fromBelow =
          BigDecimal.ONE
              .subtract(BigDecimal.valueOf(rate))
              .multiply(BigDecimal.valueOf(n + 1L))
              .setScale(0, RoundingMode.CEILING)
              .longValue();
      assertThat(ConformalRank.attained(n, rate)).isEqualTo(fromBelow <= n);
      assertThat(n + 1 - ConformalRank.unseen(n, rate))
          .as("%d scores", n)
          .isEqualTo(Math.min(n, fromBelow));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.005, 0.01, 0.02, 0.07, 0.1, 0.3, 1 / 3.0, 0.5, 0.99})
  void countsTheFewestThatAreEnough(double rate) {
    long enough = ConformalRank.enough(rate);
    assertThat(ConformalRank.attained(enough, rate)).isTrue();
    assertThat(ConformalRank.attained(enough - 1, rate)).isFalse();
  }

  /** 0.07 of 100 is 7.000000000000001 in binary, and 0.29 of 100 is 28.999999999999996. */
  @Test
  void ratesAreDecimals() {
    assertThat(ConformalRank.unseen(99, 0.07)).isEqualTo(7);
    assertThat(ConformalRank.unseen(99, 0.29)).isEqualTo(29);
    assertThat(ConformalRank.fitted(100, 0.29)).isEqualTo(30);
    assertThat(ConformalRank.enough(0.01)).isEqualTo(99);
  }

  @Test
  void aRateOfNothingTakesTheLargest() {
    assertThat(ConformalRank.unseen(1000, 0)).isEqualTo(1);
    assertThat(ConformalRank.fitted(1000, 0)).isEqualTo(1);
    assertThat(ConformalRank.attained(3, 0)).isTrue();
    assertThat(ConformalRank.unseen(3, 0.01)).isEqualTo(1);
    assertThat(ConformalRank.enough(Double.MIN_VALUE)).isGreaterThan(Long.MAX_VALUE / 2);
  }
}
