package ai.narrows.images.decode;

import ai.narrows.images.ImageShape;

/**
 * An image as it is in the data, before any preprocessing.
 *
 * @param shape with 3 channels also where there is alpha
 * @param alpha whether the pixels have a fourth channel
 * @param pixels uint8, [height, width, channels]: grey, BGR or BGRA
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
public record Picture(ImageShape shape, boolean alpha, byte[] pixels) {

  /** An image without alpha. */
  Picture(ImageShape shape, byte[] pixels) {
    this(shape, false, pixels);
  }

  /** Channels of the pixels: 1, 3 or 4. */
  public int channels() {
    return alpha ? 4 : shape.channels();
  }
}
