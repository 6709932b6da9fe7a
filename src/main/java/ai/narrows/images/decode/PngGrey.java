package ai.narrows.images.decode;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** What Java's reader of PNG does not tell of grey images: it gives those of few bits a palette. */
final class PngGrey {

  private static final int FIRST_CHUNK = 8;
  private static final int BITS = 24;
  private static final int COLOUR_TYPE = 25;
  private static final int IDAT = 'I' << 24 | 'D' << 16 | 'A' << 8 | 'T';
  private static final int TRNS = 't' << 24 | 'R' << 16 | 'N' << 8 | 'S';

  private PngGrey() {}

  /** Whether the file is a PNG of colour type 0. */
  static boolean isGrey(byte[] file) {
    return file.length > COLOUR_TYPE
        && (file[0] & 0xff) == 0x89
        && file[1] == 'P'
        && file[COLOUR_TYPE] == 0;
  }

  /**
   * The value, 0 to 255, that is transparent in a grey image of fewer than 8 bits. Java's reader
   * compares the key with values that it has scaled.
   */
  static OptionalInt key(byte[] file) {
    if (!isGrey(file) || file[BITS] < 1 || file[BITS] >= 8) {
      return OptionalInt.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(file);
    int at = FIRST_CHUNK;
    while (at >= 0 && at + 10 <= file.length && in.getInt(at + 4) != IDAT) {
      int length = in.getInt(at);
      if (in.getInt(at + 4) == TRNS && length >= 2) {
        int most = (1 << file[BITS]) - 1;
        return OptionalInt.of((in.getShort(at + 8) & most) * 255 / most);
      }
      at = length < 0 || length > file.length ? -1 : at + 12 + length;
    }
    return OptionalInt.empty();
  }
}
