package ai.narrows.ml.summary;

import java.io.Serializable;
import java.util.List;

/**
 * How a threshold was found.
 *
 * @param method {@code contamination}: that share of the training images has higher scores; {@code
 *     maxF1}: it has the best F1 on labelled images; {@code given}: somebody has set it
 * @param images the labelled images of {@code maxF1}
 * @param anomalous condition that held for those of them that ought to be found; empty if unknown
 */
public record ThresholdOrigin(String method, ImageSource images, String anomalous)
    implements Serializable {
  private static final String MAX_F1_METHOD = "maxF1";

  /** A share of the training images has higher scores. */
  public static final ThresholdOrigin CONTAMINATION =
      new ThresholdOrigin("contamination", ImageSource.UNKNOWN, "");

  /** Somebody has set it. */
  public static final ThresholdOrigin GIVEN = new ThresholdOrigin("given", ImageSource.UNKNOWN, "");

  public ThresholdOrigin {
    if (!List.of("contamination", MAX_F1_METHOD, "given").contains(method)) {
      throw new IllegalArgumentException(
          "the threshold's method must be one of contamination, maxF1, given, but is '"
              + method
              + "'");
    }
  }

  /** The best F1 on labelled images. */
  public static ThresholdOrigin maxF1(ImageSource labelled, String anomalous) {
    return new ThresholdOrigin(MAX_F1_METHOD, labelled, anomalous);
  }

  /** Such as {@code maxF1 on photos/labelled}. */
  @Override
  public String toString() {
    String source = images.toString();
    return method
        + (source.isEmpty() ? "" : " on " + source)
        + (anomalous.isEmpty() ? "" : ", anomalous where " + anomalous);
  }
}
