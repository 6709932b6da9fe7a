package ai.narrows.nn.score;

import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.Windows;
import java.io.Serializable;

/**
 * The square of pixels over which errors are averaged, sign and all, before they are squared in
 * {@link ScoreMethod#NORMALIZED_ERROR}, {@link ScoreMethod#MAXIMUM_ERROR}, {@link
 * ScoreMethod#COMBINED} and error maps. Noise, and edges that are rebuilt half a pixel off, cancel
 * out; what is missing or too much over several pixels does not.
 *
 * @param height of the images, in pixels
 * @param width of the images, in pixels
 * @param channels of the images; each is averaged by itself
 * @param side of the square, in pixels, odd; 1 leaves errors as they are
 */
public record ErrorSmoothing(int height, int width, int channels, int side)
    implements Serializable {

  public ErrorSmoothing {
    if (side < 1 || side % 2 == 0) {
      throw new ParamException("errorSmoothing", "must be odd and positive", side);
    }
    if (side > 1 && (side > height || side > width)) {
      throw new ParamException(
          "errorSmoothing",
          Message.of(
              "must be at most the height and the width of the images, %sx%s", height, width),
          side);
    }
  }

  /** Errors as they are, of images of any shape. */
  public static ErrorSmoothing none(int inputs) {
    return new ErrorSmoothing(1, inputs, 1, 1);
  }

  /** The squares around the pixels. */
  public Windows windows() {
    return new Windows(height, width, channels, side, 1, Windows.Padding.SAME);
  }
}
