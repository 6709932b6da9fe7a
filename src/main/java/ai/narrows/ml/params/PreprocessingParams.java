package ai.narrows.ml.params;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.Patches;
import ai.narrows.message.Message;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of the preprocessing of all images.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface PreprocessingParams<E extends Params> extends ParamOwner<E> {

  Definition<IntParam, Integer> HEIGHT =
      Definition.integer("height", ">= 0", 0)
          .in(Group.PREPROCESSING, "height in pixels that images are resized to")
          .note("0 = no resize; set with width");

  /**
   * Height that images are resized to.
   *
   * @group param
   */
  default IntParam height() {
    return paramSet().of(HEIGHT);
  }

  /**
   * Value of {@link #height}.
   *
   * @group getParam
   */
  default int getHeight() {
    return paramSet().value(HEIGHT);
  }

  /**
   * Sets {@link #height}.
   *
   * @group setParam
   */
  default E setHeight(int value) {
    return paramSet().set(HEIGHT, value);
  }

  Definition<IntParam, Integer> WIDTH =
      Definition.integer("width", ">= 0", 0)
          .in(Group.PREPROCESSING, "width in pixels that images are resized to")
          .note("0 = no resize; set with height");

  /**
   * Width that images are resized to.
   *
   * @group param
   */
  default IntParam width() {
    return paramSet().of(WIDTH);
  }

  /**
   * Value of {@link #width}.
   *
   * @group getParam
   */
  default int getWidth() {
    return paramSet().value(WIDTH);
  }

  /**
   * Sets {@link #width}.
   *
   * @group setParam
   */
  default E setWidth(int value) {
    return paramSet().set(WIDTH, value);
  }

  Definition<IntParam, Integer> CHANNELS =
      Definition.integer("channels", Rule.numbers(0, 1, 3), 0)
          .in(
              Group.PREPROCESSING,
              "color channels that images are converted to: 1 (grayscale), 3 (color) or 0 (unchanged)");

  /**
   * Color channels that images are converted to.
   *
   * @group param
   */
  default IntParam channels() {
    return paramSet().of(CHANNELS);
  }

  /**
   * Value of {@link #channels}.
   *
   * @group getParam
   */
  default int getChannels() {
    return paramSet().value(CHANNELS);
  }

  /**
   * Sets {@link #channels}.
   *
   * @group setParam
   */
  default E setChannels(int value) {
    return paramSet().set(CHANNELS, value);
  }

  Definition<IntParam, Integer> PATCH_SIZE =
      Definition.integer("patchSize", ">= 0", 0)
          .in(Group.PREPROCESSING, "side in pixels of the square patches that images are cut into")
          .note("0 = whole images");

  /**
   * Side of the patches that images are cut into.
   *
   * <p>The network is one for patches, and images may have any size that is not below.
   *
   * @group param
   */
  default IntParam patchSize() {
    return paramSet().of(PATCH_SIZE);
  }

  /**
   * Value of {@link #patchSize}.
   *
   * @group getParam
   */
  default int getPatchSize() {
    return paramSet().value(PATCH_SIZE);
  }

  /**
   * Sets {@link #patchSize}.
   *
   * @group setParam
   */
  default E setPatchSize(int value) {
    return paramSet().set(PATCH_SIZE, value);
  }

  Definition<IntParam, Integer> PATCH_STRIDE =
      Definition.integer("patchStride", ">= 0", 0)
          .in(
              Group.PREPROCESSING,
              "distance in pixels from one patch to the next, at most patchSize")
          .note("0 = half of patchSize");

  /**
   * Distance from one patch to the next.
   *
   * @group param
   */
  default IntParam patchStride() {
    return paramSet().of(PATCH_STRIDE);
  }

  /**
   * Value of {@link #patchStride}.
   *
   * @group getParam
   */
  default int getPatchStride() {
    return paramSet().value(PATCH_STRIDE);
  }

  /**
   * Sets {@link #patchStride}.
   *
   * @group setParam
   */
  default E setPatchStride(int value) {
    return paramSet().set(PATCH_STRIDE, value);
  }

  Definition<Param<String>, String> STANDARDIZATION =
      Definition.choice(
              "standardization",
              "none",
              "none",
              "perChannel (zero mean and unit variance of each channel over the training data)")
          .in(Group.PREPROCESSING, "standardization of the encoder input");

  /**
   * Standardization of the encoder input.
   *
   * <p>Reconstructions, errors and likelihoods are those of pixels in [0, 1] all the same.
   *
   * @group param
   */
  default Param<String> standardization() {
    return paramSet().of(STANDARDIZATION);
  }

  /**
   * Value of {@link #standardization}.
   *
   * @group getParam
   */
  default String getStandardization() {
    return paramSet().value(STANDARDIZATION);
  }

  /**
   * Sets {@link #standardization}.
   *
   * @group setParam
   */
  default E setStandardization(String value) {
    return paramSet().set(STANDARDIZATION, value);
  }

  /** What images are resized and converted to. */
  default Preprocessing preprocessing() {
    return new Preprocessing(getHeight(), getWidth(), getChannels());
  }

  /** How images are cut. */
  default Patches patches() {
    return new Patches(getPatchSize(), getPatchStride());
  }

  /** Whether the encoder sees standardized pixels. */
  default boolean standardizes() {
    return getStandardization().equals("perChannel");
  }

  /**
   * What is known of the shape that enters the network before an image has been seen: the size that
   * images are resized to, or cut into; where neither is set, one that no depth is too much for.
   *
   * @throws InputException if patches are larger than the images
   */
  default ImageShape expectedShape() {
    Preprocessing resize = preprocessing();
    int size = patches().size();
    if (resize.height() > 0 && Math.min(resize.height(), resize.width()) < size) {
      throw new InputException(
          Message.of(
              "%s must be at most %s and %s, but is %s with images resized to %sx%s",
              Message.param("patchSize"),
              Message.param("height"),
              Message.param("width"),
              size,
              resize.height(),
              resize.width()));
    }
    if (size > 0) {
      return new ImageShape(size, size, 1);
    }
    return resize.height() > 0
        ? new ImageShape(resize.height(), resize.width(), 1)
        : new ImageShape(1 << 15, 1 << 15, 1);
  }
}
