package ai.narrows.images.pixels;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import java.io.Serializable;

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
          Message.rule("patchSize", "must be at least 1, or 0 for whole images", size));
    }
    if (stride < 0) {
      throw new InputException(
          Message.rule(
              "patchStride",
              Message.of("must be at least 1, or 0 for half of %s", Message.param("patchSize")),
              stride));
    }
    if (size == 0 && stride > 0) {
      throw new InputException(
          Message.of(
              "%s needs %s, which is 0", Message.param("patchStride"), Message.param("patchSize")));
    }
    if (stride > size) {
      throw new InputException(
          Message.of(
              "%s must be at most %s, or pixels between patches are lost, but is %s with %s",
              Message.param("patchStride"),
              Message.param("patchSize"),
              stride,
              Message.param("patchSize", size)));
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
   * Checks which of its patches' scores an image may have.
   *
   * @throws ParamException if it is no quantile, or another than the highest of whole images
   */
  public void checkQuantile(double quantile) {
    if (!(quantile > 0 && quantile <= 1)) {
      throw new ParamException("patchQuantile", "must be above 0 and at most 1", quantile);
    }
    if (whole() && quantile != 1) {
      throw new ParamException(
          "patchQuantile", "must be 1 where images are not cut into patches", quantile);
    }
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
          Message.of(
              "is %s, but a patch takes %sx%s pixels; %s",
              image,
              size,
              size,
              Message.remedy(
                  Message.of(
                      "set a smaller %s, or %s and %s to resize",
                      Message.param("patchSize"), Message.param("height"), Message.param("width")),
                  Message.text("resize the image, or train a model with smaller patches"))));
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
          Message.of(
              "is %s, but patches of %s are expected; %s",
              image, input, ImagePixels.remedy(false, true)));
    }
    return grid;
  }
}
