package ai.narrows.train;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a training stands after an epoch: all that going on from there depends on.
 *
 * @param state after the last epoch
 * @param velocity of the {@link ai.narrows.optim.OuterStep} [parameters], [0] where it has none
 * @param best state of the best epoch, {@code state} itself where that is the last
 * @param bestEpoch counted from 1; 0 before the first
 * @param bestLoss validation loss of the best epoch, infinite without validation rows
 * @param history one report per epoch, in order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
public record TrainingProgress(
    TrainingState state,
    float[] velocity,
    TrainingState best,
    int bestEpoch,
    double bestLoss,
    List<EpochReport> history) {

  public TrainingProgress {
    history = List.copyOf(history);
  }

  /** Before the first epoch. */
  public static TrainingProgress start(TrainingState state, float[] velocity) {
    return new TrainingProgress(state, velocity, state, 0, Double.POSITIVE_INFINITY, List.of());
  }

  /** Epochs that are done. */
  public int epochs() {
    return history.size();
  }

  /** Whether nothing is left to do: all epochs are done, or patience is at its end. */
  public boolean ended(TrainingOptions options) {
    return epochs() >= options.epochs()
        || (options.patience() > 0 && epochs() - bestEpoch >= options.patience());
  }

  /** After one more epoch. Without validation rows the last epoch is the best. */
  TrainingProgress after(EpochReport report, TrainingState next, float[] nextVelocity) {
    List<EpochReport> longer = new ArrayList<>(history);
    longer.add(report);
    boolean validated = !Double.isNaN(report.validationLoss());
    return !validated || report.validationLoss() < bestLoss
        ? new TrainingProgress(
            next,
            nextVelocity,
            next,
            report.epoch(),
            validated ? report.validationLoss() : bestLoss,
            longer)
        : new TrainingProgress(next, nextVelocity, best, bestEpoch, bestLoss, longer);
  }
}
