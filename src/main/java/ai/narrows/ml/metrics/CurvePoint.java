package ai.narrows.ml.metrics;

import java.io.Serializable;

/**
 * What a threshold just below a score finds.
 *
 * @param score the least score that counts as anomalous
 * @param truePositives anomalous rows of this score or a higher one
 * @param falsePositives normal rows of this score or a higher one
 */
public record CurvePoint(double score, long truePositives, long falsePositives)
    implements Serializable {

  /** Share of the rows found that are anomalous, in [0, 1]. */
  public double precision() {
    return (double) truePositives / (truePositives + falsePositives);
  }
}
