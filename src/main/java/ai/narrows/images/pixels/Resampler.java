package ai.narrows.images.pixels;

import ai.narrows.images.ImageShape;
import ai.narrows.images.ResampledAxis;
import java.util.Arrays;

/**
 * A separable resize of uint8 images between two fixed sizes. Along an axis that shrinks, a pixel
 * is the mean of the area it covers (box filter); along one that grows, values are interpolated
 * linearly between pixel centres, the borders repeated. Sums run in a fixed order, so results are
 * the same bits everywhere; they are rounded half up.
 *
 * <p>Holds a scratch line and an intermediate image: one instance serves one thread.
 */
public final class Resampler {

  private final int inHeight;
  private final int inWidth;
  private final int outHeight;
  private final int outWidth;
  private final int channels;
  private final ResampledAxis rows;
  private final ResampledAxis columns;
  private final float[] narrowed; // [inHeight, outWidth, channels]
  private final float[] line; // [outWidth, channels]

  /**
   * @param in shape of the images given, [inHeight, inWidth, channels]
   * @param outHeight height of the images returned
   * @param outWidth width of the images returned
   */
  public Resampler(ImageShape in, int outHeight, int outWidth) {
    this.inHeight = in.height();
    this.inWidth = in.width();
    this.outHeight = outHeight;
    this.outWidth = outWidth;
    this.channels = in.channels();
    this.rows = new ResampledAxis(inHeight, outHeight);
    this.columns = new ResampledAxis(inWidth, outWidth);
    this.narrowed = new float[new ImageShape(inHeight, outWidth, channels).size()];
    this.line = new float[outWidth * channels];
  }

  /** Whether this one serves images of the given shape and target size. */
  public boolean serves(ImageShape in, int height, int width) {
    return in.height() == inHeight
        && in.width() == inWidth
        && in.channels() == channels
        && height == outHeight
        && width == outWidth;
  }

  /**
   * Resizes one image.
   *
   * @param in pixels [inHeight, inWidth, channels]
   * @param out receives [outHeight, outWidth, channels]
   * @param at where in {@code out} the image begins
   */
  public void resize(byte[] in, byte[] out, int at) {
    alongWidth(in);
    alongHeight(out, at);
  }

  private void alongWidth(byte[] in) {
    int to = 0;
    for (int y = 0; y < inHeight; y++) {
      int row = y * inWidth * channels;
      for (int x = 0; x < outWidth; x++) {
        float[] weights = columns.weights(x);
        int from = row + columns.first(x) * channels;
        for (int c = 0; c < channels; c++) {
          float sum = 0;
          for (int k = 0; k < weights.length; k++) {
            sum += weights[k] * (in[from + k * channels + c] & 0xff);
          }
          narrowed[to++] = sum;
        }
      }
    }
  }

  private void alongHeight(byte[] out, int at) {
    int width = line.length;
    for (int y = 0; y < outHeight; y++) {
      Arrays.fill(line, 0.5f);
      float[] weights = rows.weights(y);
      for (int k = 0; k < weights.length; k++) {
        int from = (rows.first(y) + k) * width;
        float weight = weights[k];
        for (int i = 0; i < width; i++) {
          line[i] += weight * narrowed[from + i];
        }
      }
      int to = at + y * width;
      for (int i = 0; i < width; i++) {
        out[to + i] = (byte) Math.min((int) line[i], 255);
      }
    }
  }
}
