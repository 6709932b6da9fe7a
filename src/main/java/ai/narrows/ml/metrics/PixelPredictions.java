package ai.narrows.ml.metrics;

/**
 * How the masks of a model compare with the truth.
 *
 * @param truePositives pixels in a mask that are defective
 * @param falsePositives pixels in a mask that are not
 * @param falseNegatives defective pixels that are in no mask
 * @param regions defects: connected regions of defective pixels
 * @param found those of them that have a pixel in a mask
 * @param predictedRegions connected regions of the masks
 * @param hits those of them that have a defective pixel
 */
public record PixelPredictions(
    long truePositives,
    long falsePositives,
    long falseNegatives,
    long regions,
    long found,
    long predictedRegions,
    long hits) {

  /** Share of the pixels in masks that are defective, in [0, 1]; 0 where there are none. */
  public double precision() {
    return share(truePositives, truePositives + falsePositives);
  }

  /** Share of the defective pixels that are in a mask, in [0, 1]. */
  public double recall() {
    return share(truePositives, truePositives + falseNegatives);
  }

  /** Harmonic mean of precision and recall, in [0, 1]. */
  public double f1() {
    return share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives);
  }

  /** Share of the defects that were found, in [0, 1]. */
  public double regionRecall() {
    return share(found, regions);
  }

  /** Share of the regions of masks that lie on a defect, in [0, 1]; 0 where there are none. */
  public double regionPrecision() {
    return share(hits, predictedRegions);
  }

  private static double share(long some, long all) {
    return all == 0 ? 0 : (double) some / all;
  }
}
