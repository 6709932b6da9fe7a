package ai.narrows.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The outer step against Nesterov's momentum as Sutskever et al. 2013 write it, in double. */
class OuterStepTest {

  /**
   * Sutskever's form looks ahead: the gradient is taken at {@code theta + momentum * velocity},
   * which is the point that ours calls parameters. Here every round's average lies half way to a
   * goal.
   */
  @ParameterizedTest
  @CsvSource({"0, 1", "0, 0.5", "0.5, 1", "0.9, 0.7"})
  void isNesterovsMomentum(double momentum, double stepSize) {
    OuterStep outer = new OuterStep(momentum, stepSize);
    double[] goal = {3, -2, 0.5};
    float[] parameters = {1, 1, 1};
    float[] velocity = outer.velocity(3);
    double[] theta = {1, 1, 1};
    double[] speed = new double[3];
    for (int round = 0; round < 10; round++) {
      float[] values = new float[4];
      for (int i = 0; i < 3; i++) {
        values[i] = (float) (parameters[i] + 0.5 * (goal[i] - parameters[i]));
        double ahead = theta[i] + momentum * speed[i];
        speed[i] = momentum * speed[i] + stepSize * 0.5 * (goal[i] - ahead);
        theta[i] += speed[i];
      }
      values[3] = 7;
      outer.step(3, parameters, values, velocity);
      for (int i = 0; i < 3; i++) {
        assertThat((double) values[i]).isCloseTo(theta[i] + momentum * speed[i], within(1e-5));
      }
      assertThat(values[3]).as("beyond the parameters").isEqualTo(7);
      System.arraycopy(values, 0, parameters, 0, 3);
    }
  }

  @Test
  void hasAVelocityOnlyWithMomentum() {
    assertThat(new OuterStep(0, 0.5).velocity(5)).isEmpty();
    assertThat(new OuterStep(0.1, 1).velocity(5)).hasSize(5);
    assertThat(new OuterStep(0, 1).assigns()).isTrue();
    assertThat(new OuterStep(0, 0.5).assigns()).isFalse();
    assertThat(new OuterStep(0.1, 1).assigns()).isFalse();
  }

  @Test
  void refusesWhatIsNoMomentumOrStep() {
    assertThatThrownBy(() -> new OuterStep(1, 1))
        .hasMessage("outerMomentum must be at least 0 and below 1, but is 1.0");
    assertThatThrownBy(() -> new OuterStep(Double.NaN, 1))
        .hasMessage("outerMomentum must be at least 0 and below 1, but is NaN");
    assertThatThrownBy(() -> new OuterStep(0, 0))
        .hasMessage("outerStepSize must be positive, but is 0.0");
    assertThatThrownBy(() -> new OuterStep(0, Double.POSITIVE_INFINITY))
        .hasMessage("outerStepSize must be positive, but is Infinity");
  }
}
