package ai.narrows.ml.params;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.message.Message;

/** Inputs that are numbers without height and width. */
final class Vectors {
  private Vectors() {}

  /**
   * Refuses them.
   *
   * @param param which needs images
   */
  static void refuse(ImageShape shape, Message.Param param) {
    if (shape.isVector()) {
      throw new InputException(
          Message.of(
              "%s needs images with a height and a width, but these are vectors of %s values",
              param, shape.size()));
    }
  }
}
