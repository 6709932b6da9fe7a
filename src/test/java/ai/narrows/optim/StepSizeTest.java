package ai.narrows.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StepSizeTest {
  private static final double TINY = 1e-12;

  @Test
  void constantStaysAfterTheWarmUp() {
    StepSize size = new StepSize(0.1, new StepSize.Constant(), 2);
    assertThat(size.at(0, 0.5)).isCloseTo(0.025, within(TINY));
    assertThat(size.at(1, 0.5)).isCloseTo(0.075, within(TINY));
    assertThat(size.at(1.5, 0.5)).isEqualTo(0.1);
    assertThat(size.at(17, 0.5)).isEqualTo(0.1);
    assertThat(new StepSize(0.1, new StepSize.Constant(), 0).at(0, 0.01)).isEqualTo(0.1);
  }

  @Test
  void stepFallsEveryDecayEpochs() {
    StepSize size = new StepSize(1, new StepSize.Step(3, 0.5), 0);
    assertThat(size.at(2.99, 0.01)).isEqualTo(1);
    assertThat(size.at(3, 0.01)).isEqualTo(0.5);
    assertThat(size.at(6.5, 0.01)).isEqualTo(0.25);
  }

  @Test
  void cosineEndsAtZero() {
    StepSize size = new StepSize(2, new StepSize.Cosine(10), 0);
    assertThat(size.at(0, 0.01)).isEqualTo(2);
    assertThat(size.at(5, 0.01)).isCloseTo(1, within(TINY));
    assertThat(size.at(10, 0.01)).isCloseTo(0, within(TINY));
    assertThat(size.at(12, 0.01)).isCloseTo(0, within(TINY));
  }

  @Test
  void growsWithTheWorkers() {
    StepSize one = new StepSize(0.5, new StepSize.Step(2, 0.1), 1);
    StepSize four = one.times(StepSize.Scaling.SQRT.factor(4));
    for (double epoch : new double[] {0, 0.3, 1.5, 2.5}) {
      assertThat(four.at(epoch, 0.1)).isCloseTo(2 * one.at(epoch, 0.1), within(TINY));
      assertThat(one.times(StepSize.Scaling.SQRT.factor(1)).at(epoch, 0.1))
          .isEqualTo(one.at(epoch, 0.1));
    }
    assertThat(StepSize.Scaling.SQRT.factor(2)).isEqualTo(Math.sqrt(2));
    assertThat(StepSize.Scaling.SQRT.factor(1000)).isEqualTo(4);
    assertThat(StepSize.Scaling.LINEAR.factor(8)).isEqualTo(8);
    assertThat(StepSize.Scaling.NONE.factor(8)).isEqualTo(1);
  }

  @Test
  void refusesWhatIsNoSchedule() {
    assertThatThrownBy(() -> new StepSize(-1, new StepSize.Constant(), 0))
        .hasMessage("stepSize must be positive, but is -1.0");
    assertThatThrownBy(() -> new StepSize(Double.NaN, new StepSize.Constant(), 0))
        .hasMessage("stepSize must be positive, but is NaN");
    assertThatThrownBy(() -> new StepSize(1, new StepSize.Constant(), -1))
        .hasMessage("warmupEpochs must be at least 0, but is -1.0");
    assertThatThrownBy(() -> new StepSize.Step(0, 0.5))
        .hasMessage("decayEpochs must be at least 1, but is 0");
    assertThatThrownBy(() -> new StepSize.Step(1, 0))
        .hasMessage("decayRate must be above 0 and at most 1, but is 0.0");
    assertThatThrownBy(() -> new StepSize.Cosine(0))
        .hasMessage("epochs must be at least 1, but is 0");
  }
}
