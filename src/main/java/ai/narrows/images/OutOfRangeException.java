package ai.narrows.images;

import ai.narrows.images.pixels.InputRange;
import ai.narrows.message.Message;

/**
 * An image with a number that is outside the {@link InputRange}. One such row is handled as one
 * that holds no image; where most rows are like it, the range is wrong, not the rows.
 */
public final class OutOfRangeException extends InvalidImageException {

  private static final long serialVersionUID = 1L;

  /**
   * @param told goes on from the image's name
   */
  public OutOfRangeException(Message told) {
    super(told, null);
  }
}
