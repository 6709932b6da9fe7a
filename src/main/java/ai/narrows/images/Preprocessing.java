package ai.narrows.images;

import ai.narrows.message.Message;
import java.io.Serializable;

/**
 * What is done to every image before a network sees it: resize and channel conversion.
 *
 * @param height rows after the resize; 0 as in the data
 * @param width columns after the resize; 0 as in the data, exactly if the height is
 * @param channels 1 makes grey, 3 makes colour, 0 as in the data
 */
public record Preprocessing(int height, int width, int channels) implements Serializable {

  /** Images as they are in the data. */
  public static final Preprocessing NONE = new Preprocessing(0, 0, 0);

  /**
   * @throws InputException if a value is out of range or only one of height and width is given
   */
  public Preprocessing {
    if (height < 0) {
      throw new InputException(
          Message.rule("height", "must be at least 1, or 0 for no resize", height));
    }
    if (width < 0) {
      throw new InputException(
          Message.rule("width", "must be at least 1, or 0 for no resize", width));
    }
    if ((height == 0) != (width == 0)) {
      throw new InputException(
          Message.of(
              "%s and %s must be given together, but %s is %s and %s is %s",
              Message.param("height"),
              Message.param("width"),
              Message.param("height"),
              height,
              Message.param("width"),
              width));
    }
    if (channels != 0 && channels != 1 && channels != 3) {
      throw new InputException(
          Message.of(
              "%s must be 1, 3, or 0 for as in the data, but are %s",
              Message.param("channels"), channels));
    }
    if (height > 0) {
      new ImageShape(height, width, channels == 0 ? 1 : channels);
    }
  }

  /**
   * Shape of an image after this preprocessing.
   *
   * @param in shape of the image as it is in the data
   */
  public ImageShape apply(ImageShape in) {
    return new ImageShape(
        resizes() ? height : in.height(),
        resizes() ? width : in.width(),
        channels == 0 ? in.channels() : channels);
  }

  /** Whether height and width are given. */
  public boolean resizes() {
    return height > 0;
  }
}
