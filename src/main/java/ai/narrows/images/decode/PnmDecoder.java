package ai.narrows.images.decode;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Decodes the first image of a Netpbm file (PBM, PGM, PPM, plain and raw, and PAM) as its manual
 * pages define them. Samples are scaled so that the file's maxval becomes 255.
 */
final class PnmDecoder {

  private final byte[] file;
  private final long maxPixels;
  private int at = 2; // after the magic number

  private PnmDecoder(byte[] file, long maxPixels) {
    this.file = file;
    this.maxPixels = maxPixels;
  }

  /** Whether a file begins with P1 to P7 and white space. */
  static boolean isPnm(byte[] file) {
    return file.length > 2
        && file[0] == 'P'
        && file[1] >= '1'
        && file[1] <= '7'
        && Character.isWhitespace(file[2]);
  }

  /**
   * Decodes a file.
   *
   * @throws InputException if it is too large, truncated or damaged; the message goes on from the
   *     file's name
   */
  static Picture decode(byte[] file, long maxPixels) {
    return new PnmDecoder(file, maxPixels).decode();
  }

  /**
   * Shape of a file's image, from its header alone.
   *
   * @throws InputException if the header is truncated or damaged
   */
  static ImageShape shape(byte[] head) {
    return new PnmDecoder(head, Long.MAX_VALUE).header().shape();
  }

  /**
   * What a header says.
   *
   * @param depth samples a pixel
   * @param max the highest sample
   */
  private record Header(int kind, ImageShape shape, int depth, int max) {}

  private Header header() {
    int kind = file[1] - '0';
    if (kind == 7) {
      return pam();
    }
    int width = number("width", Integer.MAX_VALUE);
    int height = number("height", Integer.MAX_VALUE);
    boolean bits = kind == 1 || kind == 4;
    int max = bits ? 1 : number("maxval", 65535);
    int depth = kind == 3 || kind == 6 ? 3 : 1;
    ImageShape shape = shape(height, width, depth);
    if (kind >= 4) {
      at++; // the one white space that ends the header
    }
    return new Header(kind, shape, depth, max);
  }

  private Picture decode() {
    Header header = header();
    ImageShape shape = header.shape;
    int depth = header.depth;
    int max = header.max;
    return switch (header.kind) {
      case 1 -> new Picture(shape, plainBits(shape));
      case 2, 3 -> colour(shape, depth, plain(shape.size(), max));
      case 4 -> new Picture(shape, rawBits(shape));
      default -> colour(shape, depth, raw((long) shape.height() * shape.width() * depth, max));
    };
  }

  private Header pam() {
    int width = 0;
    int height = 0;
    int depth = 0;
    int max = 0;
    while (true) {
      String word = word();
      switch (word) {
        case "WIDTH" -> width = number(word, Integer.MAX_VALUE);
        case "HEIGHT" -> height = number(word, Integer.MAX_VALUE);
        case "DEPTH" -> depth = number(word, 4);
        case "MAXVAL" -> max = number(word, 65535);
        case "TUPLTYPE" -> skipLine();
        case "ENDHDR" -> {
          if (width == 0 || height == 0 || depth == 0 || max == 0) {
            throw damaged("its header lacks WIDTH, HEIGHT, DEPTH or MAXVAL");
          }
          at++;
          return new Header(7, shape(height, width, depth), depth, max);
        }
        default -> throw damaged(String.format(Locale.ROOT, "its header has the word '%s'", word));
      }
    }
  }

  private ImageShape shape(int height, int width, int depth) {
    ImageDecoder.checkPixels(height, width, maxPixels);
    return new ImageShape(height, width, depth == 1 ? 1 : 3);
  }

  /**
   * A picture of samples.
   *
   * @param depth 1 for grey, 2 with alpha, 3 for red, green, blue, 4 with alpha
   * @param samples [height, width, depth], 0 to 255
   */
  private static Picture colour(ImageShape shape, int depth, byte[] samples) {
    if (depth == 1) {
      return new Picture(shape, samples);
    }
    byte[] pixels = new byte[shape.size()];
    for (int i = 0; i < pixels.length / 3; i++) {
      int alpha = depth % 2 == 0 ? samples[i * depth + depth - 1] & 0xff : 255;
      for (int c = 0; c < 3; c++) {
        int value = samples[i * depth + (depth == 2 ? 0 : 2 - c)] & 0xff;
        pixels[3 * i + c] = (byte) Channels.overBlack(value, alpha);
      }
    }
    return new Picture(shape, pixels);
  }

  private byte[] raw(long count, int max) {
    int size = max > 255 ? 2 : 1;
    need(count * size);
    byte[] samples = new byte[(int) count];
    for (int i = 0; i < samples.length; i++) {
      int value = file[at++] & 0xff;
      samples[i] = scaled(size == 1 ? value : (value << 8) + (file[at++] & 0xff), max);
    }
    return samples;
  }

  private byte[] plain(int count, int max) {
    need(2L * count - 1);
    byte[] samples = new byte[count];
    for (int i = 0; i < count; i++) {
      samples[i] = scaled(value(word(), max), max);
    }
    return samples;
  }

  /** Of 16 bits the upper 8, as everywhere; otherwise rounded. */
  private static byte scaled(int value, int max) {
    int clipped = Math.min(value, max);
    return (byte) (max == 65535 ? clipped >> 8 : (clipped * 255 + max / 2) / max);
  }

  /** Bits packed from the highest on, lines padded to bytes; 1 is black. */
  private byte[] rawBits(ImageShape shape) {
    int lineBytes = (shape.width() + 7) / 8;
    need((long) lineBytes * shape.height());
    byte[] pixels = new byte[shape.size()];
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        boolean black = (file[at + y * lineBytes + x / 8] >> (7 - x % 8) & 1) == 1;
        pixels[y * shape.width() + x] = (byte) (black ? 0 : 255);
      }
    }
    return pixels;
  }

  /** Bits as digits, which need no space between them. */
  private byte[] plainBits(ImageShape shape) {
    need(shape.size());
    byte[] pixels = new byte[shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      skipSpace();
      byte digit = file[at++];
      if (digit != '0' && digit != '1') {
        throw damaged(String.format(Locale.ROOT, "it has '%c' where 0 or 1 must be", (char) digit));
      }
      pixels[i] = (byte) (digit == '1' ? 0 : 255);
    }
    return pixels;
  }

  /** Before anything is allocated for them. */
  private void need(long bytes) {
    if (file.length - at < bytes) {
      throw damaged("it ends too early");
    }
  }

  private int number(String what, int max) {
    int value = value(word(), max);
    if (value < 1) {
      throw damaged(String.format(Locale.ROOT, "its %s is 0", what));
    }
    return value;
  }

  private int value(String word, int max) {
    if (!word.matches("[0-9]{1,10}") || Long.parseLong(word) > max) {
      throw damaged(
          String.format(Locale.ROOT, "it has '%s' where a number up to %d must be", word, max));
    }
    return Integer.parseInt(word);
  }

  /** The next characters up to white space, at most 20; comments are skipped. */
  private String word() {
    skipSpace();
    int start = at;
    while (at < file.length && !Character.isWhitespace(file[at]) && at - start < 20) {
      at++;
    }
    return new String(file, start, at - start, StandardCharsets.ISO_8859_1);
  }

  private void skipSpace() {
    while (at < file.length && (Character.isWhitespace(file[at]) || file[at] == '#')) {
      if (file[at] == '#') {
        skipLine();
      } else {
        at++;
      }
    }
    if (at >= file.length) {
      throw damaged("it ends too early");
    }
  }

  private void skipLine() {
    while (at < file.length && file[at] != '\n' && file[at] != '\r') {
      at++;
    }
  }

  private static InputException damaged(String reason) {
    return new InputException("cannot be decoded: " + reason);
  }
}
