package ai.narrows.images.pixels;

import ai.narrows.images.ImageShape;
import java.io.Serializable;

/**
 * The patches of one image, numbered line by line. They begin at 0, stride, 2 stride, ... along
 * either axis; the last ones are moved inwards where they would stand out, so that every pixel is
 * in a patch and nothing is padded.
 *
 * @param image shape of the image
 * @param patch shape of its patches, neither higher nor wider than the image
 * @param stride pixels from one patch to the next
 */
public record PatchGrid(ImageShape image, ImageShape patch, int stride) implements Serializable {

  /** An image that is its own only patch. */
  static PatchGrid ofWhole(ImageShape image) {
    return new PatchGrid(image, image, 1);
  }

  /** Number of patches, at least 1. */
  public int count() {
    return down() * across();
  }

  /** Patches below each other. */
  private int down() {
    return count(image.height(), patch.height());
  }

  /** Patches beside each other. */
  public int across() {
    return count(image.width(), patch.width());
  }

  private int count(int length, int side) {
    return 1 + (int) (((long) length - side + stride - 1) / stride);
  }

  /** The image's row in which a patch begins. */
  public int top(int index) {
    return begin(index / across(), image.height(), patch.height());
  }

  /** The image's column in which a patch begins. */
  public int left(int index) {
    return begin(index % across(), image.width(), patch.width());
  }

  private int begin(int place, int length, int side) {
    return (int) Math.min((long) place * stride, length - side);
  }

  /** How many patches each of the image's rows is in, [height], at least 1. */
  public int[] coveredDown() {
    return covered(down(), image.height(), patch.height());
  }

  /** How many patches beside each other each of its columns is in, [width], at least 1. */
  public int[] coveredAcross() {
    return covered(across(), image.width(), patch.width());
  }

  private int[] covered(int places, int length, int side) {
    int[] covered = new int[length];
    for (int place = 0; place < places; place++) {
      int begin = begin(place, length, side);
      for (int i = begin; i < begin + side; i++) {
        covered[i]++;
      }
    }
    return covered;
  }

  /**
   * Cuts a patch out.
   *
   * @param pixels holds the image, [height, width, channels], from {@code from} on
   * @param target receives the patch, [height, width, channels] of {@link #patch}, from {@code at}
   *     on
   */
  public void cut(int index, byte[] pixels, int from, byte[] target, int at) {
    lines(index, pixels, from, target, at);
  }

  /** The same with floats. */
  public void cut(int index, float[] pixels, int from, float[] target, int at) {
    lines(index, pixels, from, target, at);
  }

  private void lines(int index, Object pixels, int from, Object target, int at) {
    int line = patch.width() * patch.channels();
    int first = from + (top(index) * image.width() + left(index)) * image.channels();
    for (int y = 0; y < patch.height(); y++) {
      System.arraycopy(
          pixels, first + y * image.width() * image.channels(), target, at + y * line, line);
    }
  }
}
