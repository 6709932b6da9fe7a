package ai.narrows.train;

import java.io.Serializable;

/**
 * Whoever wants to know how training goes: progress, logs, metrics. Called on the driver, in the
 * thread that trains.
 */
public interface TrainingListener extends Serializable {
  /** A listener that does nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * Training is about to start.
   *
   * @param rows training rows
   * @param validationRows validation rows
   * @param calibrationRows rows held out for the threshold
   * @param skippedRows rows left out since they hold no sound image
   * @param workers how many share the work
   */
  default void started(
      long rows, long validationRows, long calibrationRows, long skippedRows, int workers) {}

  /**
   * What the defaults have come to.
   *
   * @param workers that have rows
   */
  default void planned(TrainingOptions options, RoundPlan plan, int workers) {}

  /**
   * Training goes on from a checkpoint.
   *
   * @param epoch the last one that is done, counted from 1
   */
  default void resumed(int epoch, int epochs) {}

  /**
   * A round is about to start.
   *
   * @param epoch counted from 1
   * @param round counted from 1
   */
  default void roundStarted(int epoch, int epochs, int round, int rounds) {}

  /** A round is over: the moment to show how far training is. May come some 100 times a second. */
  default void roundFinished(RoundReport report) {}

  /** An epoch is over. */
  default void epochFinished(EpochReport report, int epochs) {}

  /**
   * Training is over.
   *
   * @param bestEpoch the epoch whose parameters are kept, counted from 1
   */
  default void finished(int bestEpoch) {}

  /** This listener and another: both are told, this one first. */
  default TrainingListener and(TrainingListener other) {
    return new BothListeners(this, other);
  }
}
