package ai.narrows.report;

import ai.narrows.images.ImageShape;
import java.awt.image.BufferedImage;
import java.util.Locale;

/**
 * The scale of heat maps that are to be compared: from 0 to a round number, in round steps.
 *
 * @param steps from 0 to the end
 * @param step a power of ten times 1, 2 or 5
 */
public record HeatScale(int steps, double step) {
  private static final int MOST_STEPS = 8;
  private static final double LEAST = 1.0 / 255; // what differs at all in images of uint8

  /**
   * The shortest scale with a value on it.
   *
   * @param highest value that is shown, at least 0
   */
  public static HeatScale of(double highest) {
    double end = Math.max(highest, LEAST);
    double least = end / MOST_STEPS;
    double step = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {2, 2.5, 2}) { // 1, 2, 5, 10
      if (step >= least) {
        break;
      }
      step *= factor;
    }
    return new HeatScale((int) Math.ceil(end / step - 1e-9), step);
  }

  /** Its end. */
  public double end() {
    return steps * step;
  }

  /**
   * A heat map.
   *
   * @param shape of the image, whose channels do not matter
   * @param errors [height, width], uint8: 255 times the error
   */
  public BufferedImage map(ImageShape shape, byte[] errors) {
    BufferedImage map =
        new BufferedImage(shape.width(), shape.height(), BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < errors.length; i++) {
      double error = (errors[i] & 0xff) / 255.0;
      map.setRGB(i % shape.width(), i / shape.width(), HeatColors.of(error / end()));
    }
    return map;
  }

  /** The number at a step, with as many decimals as it takes. */
  String label(int at) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%." + decimals + "f", at * step);
  }
}
