package ai.narrows.ml.onnx;

import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.Labelled;
import java.io.Serializable;

/**
 * What an ONNX file takes and gives. {@link #DEFAULT} takes uint8 images as they enter the network
 * and gives scores; the methods return copies that differ in one thing.
 *
 * @param part what of the model is exported
 * @param height of the images in pixels; 0 for that of the network's images, or of one patch
 * @param width of the images in pixels; 0 exactly if the height is
 * @param channels of the images: 1, 3, 4, or 0 for those that the model works on
 * @param order of the channels of color images
 * @param floats whether images are float32 in [0, 1], not uint8
 * @param reconstruction whether the reconstruction is an output
 * @param errorMap whether the error map is an output
 * @param latentVariance whether the variance of the latent is an output
 */
public record OnnxOptions(
    Part part,
    int height,
    int width,
    int channels,
    ChannelOrder order,
    boolean floats,
    boolean reconstruction,
    boolean errorMap,
    boolean latentVariance)
    implements Serializable {

  /** What of a model is exported. */
  public enum Part implements Labelled {
    /** From an image to its scores. */
    MODEL("model"),
    /** From an image to its latent. */
    ENCODER("encoder"),
    /** From a latent to an image. */
    DECODER("decoder");

    private final String label;

    Part(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** In which order the channels of color images are. */
  public enum ChannelOrder implements Labelled {
    /** Blue, green, red, as in Spark's image column and in OpenCV; alpha is the fourth. */
    BGR("bgr"),
    /** Red, green, blue, as in Pillow and in browsers; alpha is the fourth. */
    RGB("rgb");

    private final String label;

    ChannelOrder(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** Scores of uint8 images in the network's own size, colors as Spark has them. */
  public static final OnnxOptions DEFAULT =
      new OnnxOptions(Part.MODEL, 0, 0, 0, ChannelOrder.BGR, false, false, false, false);

  /**
   * @throws ParamException if a size or a number of channels is out of range
   */
  public OnnxOptions {
    if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
      throw new ParamException(
          Message.of(
              "%s must be height and width, each at least 1, but is %sx%s",
              Message.param("imageSize"), height, width));
    }
    if (channels != 0 && channels != 1 && channels != 3 && channels != 4) {
      throw new ParamException("imageChannels", "must be 1, 3 or 4", channels);
    }
  }

  /** Of a part of the model. */
  public OnnxOptions withPart(Part other) {
    return new OnnxOptions(
        other, height, width, channels, order, floats, reconstruction, errorMap, latentVariance);
  }

  /** The same with a part's name, {@code model}, {@code encoder} or {@code decoder}. */
  public OnnxOptions withPart(String name) {
    return withPart(Labelled.of(Part.class, "part", name));
  }

  /** For images of a size, in pixels. */
  public OnnxOptions withImageSize(int newHeight, int newWidth) {
    return new OnnxOptions(
        part,
        newHeight,
        newWidth,
        channels,
        order,
        floats,
        reconstruction,
        errorMap,
        latentVariance);
  }

  /** For images of 1 channel (grey), 3 (color) or 4 (color and alpha). */
  public OnnxOptions withImageChannels(int other) {
    return new OnnxOptions(
        part, height, width, other, order, floats, reconstruction, errorMap, latentVariance);
  }

  /** For color images whose channels have another order. */
  public OnnxOptions withChannelOrder(ChannelOrder other) {
    return new OnnxOptions(
        part, height, width, channels, other, floats, reconstruction, errorMap, latentVariance);
  }

  /** The same with an order's name, {@code bgr} or {@code rgb}. */
  public OnnxOptions withChannelOrder(String name) {
    return withChannelOrder(Labelled.of(ChannelOrder.class, "channelOrder", name));
  }

  /** For images of float32 in [0, 1], or of uint8. */
  public OnnxOptions withFloatInput(boolean wanted) {
    return new OnnxOptions(
        part, height, width, channels, order, wanted, reconstruction, errorMap, latentVariance);
  }

  /** With the reconstruction as an output, or without. */
  public OnnxOptions withReconstruction(boolean wanted) {
    return new OnnxOptions(
        part, height, width, channels, order, floats, wanted, errorMap, latentVariance);
  }

  /** With the error map as an output, or without. */
  public OnnxOptions withErrorMap(boolean wanted) {
    return new OnnxOptions(
        part, height, width, channels, order, floats, reconstruction, wanted, latentVariance);
  }

  /** With the variance of the latent as an output, or without. */
  public OnnxOptions withLatentVariance(boolean wanted) {
    return new OnnxOptions(
        part, height, width, channels, order, floats, reconstruction, errorMap, wanted);
  }
}
