package io.narrows.train;

import io.narrows.optim.StepSize;
import java.util.Locale;

/** The loss or a parameter has left the finite numbers: going on is pointless. */
public final class TrainingDivergedException extends TrainingException {
  private static final long serialVersionUID = 1L;

  TrainingDivergedException(int epoch, int round, double loss, StepSize stepSize) {
    super(
        String.format(
            Locale.ROOT,
            "training diverged in epoch %d, round %d: the loss is %s%s; lower stepSize (now %s%s) or set gradientClipNorm",
            epoch,
            round,
            loss,
            Double.isFinite(loss) ? ", but parameters are not finite any more" : "",
            stepSize.base(),
            stepSize.factor() == 1
                ? ""
                : String.format(Locale.ROOT, " x %.3g", stepSize.factor())));
  }
}
