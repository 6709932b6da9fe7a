package ai.narrows.train;

import ai.narrows.message.Shipped;

/** What a round left behind. */
public final class RoundResult implements Shipped {
  private static final long serialVersionUID = 1L;

  private final TrainingState state;
  private final long examples;
  private final double lossSum;
  private final long computeNanos;

  /**
   * Over these values; arrays are not copied.
   *
   * @param state after the round
   * @param examples rows seen
   * @param lossSum the objective's sum over these rows, each measured just before the step that
   *     used it
   * @param computeNanos time spent in steps; of several workers, the slowest one's
   */
  public RoundResult(TrainingState state, long examples, double lossSum, long computeNanos) {
    this.state = state;
    this.examples = examples;
    this.lossSum = lossSum;
    this.computeNanos = computeNanos;
  }

  /** After the round. */
  public TrainingState state() {
    return state;
  }

  /** Rows seen. */
  public long examples() {
    return examples;
  }

  /** The objective's sum over these rows, each measured just before the step that used it. */
  public double lossSum() {
    return lossSum;
  }

  /** Time spent in steps; of several workers, the slowest one's. */
  public long computeNanos() {
    return computeNanos;
  }
}
