package ai.narrows.optim;

import ai.narrows.message.ParamException;
import java.io.Serializable;

/**
 * Clipping of the whole gradient by its Euclidean norm (Pascanu et al. 2013, algorithm 1).
 *
 * @param norm the longest gradient that stays as it is; 0 switches clipping off
 */
public record Clipping(double norm) implements Serializable {
  public Clipping {
    if (!(norm >= 0) || Double.isInfinite(norm)) {
      throw new ParamException("gradientClipNorm", "must be at least 0", norm);
    }
  }

  /** Whether any gradient is clipped. */
  public boolean any() {
    return norm > 0;
  }

  /**
   * The factor, in (0, 1], that brings the gradient's norm down to the limit.
   *
   * @param sumOfSquares of the gradient
   */
  public double scale(double sumOfSquares) {
    if (norm == 0) {
      return 1;
    }
    double length = Math.sqrt(sumOfSquares);
    return length > norm ? norm / length : 1;
  }
}
