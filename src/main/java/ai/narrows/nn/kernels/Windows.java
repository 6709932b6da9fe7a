package ai.narrows.nn.kernels;

import java.io.Serializable;
import java.util.Locale;

/**
 * The windows that a convolution looks through: squares of {@code kernel} by {@code kernel} pixels,
 * {@code stride} apart, over images [height, width, channels]. A patch is what is in a window, row
 * by row, [kernel, kernel, channels]; outside the image there is 0.
 *
 * @param height of the images
 * @param width of the images
 * @param channels of the images
 * @param kernel side of a window
 * @param stride from one window to the next, down and across
 * @param padding what becomes of windows that look beyond the edge
 */
public record Windows(int height, int width, int channels, int kernel, int stride, Padding padding)
    implements Serializable {

  /** What becomes of windows that look beyond the edge. */
  public enum Padding {
    /**
     * They count: ceil(size / stride) windows, the first of which begins (kernel - 1) / 2 before
     * the image. For odd kernels this is PyTorch's {@code padding=(kernel-1)/2}.
     */
    SAME,
    /** They do not: floor((size - kernel) / stride) + 1 windows. */
    VALID
  }

  public Windows {
    if (height < 1 || width < 1 || channels < 1 || kernel < 1 || stride < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "windows need sizes of at least 1, but have height %d, width %d, channels %d, kernel %d, stride %d",
              height,
              width,
              channels,
              kernel,
              stride));
    }
    if (padding == Padding.VALID && (kernel > height || kernel > width)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a kernel of %d does not fit images of %dx%d without padding",
              kernel,
              height,
              width));
    }
  }

  private int count(int size) {
    return padding == Padding.SAME ? (size + stride - 1) / stride : (size - kernel) / stride + 1;
  }

  /** Windows from top to bottom. */
  public int rows() {
    return count(height);
  }

  /** Windows from left to right. */
  public int columns() {
    return count(width);
  }

  /** Windows of an image. */
  public int count() {
    return Math.multiplyExact(rows(), columns());
  }

  /** Pixels of an image. */
  public int pixels() {
    return Math.multiplyExact(height, width);
  }

  /** Values of an image. */
  public int imageSize() {
    return Math.multiplyExact(pixels(), channels);
  }

  /** Values of a patch. */
  public int patchSize() {
    return Math.multiplyExact(Math.multiplyExact(kernel, kernel), channels);
  }

  /** First pixel row, or column, of the first window; not above 0. */
  public int start() {
    return padding == Padding.SAME ? -((kernel - 1) / 2) : 0;
  }
}
