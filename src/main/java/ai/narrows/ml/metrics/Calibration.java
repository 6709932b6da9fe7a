package ai.narrows.ml.metrics;

import ai.narrows.distributed.ConformalRank;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * What a threshold rests on that was set by a false positive rate: how many images were scored for
 * it, and whether the network had been fitted to them. By split conformal prediction, see {@link
 * #rank}.
 *
 * @param kind {@code calibration}: images held out for the threshold alone; {@code validation}:
 *     images held out to choose the epoch; {@code training}: images that the network was fitted to;
 *     {@code normal}: images of another data set; {@code none}: the threshold was set otherwise
 * @param images how many, at least 1; 0 for none
 * @param rate share of the images to come that may lie above the threshold, in [0, 1)
 */
public record Calibration(String kind, long images, double rate) implements Serializable {
  private static final String TRAINING = "training";
  private static final String NOTHING = "none";
  private static final double TAIL = 0.025;

  /** Of a threshold that was set otherwise. */
  public static final Calibration NONE = new Calibration(NOTHING, 0, 0);

  public Calibration {
    if (!List.of("calibration", "validation", TRAINING, "normal", NOTHING).contains(kind)) {
      throw new IllegalArgumentException(
          "the threshold's calibration must be one of calibration, validation, training, normal, none, but is '"
              + kind
              + "'");
    }
    if (images < 0 || (images == 0) != kind.equals(NOTHING)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "the threshold cannot rest on %d %s images", images, kind));
    }
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "the threshold's rate must be at least 0 and below 1, but is " + rate);
    }
  }

  /** Whether the network had not been fitted to these images, so that they stand for others. */
  public boolean unseen() {
    return !kind.equals(TRAINING) && !kind.equals(NOTHING);
  }

  /**
   * The rank of the threshold among the images' scores, from 1 for the highest. Of n unseen images
   * it is floor((n + 1) rate), which is the ceil((n + 1)(1 - rate))-th smallest score, and 1 where
   * that is 0; of n training images floor(n rate) + 1. 0 for none.
   */
  public long rank() {
    if (kind.equals(NOTHING)) {
      return 0;
    }
    return unseen() ? ConformalRank.unseen(images, rate) : ConformalRank.fitted(images, rate);
  }

  /**
   * The interval in which the false positive rate lies with 95 % probability: the share of images
   * of the same kind that lie above the threshold. Of n unseen images and rank l it is distributed
   * as Beta(l, n + 1 - l), which is exact for scores without ties.
   *
   * @return empty where nothing is known: for none, and for training images
   */
  public Optional<Bootstrap.Interval> falsePositiveRate() {
    if (!unseen()) {
      return Optional.empty();
    }
    BetaDistribution rates = new BetaDistribution(null, rank(), images + 1.0 - rank());
    return Optional.of(
        new Bootstrap.Interval(
            rates.inverseCumulativeProbability(TAIL),
            rates.inverseCumulativeProbability(1 - TAIL)));
  }

  /**
   * What a user should know where the images are too few for the rate.
   *
   * @param param name of the param or option that sets the rate
   * @return empty where they are enough
   */
  public Optional<String> shortfall(String param) {
    if (!unseen() || ConformalRank.attained(images, rate)) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s %s needs at least %,d images that the model was not trained on, but there are %,d: the threshold"
                + " is the highest of their scores, above which %.2g of such images are expected",
            param,
            rate,
            ConformalRank.enough(rate),
            images,
            1 / (images + 1.0)));
  }

  /**
   * Such as {@code 600 calibration images, false positive rate 0.010 to 0.033 (95 %)}; empty for
   * none.
   */
  @Override
  public String toString() {
    if (kind.equals(NOTHING)) {
      return "";
    }
    String count =
        String.format(Locale.ROOT, "%,d %s %s", images, kind, images == 1 ? "image" : "images");
    return falsePositiveRate()
        .map(
            rates ->
                String.format(
                    Locale.ROOT,
                    "%s, false positive rate %.2g to %.2g (95 %%)",
                    count,
                    rates.low(),
                    rates.high()))
        .orElse(count);
  }
}
