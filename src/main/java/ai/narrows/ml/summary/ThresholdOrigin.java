package ai.narrows.ml.summary;

import ai.narrows.ml.metrics.Calibration;
import java.io.Serializable;
import java.util.List;

/**
 * How a threshold was found.
 *
 * @param method {@code contamination}: by the scores of images of the training's data set; {@code
 *     falsePositiveRate}: by the scores of normal images of another; {@code maxF1}: it has the best
 *     F1 on labelled images; {@code given}: somebody has set it
 * @param images the normal images of {@code falsePositiveRate}, the labelled ones of {@code maxF1}
 * @param anomalous condition that held for those of them that ought to be found; empty if unknown
 * @param calibration what a false positive rate rests on; none for {@code maxF1} and {@code given}
 */
public record ThresholdOrigin(
    String method, ImageSource images, String anomalous, Calibration calibration)
    implements Serializable {
  private static final String CONTAMINATION = "contamination";
  private static final String FALSE_POSITIVE_RATE = "falsePositiveRate";
  private static final String MAX_F1 = "maxF1";

  /** Somebody has set it. */
  public static final ThresholdOrigin GIVEN = unknown("given");

  public ThresholdOrigin {
    if (!List.of(CONTAMINATION, FALSE_POSITIVE_RATE, MAX_F1, "given").contains(method)) {
      throw new IllegalArgumentException(
          "the threshold's method must be one of contamination, falsePositiveRate, maxF1, given, but is '"
              + method
              + "'");
    }
  }

  /** By the scores of images of the training's data set. */
  public static ThresholdOrigin contamination(Calibration calibration) {
    return new ThresholdOrigin(CONTAMINATION, ImageSource.UNKNOWN, "", calibration);
  }

  /** By the scores of normal images of another data set. */
  public static ThresholdOrigin falsePositiveRate(ImageSource normal, Calibration calibration) {
    return new ThresholdOrigin(FALSE_POSITIVE_RATE, normal, "", calibration);
  }

  /** The best F1 on labelled images. */
  public static ThresholdOrigin maxF1(ImageSource labelled, String anomalous) {
    return new ThresholdOrigin(MAX_F1, labelled, anomalous, Calibration.NONE);
  }

  /** By a method of which nothing else is known. */
  public static ThresholdOrigin unknown(String method) {
    return new ThresholdOrigin(method, ImageSource.UNKNOWN, "", Calibration.NONE);
  }

  /**
   * Such as {@code maxF1 on photos/labelled}, or {@code contamination, 600 calibration images,
   * false positive rate 0.010 to 0.033 (95 %)}.
   */
  @Override
  public String toString() {
    String source = images.toString();
    String rests = calibration.toString();
    return method
        + (source.isEmpty() ? "" : " on " + source)
        + (anomalous.isEmpty() ? "" : ", anomalous where " + anomalous)
        + (rests.isEmpty() ? "" : ", " + rests);
  }
}
