package io.narrows.images;

import java.io.Serializable;
import java.util.Locale;

/**
 * How images are cut into squares that a network takes one by one, for images that are too large
 * for it, or of different sizes. {@link #NONE} leaves them whole.
 *
 * @param size side of a patch in pixels; 0 for whole images
 * @param stride pixels from one patch to the next, at most {@code size}, so that every pixel is in
 *     a patch; given as 0 it is half of {@code size}
 */
public record Patches(int size, int stride) implements Serializable {

  /** Whole images. */
  public static final Patches NONE = new Patches(0, 0);

  /**
   * @throws InputException if a value is out of range, or there is a stride without a size
   */
  public Patches {
    if (size < 0) {
      throw new InputException(
          "patchSize must be at least 1, or 0 for whole images, but is " + size);
    }
    if (stride < 0) {
      throw new InputException(
          "patchStride must be at least 1, or 0 for half of patchSize, but is " + stride);
    }
    if (size == 0 && stride > 0) {
      throw new InputException("patchStride needs patchSize, which is 0");
    }
    if (stride > size) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "patchStride must be at most patchSize, or pixels between patches are lost, but is %d with patchSize %d",
              stride,
              size));
    }
    if (size > 0 && stride == 0) {
      stride = Math.max(1, size / 2);
    }
  }

  /** Whether images are not cut at all. */
  public boolean whole() {
    return size == 0;
  }

  /**
   * Where the patches of an image lie; a whole image is its only patch.
   *
   * @param image its shape after preprocessing
   * @throws InputException if it is smaller than a patch; the message goes on from its name
   */
  public PatchGrid grid(ImageShape image) {
    if (whole()) {
      return PatchGrid.ofWhole(image);
    }
    if (image.height() < size || image.width() < size) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "is %s, but a patch takes %dx%d pixels; set a smaller patchSize (--patch), or height and width (--height, --width) to resize",
              image,
              size,
              size));
    }
    return new PatchGrid(image, new ImageShape(size, size, image.channels()), stride);
  }

  /**
   * The same for an image that is to give what a network takes.
   *
   * @param input shape of the network's images: whole ones, or patches
   * @throws InputException if its patches are none of these; the message goes on from its name
   */
  PatchGrid grid(ImageShape image, ImageShape input) {
    PatchGrid grid = grid(image);
    if (!whole() && !grid.patch().equals(input)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "is %s, but patches of %s are expected; set channels (--channels) to convert",
              image,
              input));
    }
    return grid;
  }
}
