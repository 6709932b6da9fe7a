package ai.narrows.ml.persistence;

import ai.narrows.ml.summary.ThresholdOrigin;
import ai.narrows.nn.score.ScoreMethod;
import java.io.Serializable;

/**
 * Scores above it are predicted anomalous.
 *
 * @param scoreMethod what it is a threshold of
 * @param patchQuantile which of its patches' scores an image has, likewise
 * @param value finite
 * @param origin how it was found
 */
public record Threshold(
    ScoreMethod scoreMethod, double patchQuantile, double value, ThresholdOrigin origin)
    implements Serializable {
  public Threshold {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("the threshold must be a finite number, but is " + value);
    }
  }
}
