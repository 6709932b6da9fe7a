package ai.narrows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.optim.OuterStep;
import ai.narrows.train.Averaging.UpdaterStates;
import ai.narrows.train.RoundPlan.Round;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How epochs divide into rounds, and what a round begins with. */
class RoundPlanTest {
  private static RoundPlan plan(int stepsPerEpoch, int frequency, double synchronousEpochs) {
    return new RoundPlan(
        stepsPerEpoch, new Averaging(frequency, 0, 1, UpdaterStates.AVERAGE, synchronousEpochs));
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,0",
    "7,3,0",
    "7,7,1",
    "7,100,0.5",
    "10,4,1.3",
    "10,4,2.01",
    "9,2,100",
    "7,2147483647,0"
  })
  void everyStepIsInOneRound(int stepsPerEpoch, int frequency, double synchronousEpochs) {
    RoundPlan plan = plan(stepsPerEpoch, frequency, synchronousEpochs);
    long synchronous = Math.round(synchronousEpochs * stepsPerEpoch);
    for (int epoch = 0; epoch < 4; epoch++) {
      int next = 0;
      for (int r = 0; r < plan.rounds(epoch); r++) {
        Round round = plan.round(epoch, r);
        assertThat(round.firstStep()).isEqualTo(next);
        boolean early = (long) epoch * stepsPerEpoch + next < synchronous;
        assertThat(round.synchronous()).isEqualTo(early);
        assertThat(round.steps()).isBetween(1, early ? 1 : frequency);
        next += round.steps();
      }
      assertThat(next).isEqualTo(stepsPerEpoch);
    }
  }

  @Test
  void theSynchronousStartMayEndWithinAnEpoch() {
    RoundPlan plan = plan(10, 4, 1.3);
    assertThat(plan.rounds(0)).isEqualTo(10);
    assertThat(plan.rounds(1)).isEqualTo(3 + 2);
    assertThat(plan.rounds(2)).isEqualTo(3);
    assertThat(plan.round(1, 2)).isEqualTo(new Round(2, 1, true, false));
    assertThat(plan.round(1, 3)).isEqualTo(new Round(3, 4, false, false));
    assertThat(plan.round(1, 4)).isEqualTo(new Round(7, 3, false, false));
  }

  @Test
  void theOuterStepMovesTheParametersAlone() {
    Averaging averaging = new Averaging(2, 0.5, 0.9, UpdaterStates.AVERAGE, 0);
    RoundPlan plan = new RoundPlan(6, averaging);
    OuterStep outer = new OuterStep(0.5, 0.9);
    float[] velocity = plan.velocity(2);
    float[] expectedVelocity = new float[2];
    TrainingState start = new TrainingState(new float[] {1, 2, 8, 9}, 2, 3);
    for (int round = 0; round < 3; round++) {
      float[] values = {2 + round, 1, 4, 5};
      TrainingState average = new TrainingState(values, 2, 5);
      float[] expected = values.clone();
      outer.step(2, start.values(), expected, expectedVelocity);
      start = plan.next(plan.round(1, round), start, average, velocity);
      assertThat(start.values()).isEqualTo(expected).endsWith(4, 5);
      assertThat(start.updates()).isEqualTo(5);
      assertThat(velocity).isEqualTo(expectedVelocity);
      assertThat(values)
          .as("the average, which others may hold")
          .containsExactly(2 + round, 1, 4, 5);
    }
  }

  @Test
  void theFirstEpochHasNoMomentum() {
    TrainingState start = new TrainingState(new float[] {1, 2, 8, 9}, 2, 3);
    TrainingState average = new TrainingState(new float[] {3, 4, 5, 6}, 2, 5);
    RoundPlan plan = new RoundPlan(6, new Averaging(2, 0.5, 1, UpdaterStates.AVERAGE, 0));
    float[] velocity = plan.velocity(2);
    assertThat(plan.next(plan.round(0, 2), start, average, velocity)).isSameAs(average);
    assertThat(velocity).containsExactly(0, 0);
    plan = new RoundPlan(6, new Averaging(2, 0.5, 0.5, UpdaterStates.AVERAGE, 0));
    assertThat(plan.next(plan.round(0, 0), start, average, velocity).values())
        .containsExactly(2, 3, 5, 6);
    assertThat(velocity).containsExactly(0, 0);
  }

  @Test
  void resettingForgetsAllButTheParameters() {
    RoundPlan plan = new RoundPlan(6, new Averaging(2, 0, 1, UpdaterStates.RESET, 0));
    TrainingState start = new TrainingState(new float[] {1, 2, 8, 9}, 2, 3);
    TrainingState average = new TrainingState(new float[] {3, 4, 5, 6}, 2, 5);
    TrainingState next = plan.next(plan.round(0, 0), start, average, plan.velocity(2));
    assertThat(next.values()).containsExactly(3, 4, 0, 0);
    assertThat(next.updates()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"AVERAGE, 0", "RESET, 1"})
  void plainAveragesAndThoseOfTheSynchronousStartAreAssigned(
      UpdaterStates states, double synchronousEpochs) {
    double momentum = synchronousEpochs > 0 ? 0.5 : 0;
    RoundPlan plan = new RoundPlan(6, new Averaging(2, momentum, 1, states, synchronousEpochs));
    TrainingState start = new TrainingState(new float[] {1, 2, 8, 9}, 2, 3);
    TrainingState average = new TrainingState(new float[] {3, 4, 5, 6}, 2, 5);
    assertThat(plan.next(plan.round(0, 0), start, average, plan.velocity(2))).isSameAs(average);
    assertThat(plan.velocity(2)).hasSize(momentum > 0 ? 2 : 0);
  }

  /** What is asked for stays; only defaults depend on anything. */
  @ParameterizedTest
  @CsvSource({
    "0, -1, 469, 1, 469, 0",
    "0, -1, 235, 2, 79, 0.5",
    "0, -1, 59, 8, 20, 0.5",
    "0, -1, 30, 16, 10, 0",
    "0, -1, 9, 64, 9, 0",
    "0, -1, 1, 500, 1, 0",
    "19, -1, 235, 2, 19, 0",
    "20, -1, 235, 2, 20, 0.5",
    "50, 0, 235, 2, 50, 0",
    "500, 0.9, 235, 1, 500, 0.9"
  })
  void defaultsFollowFromStepsAndWorkers(
      int frequency,
      double momentum,
      int stepsPerEpoch,
      int workers,
      int expectedFrequency,
      double expectedMomentum) {
    Averaging asked = new Averaging(frequency, momentum, 0.8, UpdaterStates.RESET, 1.5);
    assertThat(asked.resolved(stepsPerEpoch, workers))
        .isEqualTo(
            new Averaging(expectedFrequency, expectedMomentum, 0.8, UpdaterStates.RESET, 1.5));
  }

  @Test
  void refusesWhatCannotBe() {
    refused(-1, 0, 1, 0, "averagingFrequency must be at least 0, but is -1");
    refused(1, 1, 1, 0, "outerMomentum must be at least 0 and below 1, or -1, but is 1.0");
    refused(1, -0.5, 1, 0, "outerMomentum must be at least 0 and below 1, or -1, but is -0.5");
    refused(1, 0, 0, 0, "outerStepSize must be positive, but is 0.0");
    refused(1, 0, 1, -1, "synchronousEpochs must be at least 0, but is -1.0");
    refused(1, 0, 1, Double.NaN, "synchronousEpochs must be at least 0, but is NaN");
  }

  private static void refused(
      int frequency, double momentum, double stepSize, double synchronousEpochs, String message) {
    assertThatThrownBy(
            () ->
                new Averaging(
                    frequency, momentum, stepSize, UpdaterStates.AVERAGE, synchronousEpochs))
        .hasMessage(message);
  }
}
