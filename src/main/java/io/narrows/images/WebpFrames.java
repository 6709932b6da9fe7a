package io.narrows.images;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * What the frames of a WebP file say of themselves (RFC 9649). Its reader believes the frame where
 * the file's header says something else, and takes what is missing for zeros.
 */
final class WebpFrames {

  private static final int RIFF = tag("RIFF");
  private static final int WEBP = tag("WEBP");
  private static final int VP8 = tag("VP8 ");
  private static final int VP8L = tag("VP8L");
  private static final int ANMF = tag("ANMF");

  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEADER = 8;

  /** What stands in an animation's frame before its own chunks. */
  private static final int FRAME_HEADER = 16;

  private final ByteBuffer file;
  private final long maxPixels;

  private WebpFrames(byte[] file, long maxPixels) {
    this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    this.maxPixels = maxPixels;
  }

  private static int tag(String name) {
    return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
  }

  /** Whether a file begins as WebP files do. */
  static boolean isWebp(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    return file.length >= FIRST_CHUNK && in.getInt(0) == RIFF && in.getInt(8) == WEBP;
  }

  /**
   * Makes sure that a file is whole, and none of its frames too large.
   *
   * @throws InputException if not; the message goes on from the file's name
   */
  static void check(byte[] file, long maxPixels) {
    WebpFrames frames = new WebpFrames(file, maxPixels);
    long promised = CHUNK_HEADER + Integer.toUnsignedLong(frames.file.getInt(4));
    if (promised > file.length) {
      throw new InputException(
          String.format(
              Locale.ROOT, "cannot be decoded: it has %d bytes of %d", file.length, promised));
    }
    frames.checkFrames();
  }

  /** Chunk by chunk; those within an animation's frame as if they stood by themselves. */
  private void checkFrames() {
    long at = FIRST_CHUNK;
    while (at + CHUNK_HEADER <= file.capacity()) {
      int kind = file.getInt((int) at);
      long length = Integer.toUnsignedLong(file.getInt((int) at + 4));
      int data = (int) at + CHUNK_HEADER;
      if (kind == VP8 && data + 10 <= file.capacity()) {
        size(file.getShort(data + 8) & 0x3fff, file.getShort(data + 6) & 0x3fff);
      } else if (kind == VP8L && data + 5 <= file.capacity()) {
        int bits = file.getInt(data + 1);
        size((bits >> 14 & 0x3fff) + 1, (bits & 0x3fff) + 1);
      }
      at = data + (kind == ANMF ? FRAME_HEADER : length + (length & 1));
    }
  }

  private void size(int height, int width) {
    if ((long) height * width > 0) {
      ImageDecoder.checkPixels(height, width, maxPixels);
    }
  }
}
