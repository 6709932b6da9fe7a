package ai.narrows.images.decode;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The beginning of an image file, read as far as its shape asks for. Colour profiles, thumbnails
 * and comments may stand before that: they are read up to a bound, not decoded. What TIFF has at
 * its end is skipped to.
 */
final class ImageHeader {

  /** What a header may have before an image's shape: 32 MiB, twice the largest profile in JPEG. */
  static final int MAX_BYTES = 32 << 20;

  private static final int FIRST = 128 << 10;

  private static final int PNG_HEADER = 26;
  private static final int BMP_HEADER = 26;

  private final InputStream file;
  private final int maxBytes;
  private byte[] head;
  private long position; // in the file

  private ImageHeader(InputStream file, int maxBytes) throws IOException {
    this.file = file;
    this.maxBytes = maxBytes;
    head = file.readNBytes(Math.min(FIRST, maxBytes));
    position = head.length;
  }

  /**
   * Shape of an image as its header has it; the channels of formats that say little there are a
   * guess.
   *
   * @param file the file's content, read as far as the header goes
   * @param maxBytes that may be read of it
   * @throws InputException if it has no header of these formats, or a longer one; the message goes
   *     on from the file's name
   */
  static ImageShape shape(InputStream file, int maxBytes) throws IOException {
    return new ImageHeader(file, maxBytes).shape();
  }

  private ImageShape shape() throws IOException {
    if (PnmDecoder.isPnm(head)) {
      return PnmDecoder.shape(head);
    }
    if (JpegHeader.isJpeg(head)) {
      return jpeg();
    }
    if (WebpFile.isWebp(head)) {
      return WebpFile.shape(head);
    }
    if (GifScreen.isGif(head)) {
      return gif();
    }
    ByteBuffer in = ByteBuffer.wrap(head);
    if (begins(0x89, 'P', 'N', 'G') && head.length >= PNG_HEADER) {
      return new ImageShape(in.getInt(20), in.getInt(16), head[25] == 0 ? 1 : 3);
    }
    if (begins('B', 'M') && head.length >= BMP_HEADER) {
      return bmp(in.order(ByteOrder.LITTLE_ENDIAN));
    }
    if (begins('I', 'I') || begins('M', 'M')) {
      return tiff(in.order(head[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN));
    }
    throw ImageDecoder.noImage();
  }

  private boolean begins(int... bytes) {
    boolean same = head.length > bytes.length;
    for (int i = 0; same && i < bytes.length; i++) {
      same = (head[i] & 0xff) == bytes[i];
    }
    return same;
  }

  /** Reads twice as much; false at the end of the file. */
  private boolean more() throws IOException {
    int length = head.length;
    if (length >= maxBytes) {
      throw new InputException(
          String.format(
                  Locale.ROOT,
                  "has over %d bytes of profiles, thumbnails or comments before its first image,",
                  maxBytes)
              + String.format(Locale.ROOT, " but may have at most %d: remove some", maxBytes));
    }
    byte[] next = file.readNBytes(Math.min(length, maxBytes - length));
    head = Arrays.copyOf(head, length + next.length);
    System.arraycopy(next, 0, head, length, next.length);
    return next.length > 0;
  }

  private ImageShape jpeg() throws IOException {
    Optional<JpegHeader> header = JpegHeader.read(head);
    while (header.isEmpty()) {
      if (!more()) {
        throw endsTooEarly();
      }
      header = JpegHeader.read(head);
    }
    JpegHeader jpeg = header.get();
    return new ImageShape(jpeg.height(), jpeg.width(), jpeg.components() == 1 ? 1 : 3);
  }

  private ImageShape gif() throws IOException {
    Optional<GifScreen> screen = GifScreen.read(head);
    while (screen.isEmpty()) {
      if (!more()) {
        throw endsTooEarly();
      }
      screen = GifScreen.read(head);
    }
    return new ImageShape(screen.get().height(), screen.get().width(), 3);
  }

  private static InputException endsTooEarly() {
    return new InputException("has a damaged header: it ends too early");
  }

  /** Rows that go down have a negative height. */
  private static ImageShape bmp(ByteBuffer in) {
    if (in.getInt(14) == 12) { // as OS/2 wrote it
      return new ImageShape(in.getShort(20) & 0xffff, in.getShort(18) & 0xffff, 3);
    }
    return new ImageShape(Math.abs(in.getInt(22)), in.getInt(18), 3);
  }

  private ImageShape tiff(ByteBuffer in) throws IOException {
    if (head.length < 16) {
      throw ImageDecoder.noImage();
    }
    boolean big = in.getShort(2) == 43;
    if (!big && in.getShort(2) != 42) {
      throw ImageDecoder.noImage();
    }
    long at = big ? in.getLong(8) : Integer.toUnsignedLong(in.getInt(4));
    ByteBuffer directory = section(at, big ? 8 : 2).order(in.order());
    long entries = big ? directory.getLong(0) : directory.getShort(0) & 0xffff;
    if (entries < 1 || entries > 0xffff) {
      throw new InputException(
          String.format(Locale.ROOT, "has a damaged header: a directory of %d tags", entries));
    }
    int size = big ? 20 : 12;
    directory = section(at + (big ? 8 : 2), (int) entries * size).order(in.order());
    long height = 0;
    long width = 0;
    long photometric = 0;
    long samples = 1;
    for (int entry = 0; entry < entries * size; entry += size) {
      int value = entry + (big ? 12 : 8);
      long number =
          directory.getShort(entry + 2) == 3
              ? directory.getShort(value) & 0xffff
              : Integer.toUnsignedLong(directory.getInt(value));
      switch (directory.getShort(entry) & 0xffff) {
        case 256 -> width = number;
        case 257 -> height = number;
        case 262 -> photometric = number;
        case 277 -> samples = number;
        default -> {} // says nothing of the shape
      }
    }
    boolean grey = photometric <= 1 && samples == 1;
    return new ImageShape(Math.toIntExact(height), Math.toIntExact(width), grey ? 1 : 3);
  }

  /** Some bytes of the file, of which none before is asked for later on. */
  private ByteBuffer section(long from, int length) throws IOException {
    if (from < 0) {
      throw endsTooEarly();
    }
    byte[] section = new byte[length];
    int known = 0;
    if (from < head.length) {
      known = (int) Math.min(length, head.length - from);
      System.arraycopy(head, (int) from, section, 0, known);
    } else {
      file.skipNBytes(from - position);
      position = from;
    }
    int read = file.readNBytes(section, known, length - known);
    position += read;
    if (known + read < length) {
      throw endsTooEarly();
    }
    return ByteBuffer.wrap(section);
  }
}
