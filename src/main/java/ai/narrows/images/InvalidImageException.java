package ai.narrows.images;

import ai.narrows.images.pixels.InputRange;
import ai.narrows.message.Message;

/**
 * A row that holds no image, for its own part: null, a file that cannot be decoded, a value that is
 * not finite or outside the {@link InputRange}. {@link HandleInvalid} says what becomes of such
 * rows. An image of a shape that does not fit is a plain {@link InputException}: it is sound, but
 * the settings are wrong.
 */
public sealed class InvalidImageException extends InputException permits OutOfRangeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message goes on from the image's name
   */
  public InvalidImageException(String message) {
    super(message);
  }

  /**
   * @param message goes on from the image's name
   * @param cause what was caught
   */
  public InvalidImageException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * @param told goes on from the image's name
   * @param cause what was caught
   */
  public InvalidImageException(Message told, Throwable cause) {
    super(told, cause);
  }
}
