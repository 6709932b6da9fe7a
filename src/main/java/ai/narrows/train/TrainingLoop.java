package ai.narrows.train;

/**
 * The epochs of a training: rounds, validation, early stopping, best epoch, history. How a round is
 * done is left open.
 */
public final class TrainingLoop {
  private TrainingLoop() {}

  /** A way of doing rounds. */
  public interface Rounds {
    /** One round; epoch and round counted from 0. */
    RoundResult run(TrainingState state, int epoch, int round);

    /** Mean loss over the validation rows, NaN if there are none. */
    double validationLoss(TrainingState state);

    /** An epoch is over: the moment to keep where training stands, if anybody wants to. */
    default void keep(TrainingProgress progress) {}
  }

  /**
   * Trains.
   *
   * @param plan how epochs divide into rounds
   * @param start where to go on, {@link TrainingProgress#start} for a new training
   * @throws TrainingDivergedException if the loss or a parameter leaves the finite numbers
   */
  public static TrainingResult run(
      TrainingOptions options,
      RoundPlan plan,
      TrainingProgress start,
      Rounds rounds,
      TrainingListener listener) {
    TrainingProgress progress = start;
    if (progress.epochs() > 0) {
      listener.resumed(progress.epochs(), options.epochs());
    }
    while (!progress.ended(options)) {
      progress = epoch(options, plan, progress, rounds, listener);
      rounds.keep(progress);
      listener.epochFinished(progress.history().get(progress.epochs() - 1), options.epochs());
    }
    listener.finished(progress.bestEpoch());
    return new TrainingResult(progress.best(), progress.bestEpoch(), progress.history());
  }

  private static TrainingProgress epoch(
      TrainingOptions options,
      RoundPlan plan,
      TrainingProgress progress,
      Rounds rounds,
      TrainingListener listener) {
    int epoch = progress.epochs();
    long begin = System.nanoTime();
    long computeNanos = 0;
    long examples = 0;
    double lossSum = 0;
    TrainingState state = progress.state();
    float[] velocity = progress.velocity().clone();
    int count = plan.rounds(epoch);
    for (int round = 0; round < count; round++) {
      listener.roundStarted(epoch + 1, options.epochs(), round + 1, count);
      RoundResult result = rounds.run(state, epoch, round);
      state = plan.next(plan.round(epoch, round), state, result.state(), velocity);
      boolean last = round + 1 == count;
      // The next round's loss would tell of parameters gone wrong; the last has none after it.
      if (!Double.isFinite(result.lossSum()) || (last && !state.isFinite())) {
        throw new TrainingDivergedException(
            epoch + 1, round + 1, result.lossSum() / result.examples(), options.stepSize());
      }
      examples += result.examples();
      lossSum += result.lossSum();
      computeNanos += result.computeNanos();
      long nanos = System.nanoTime() - begin;
      listener.roundFinished(
          new RoundReport(
              epoch + 1,
              options.epochs(),
              round + 1,
              count,
              examples,
              lossSum / examples,
              examples * 1e9 / nanos,
              communicationShare(computeNanos, nanos)));
    }
    long roundNanos = System.nanoTime() - begin;
    double validationLoss = rounds.validationLoss(state);
    EpochReport report =
        new EpochReport(
            epoch + 1,
            lossSum / examples,
            validationLoss,
            examples * 1e9 / roundNanos,
            communicationShare(computeNanos, roundNanos),
            (System.nanoTime() - begin) / 1e9);
    return progress.after(report, state, velocity);
  }

  /** Share of the rounds' time in which not even the slowest worker computed. */
  private static double communicationShare(long computeNanos, long roundNanos) {
    return Math.max(0, 1 - (double) computeNanos / roundNanos);
  }
}
