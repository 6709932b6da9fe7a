package ai.narrows.optim;

import ai.narrows.message.ParamException;
import java.io.Serializable;

/**
 * The step that ends a round of several workers: from where the round began, along the way to their
 * average, with Nesterov's momentum over the rounds (SlowMo: Wang et al. 2020, algorithm 1; in
 * Nesterov's form DiLoCo: Douillard et al. 2023, algorithm 1). The way takes the place that the
 * gradient has in a minibatch step:
 *
 * <pre>
 *   delta      = average - parameters
 *   velocity   = momentum * velocity + delta
 *   parameters = parameters + stepSize * (delta + momentum * velocity)
 * </pre>
 *
 * <p>A way that stays the same is gone 1 / (1 - momentum) times as fast in the end.
 *
 * @param momentum share of the velocity that stays, in [0, 1)
 * @param stepSize share of the way that is gone, positive
 */
public record OuterStep(double momentum, double stepSize) implements Serializable {
  /** The average becomes the parameters, as it is. */
  public static final OuterStep ASSIGN = new OuterStep(0, 1);

  public OuterStep {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new ParamException("outerMomentum", "must be at least 0 and below 1", momentum);
    }
    if (!(stepSize > 0) || Double.isInfinite(stepSize)) {
      throw new ParamException("outerStepSize", "must be positive", stepSize);
    }
  }

  /** Whether the average is the result, to the bit. */
  public boolean assigns() {
    return equals(ASSIGN);
  }

  /** Velocity to begin with: zeros [parameters], or [0] without momentum. */
  public float[] velocity(int parameters) {
    return new float[momentum == 0 ? 0 : parameters];
  }

  /**
   * Takes the step, in double.
   *
   * @param start [n or more], its first n values those of where the round began
   * @param values [n or more], the first n the average's, overwritten with the new parameters
   * @param velocity [n], changed; [0] without momentum
   */
  public void step(int n, float[] start, float[] values, float[] velocity) {
    for (int i = 0; i < n; i++) {
      double delta = (double) values[i] - start[i];
      double way = delta;
      if (momentum > 0) {
        velocity[i] = (float) (momentum * velocity[i] + delta);
        way += momentum * velocity[i];
      }
      values[i] = (float) (start[i] + stepSize * way);
    }
  }
}
