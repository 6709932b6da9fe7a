package ai.narrows.ml.params;

import ai.narrows.images.ImageShape;
import ai.narrows.message.Message;
import ai.narrows.nn.Corruption;
import ai.narrows.nn.kernels.Labelled;
import ai.narrows.train.Augmentation;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of the random augmentation of training images.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface AugmentationParams<E extends Params> extends ParamOwner<E> {

  Definition<Param<String>, String> FLIP =
      Definition.choice("flip", "none", Augmentation.Flip.class)
          .in(Group.AUGMENTATION, "random flips of training images");

  /**
   * Random flips of training images.
   *
   * <p>Horizontal swaps left and right, vertical top and bottom, each with probability 1/2; encoder
   * and loss see the same image.
   *
   * @group param
   */
  default Param<String> flip() {
    return paramSet().of(FLIP);
  }

  /**
   * Value of {@link #flip}.
   *
   * @group getParam
   */
  default String getFlip() {
    return paramSet().value(FLIP);
  }

  /**
   * Sets {@link #flip}.
   *
   * @group setParam
   */
  default E setFlip(String value) {
    return paramSet().set(FLIP, value);
  }

  Definition<IntParam, Integer> SHIFT =
      Definition.integer("shift", ">= 0", 0)
          .in(
              Group.AUGMENTATION,
              "maximum random shift of training images in each direction, in pixels")
          .note("0 disables it");

  /**
   * Maximum random shift of training images.
   *
   * <p>Edges are repeated; encoder and loss see the same image.
   *
   * @group param
   */
  default IntParam shift() {
    return paramSet().of(SHIFT);
  }

  /**
   * Value of {@link #shift}.
   *
   * @group getParam
   */
  default int getShift() {
    return paramSet().value(SHIFT);
  }

  /**
   * Sets {@link #shift}.
   *
   * @group setParam
   */
  default E setShift(int value) {
    return paramSet().set(SHIFT, value);
  }

  Definition<Param<String>, String> CORRUPTION =
      Definition.choice(
              "corruption",
              "none",
              "none",
              "masking (pixels set to 0)",
              "gaussian (noise added)",
              "stain (ellipses and strokes of one color)")
          .in(
              Group.AUGMENTATION,
              "random corruption of the encoder input in training, for a denoising autoencoder");

  /**
   * Random corruption of the encoder input in training.
   *
   * <p>The loss compares the reconstruction with the clean image. Stains look like defects, so the
   * network learns to rebuild an image without them (Collin and De Vleeschouwer 2020).
   *
   * @group param
   */
  default Param<String> corruption() {
    return paramSet().of(CORRUPTION);
  }

  /**
   * Value of {@link #corruption}.
   *
   * @group getParam
   */
  default String getCorruption() {
    return paramSet().value(CORRUPTION);
  }

  /**
   * Sets {@link #corruption}.
   *
   * @group setParam
   */
  default E setCorruption(String value) {
    return paramSet().set(CORRUPTION, value);
  }

  Definition<DoubleParam, Double> CORRUPTION_LEVEL =
      Definition.number("corruptionLevel", "> 0", 0.2)
          .in(
              Group.AUGMENTATION,
              "fraction of the pixels that are masked, below 1; standard deviation of Gaussian noise in units of [0, 1];"
                  + " or largest half-axis of a stain as a fraction of the shorter side, at most 1");

  /**
   * Strength of the corruption.
   *
   * @group param
   */
  default DoubleParam corruptionLevel() {
    return paramSet().of(CORRUPTION_LEVEL);
  }

  /**
   * Value of {@link #corruptionLevel}.
   *
   * @group getParam
   */
  default double getCorruptionLevel() {
    return paramSet().value(CORRUPTION_LEVEL);
  }

  /**
   * Sets {@link #corruptionLevel}.
   *
   * @group setParam
   */
  default E setCorruptionLevel(double value) {
    return paramSet().set(CORRUPTION_LEVEL, value);
  }

  /** What training does to images of a shape. */
  default Augmentation augmentation(ImageShape shape) {
    Augmentation.Flip kind = Labelled.of(Augmentation.Flip.class, "flip", getFlip());
    boolean flips = kind != Augmentation.Flip.NONE;
    if (!flips && getShift() == 0) {
      return Augmentation.NONE;
    }
    Vectors.refuse(shape, flips ? Message.param("flip", kind.label()) : Message.param("shift"));
    return new Augmentation(kind, getShift(), shape.height(), shape.width(), shape.channels());
  }

  /** What training does to the encoder's input alone, for images of a shape. */
  default Corruption inputCorruption(ImageShape shape) {
    return switch (getCorruption()) {
      case "none" -> new Corruption.None();
      case "masking" -> new Corruption.Masking(getCorruptionLevel());
      case "gaussian" -> new Corruption.GaussianNoise(getCorruptionLevel());
      default -> {
        Vectors.refuse(shape, Message.param("corruption", "stain"));
        yield new Corruption.Stain(
            getCorruptionLevel(), shape.height(), shape.width(), shape.channels());
      }
    };
  }
}
