package io.narrows.train;

import java.util.ArrayList;
import java.util.List;

/**
 * The epochs of a training: rounds, validation, early stopping, best epoch, history. How a round is
 * done is left open.
 */
public final class TrainingLoop {
  private TrainingLoop() {}

  /** A way of doing rounds. */
  public interface Rounds {
    /** Rounds of an epoch. */
    int perEpoch();

    /** One round; epoch and round counted from 0. */
    RoundResult run(TrainingState state, int epoch, int round);

    /** Mean loss over the validation rows, NaN if there are none. */
    double validationLoss(TrainingState state);
  }

  /**
   * Trains.
   *
   * @throws TrainingDivergedException if the loss leaves the finite numbers
   */
  public static TrainingResult run(
      TrainingOptions options, TrainingState start, Rounds rounds, TrainingListener listener) {
    List<EpochReport> history = new ArrayList<>();
    TrainingState state = start;
    TrainingState best = start;
    int bestEpoch = 0;
    double bestLoss = Double.POSITIVE_INFINITY;
    for (int epoch = 0; epoch < options.epochs(); epoch++) {
      long begin = System.nanoTime();
      long computeNanos = 0;
      long examples = 0;
      double lossSum = 0;
      for (int round = 0; round < rounds.perEpoch(); round++) {
        listener.roundStarted(epoch + 1, options.epochs(), round + 1, rounds.perEpoch());
        RoundResult result = rounds.run(state, epoch, round);
        if (!Double.isFinite(result.lossSum())) {
          throw new TrainingDivergedException(
              epoch + 1, round + 1, result.lossSum(), options.stepSize().base());
        }
        state = result.state();
        examples += result.examples();
        lossSum += result.lossSum();
        computeNanos += result.computeNanos();
      }
      long roundNanos = System.nanoTime() - begin;
      double validationLoss = rounds.validationLoss(state);
      boolean validated = !Double.isNaN(validationLoss);
      EpochReport report =
          new EpochReport(
              epoch + 1,
              lossSum / examples,
              validationLoss,
              examples * 1e9 / roundNanos,
              Math.max(0, 1 - (double) computeNanos / roundNanos),
              (System.nanoTime() - begin) / 1e9);
      history.add(report);
      listener.epochFinished(report, options.epochs());
      if (!validated || validationLoss < bestLoss) {
        best = state;
        bestEpoch = epoch + 1;
        bestLoss = validated ? validationLoss : bestLoss;
      } else if (options.patience() > 0 && epoch + 1 - bestEpoch >= options.patience()) {
        break;
      }
    }
    listener.finished(bestEpoch);
    return new TrainingResult(best, bestEpoch, history);
  }
}
