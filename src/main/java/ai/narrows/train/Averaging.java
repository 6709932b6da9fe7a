package ai.narrows.train;

import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.Labelled;
import ai.narrows.optim.OuterStep;
import java.io.Serializable;

/**
 * When the workers' parameters are averaged, and what becomes of the average.
 *
 * @param frequency minibatch steps of a round, at least 1; 0 for a default
 * @param outerMomentum momentum of the {@link OuterStep}; -1 for a default
 * @param outerStepSize step size of the {@link OuterStep}
 * @param updaterState what the updaters remember of a round in the next one
 * @param synchronousEpochs length of the start, in epochs, in which rounds have one step and the
 *     average is assigned (post-local SGD: Lin et al. 2020, section 3)
 */
public record Averaging(
    int frequency,
    double outerMomentum,
    double outerStepSize,
    UpdaterStates updaterState,
    double synchronousEpochs)
    implements Serializable {

  /** What the updaters remember of a round in the next one. */
  public enum UpdaterStates implements Labelled {
    /** The average of what all remember. */
    AVERAGE("average"),
    /** Nothing. */
    RESET("reset");

    private final String label;

    UpdaterStates(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  public Averaging {
    if (frequency < 0) {
      throw new ParamException("averagingFrequency", "must be at least 0", frequency);
    }
    if (outerMomentum != -1 && !(outerMomentum >= 0 && outerMomentum < 1)) {
      throw new ParamException(
          "outerMomentum", "must be at least 0 and below 1, or -1", outerMomentum);
    }
    new OuterStep(0, outerStepSize); // checks it
    if (!(synchronousEpochs >= 0) || Double.isInfinite(synchronousEpochs)) {
      throw new ParamException("synchronousEpochs", "must be at least 0", synchronousEpochs);
    }
  }

  /** Plain averaging after every so many steps: averages are assigned, those of the states too. */
  public static Averaging every(int steps) {
    return new Averaging(steps, 0, 1, UpdaterStates.AVERAGE, 0);
  }

  /**
   * The same with values in the place of defaults.
   *
   * @param stepsPerEpoch steps of the longest shard in an epoch
   * @param workers that have rows
   */
  public Averaging resolved(int stepsPerEpoch, int workers) {
    int steps = frequency > 0 ? frequency : defaultFrequency(stepsPerEpoch, workers);
    return new Averaging(
        steps,
        outerMomentum >= 0 ? outerMomentum : defaultOuterMomentum(steps, workers),
        outerStepSize,
        updaterState,
        synchronousEpochs);
  }

  /**
   * An epoch in three equal rounds, or in more where one would have over 100 steps, or in fewer
   * where it would have under 10; a whole epoch with one worker, where averaging changes nothing.
   */
  private static int defaultFrequency(int stepsPerEpoch, int workers) {
    if (workers == 1) {
      return stepsPerEpoch;
    }
    int longest = Math.max(10, Math.min(100, (stepsPerEpoch + 2) / 3));
    int rounds = (stepsPerEpoch + longest - 1) / longest;
    return (stepsPerEpoch + rounds - 1) / rounds;
  }

  /** In shorter rounds momentum has more often done harm than good (docs/tuning.md). */
  private static double defaultOuterMomentum(int frequency, int workers) {
    return workers > 1 && frequency >= 20 ? 0.5 : 0;
  }

  /** What is done with the average of a round's parameters, once momentum is no default. */
  OuterStep outerStep() {
    return new OuterStep(outerMomentum, outerStepSize);
  }

  /** The same in the first epoch, without momentum. */
  OuterStep firstOuterStep() {
    return new OuterStep(0, outerStepSize);
  }
}
