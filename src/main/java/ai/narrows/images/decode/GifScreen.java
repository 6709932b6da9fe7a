package ai.narrows.images.decode;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Where the first image of a GIF file lies on the file's screen, which browsers show as a whole.
 *
 * @param height of the screen, or of the image where that is larger
 * @param width likewise
 * @param top first row of the image
 * @param left first column of the image
 */
record GifScreen(int height, int width, int top, int left) {

  private static final int PALETTE = 0x80;
  private static final int IMAGE = 0x2c;
  private static final int EXTENSION = 0x21;
  private static final int HEADER = 13;

  /** Whether a file begins as GIF files do. */
  static boolean isGif(byte[] file) {
    return file.length > 5 && file[0] == 'G' && file[1] == 'I' && file[2] == 'F' && file[3] == '8';
  }

  /**
   * Reads a file up to its first image.
   *
   * @param file a file, or its beginning
   * @return empty where it ends before the first image does
   * @throws InputException if there is none; the message goes on from the file's name
   */
  static Optional<GifScreen> read(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int at = HEADER;
    if (file.length >= HEADER && (file[10] & PALETTE) != 0) {
      at += 3 << ((file[10] & 7) + 1);
    }
    while (at + 9 < file.length && file[at] == EXTENSION) {
      at += 2;
      while (at < file.length && file[at] != 0) { // blocks, each behind its length
        at += 1 + (file[at] & 0xff);
      }
      at++;
    }
    if (at + 9 >= file.length) {
      return Optional.empty();
    }
    if (file[at] != IMAGE) {
      throw new InputException("is a GIF file without an image");
    }
    int left = in.getShort(at + 1) & 0xffff;
    int top = in.getShort(at + 3) & 0xffff;
    int right = left + (in.getShort(at + 5) & 0xffff);
    int bottom = top + (in.getShort(at + 7) & 0xffff);
    int height = Math.max(in.getShort(8) & 0xffff, bottom);
    int width = Math.max(in.getShort(6) & 0xffff, right);
    return Optional.of(new GifScreen(height, width, top, left));
  }

  /** The screen with the image on it; all else is transparent, and so black. */
  Picture with(Picture image) {
    ImageShape shape = image.shape();
    if (shape.height() == height && shape.width() == width) {
      return image;
    }
    int channels = shape.channels();
    byte[] pixels = new byte[height * width * channels];
    int line = shape.width() * channels;
    for (int y = 0; y < shape.height(); y++) {
      int at = ((top + y) * width + left) * channels;
      System.arraycopy(image.pixels(), y * line, pixels, at, line);
    }
    return new Picture(new ImageShape(height, width, channels), pixels);
  }
}
