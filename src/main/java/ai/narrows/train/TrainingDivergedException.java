package ai.narrows.train;

import ai.narrows.message.Message;
import ai.narrows.optim.StepSize;
import java.util.Locale;

/** The loss or a parameter has left the finite numbers: going on is pointless. */
public final class TrainingDivergedException extends TrainingException {
  private static final long serialVersionUID = 1L;

  TrainingDivergedException(int epoch, int round, double loss, StepSize stepSize) {
    super(
        Message.of(
            "training diverged in epoch %s, round %s: the loss is %s%s; lower %s (now %s%s) or set %s",
            epoch,
            round,
            loss,
            Double.isFinite(loss) ? ", but parameters are not finite any more" : "",
            Message.param("stepSize"),
            stepSize.base(),
            stepSize.factor() == 1 ? "" : String.format(Locale.ROOT, " x %.3g", stepSize.factor()),
            Message.param("gradientClipNorm")));
  }
}
