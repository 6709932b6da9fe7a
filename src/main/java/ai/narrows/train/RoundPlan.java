package ai.narrows.train;

import ai.narrows.optim.OuterStep;
import java.util.Arrays;

/**
 * The rounds of a training, and how the next one begins where one has ended.
 *
 * @param stepsPerEpoch steps of the longest shard in an epoch
 * @param averaging without defaults
 */
public record RoundPlan(int stepsPerEpoch, Averaging averaging) {

  /**
   * A round's place in its epoch.
   *
   * @param firstStep counted from 0
   * @param steps of the longest shard, at least 1
   * @param synchronous whether it belongs to the synchronous start
   * @param first whether it belongs to the first epoch, in which the outer step has no momentum
   */
  public record Round(int firstStep, int steps, boolean synchronous, boolean first) {}

  /** Number of rounds of an epoch; epochs are counted from 0. */
  public int rounds(int epoch) {
    int synchronous = synchronousSteps(epoch);
    int left = stepsPerEpoch - synchronous;
    return synchronous + (left == 0 ? 0 : 1 + (left - 1) / averaging.frequency());
  }

  /** A round of an epoch; both are counted from 0. */
  public Round round(int epoch, int round) {
    int synchronous = synchronousSteps(epoch);
    if (round < synchronous) {
      return new Round(round, 1, true, epoch == 0);
    }
    int first = synchronous + (round - synchronous) * averaging.frequency();
    return new Round(
        first, Math.min(averaging.frequency(), stepsPerEpoch - first), false, epoch == 0);
  }

  /** How many of an epoch's steps, from its first on, belong to the synchronous start. */
  private int synchronousSteps(int epoch) {
    double all = Math.rint(averaging.synchronousEpochs() * stepsPerEpoch);
    return (int) Math.max(0, Math.min(stepsPerEpoch, all - (double) epoch * stepsPerEpoch));
  }

  /** The outer step's velocity to begin with: zeros [parameters], or [0] where it has none. */
  public float[] velocity(int parameters) {
    return averaging.outerStep().velocity(parameters);
  }

  /**
   * The state that the next round begins with.
   *
   * <p>In the first epoch all workers move far, and in the same direction: to go on in it beyond
   * their average can kill units (docs/tuning.md).
   *
   * @param start that this round began with
   * @param average of the workers' states at its end
   * @param velocity of the outer step, changed
   */
  TrainingState next(Round round, TrainingState start, TrainingState average, float[] velocity) {
    OuterStep outer = round.first() ? averaging.firstOuterStep() : averaging.outerStep();
    boolean resets = averaging.updaterState() == Averaging.UpdaterStates.RESET;
    if (round.synchronous() || (outer.assigns() && !resets)) {
      return average;
    }
    int n = average.parameterCount();
    float[] values = average.values().clone();
    if (!outer.assigns()) {
      outer.step(n, start.values(), values, velocity);
    }
    if (resets) {
      Arrays.fill(values, n, values.length, 0);
    }
    return new TrainingState(values, n, resets ? 0 : average.updates());
  }
}
