package io.narrows.train;

/** The loss has left the finite numbers: going on is pointless. */
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TrainingDivergedException(int epoch, int round, double loss, double stepSize) {
    super(
        String.format(
            "training diverged in epoch %d, round %d: the loss is %s; lower stepSize (now %s) or set gradientClipNorm",
            epoch, round, loss, stepSize));
  }
}
