package ai.narrows.images.decode;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * A WebP file (RFC 9649): its first frame on its canvas, transparent where the frame is not. Lossy
 * frames are decoded by {@link Vp8Frame}, lossless ones and alpha by TwelveMonkeys, which is given
 * nothing but them: colour profiles change no pixels, and what is missing is found here.
 */
final class WebpFile {

  private static final int RIFF = tag("RIFF");
  private static final int WEBP = tag("WEBP");
  private static final int VP8 = tag("VP8 ");
  private static final int VP8L = tag("VP8L");
  private static final int VP8X = tag("VP8X");
  private static final int ALPH = tag("ALPH");
  private static final int ANMF = tag("ANMF");

  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int EXTENDED_HEADER = 10;
  private static final int LOSSLESS_HEADER = 5;
  private static final int ANIMATED = 2;

  /** What stands in an animation's frame before its own chunks. */
  private static final int FRAME_HEADER = 16;

  /** What {@link #shape} needs to see of a file. */
  static final int HEADER = FIRST_CHUNK + CHUNK_HEADER + EXTENDED_HEADER;

  private final ByteBuffer file;
  private final int end;
  private final long maxPixels;

  private WebpFile(byte[] file, int end, long maxPixels) {
    this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    this.end = end;
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
   * Decodes the first frame.
   *
   * @throws InputException if the file is damaged, truncated or too large; the message goes on from
   *     the file's name
   */
  static Picture decode(byte[] file, long maxPixels) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long promised = CHUNK_HEADER + Integer.toUnsignedLong(in.getInt(4));
    if (promised > file.length) {
      throw damaged(String.format(Locale.ROOT, "it has %d bytes of %d", file.length, promised));
    }
    return new WebpFile(file, (int) promised, maxPixels).decode();
  }

  /**
   * Shape of a file's image, from its beginning.
   *
   * @param head at least {@link #HEADER} bytes, if the file has as many
   */
  static ImageShape shape(byte[] head) {
    if (head.length < HEADER) {
      throw damaged("it ends too early");
    }
    WebpFile file = new WebpFile(head, head.length, Long.MAX_VALUE);
    int data = FIRST_CHUNK + CHUNK_HEADER;
    int kind = file.file.getInt(FIRST_CHUNK);
    if (kind == VP8X) {
      return new ImageShape(file.size(data + 7), file.size(data + 4), 3);
    }
    if (kind == VP8) {
      int width = file.file.getShort(data + 6) & 0x3fff;
      return new ImageShape(file.file.getShort(data + 8) & 0x3fff, width, 3);
    }
    if (kind == VP8L) {
      return file.losslessShape(data);
    }
    throw damaged("its first chunk is none of VP8, VP8L and VP8X");
  }

  private static InputException damaged(String reason) {
    return new InputException("cannot be decoded: " + reason);
  }

  private Picture decode() throws IOException {
    if (FIRST_CHUNK + CHUNK_HEADER > end || file.getInt(FIRST_CHUNK) != VP8X) {
      return frame(FIRST_CHUNK, end, null);
    }
    int data = FIRST_CHUNK + CHUNK_HEADER;
    int next = next(FIRST_CHUNK, end);
    if (next - data < EXTENDED_HEADER) {
      throw damaged("its VP8X chunk is too short");
    }
    ImageShape canvas = checkedShape(size(data + 7), size(data + 4));
    if ((file.get(data) & ANIMATED) == 0) {
      return frame(next, end, canvas);
    }
    while (next < end) {
      int at = next;
      next = next(at, end);
      if (file.getInt(at) == ANMF) {
        return placed(at + CHUNK_HEADER, next, canvas);
      }
    }
    throw damaged("it has no frame");
  }

  /** An animation's frame on the canvas. */
  private Picture placed(int at, int frameEnd, ImageShape canvas) throws IOException {
    if (frameEnd - at < FRAME_HEADER) {
      throw damaged("its ANMF chunk is too short");
    }
    int left = 2 * (size(at) - 1);
    int top = 2 * (size(at + 3) - 1);
    ImageShape shape = checkedShape(size(at + 9), size(at + 6));
    if (left + shape.width() > canvas.width() || top + shape.height() > canvas.height()) {
      throw damaged("its first frame is not within its canvas");
    }
    byte[] pixels = frame(at + FRAME_HEADER, frameEnd, shape).pixels();
    if (shape.equals(canvas)) {
      return new Picture(canvas, pixels);
    }
    byte[] out = new byte[canvas.size()];
    int line = 3 * shape.width();
    for (int y = 0; y < shape.height(); y++) {
      System.arraycopy(pixels, y * line, out, 3 * ((top + y) * canvas.width() + left), line);
    }
    return new Picture(canvas, out);
  }

  private ImageShape checkedShape(int height, int width) {
    ImageDecoder.checkPixels(height, width, maxPixels);
    return new ImageShape(height, width, 3);
  }

  /** A number of three bytes, and one more, as sizes are stored. */
  private int size(int at) {
    return 1 + ((file.getShort(at) & 0xffff) | ((file.get(at + 2) & 0xff) << 16));
  }

  /** Where the chunk after one begins; that one is whole. */
  private int next(int at, int before) {
    long length =
        at + CHUNK_HEADER <= before ? Integer.toUnsignedLong(file.getInt(at + 4)) : before;
    if (at + CHUNK_HEADER + length > before) {
      throw damaged("its chunks are longer than the file");
    }
    return (int) Math.min(before, at + CHUNK_HEADER + length + (length & 1));
  }

  /**
   * The pixels of the first frame among some chunks.
   *
   * @param declared its shape, where the file says it beforehand
   */
  private Picture frame(int from, int to, ImageShape declared) throws IOException {
    int alpha = -1;
    int at = from;
    while (at < to) {
      int next = next(at, to);
      int kind = file.getInt(at);
      int data = at + CHUNK_HEADER;
      int dataEnd = data + file.getInt(at + 4);
      if (kind == ALPH) {
        alpha = at;
      } else if (kind == VP8) {
        Picture picture = Vp8Frame.decode(file.array(), data, dataEnd, maxPixels);
        checkShape(picture.shape(), declared);
        if (alpha >= 0) {
          int alphaEnd = alpha + CHUNK_HEADER + file.getInt(alpha + 4);
          composite(picture, alpha(alpha + CHUNK_HEADER, alphaEnd, picture.shape()));
        }
        return picture;
      } else if (kind == VP8L) {
        return lossless(data, dataEnd, declared);
      } else if (declared == null) {
        throw damaged("its first chunk is none of VP8, VP8L and VP8X");
      }
      at = next;
    }
    throw damaged("it has no frame");
  }

  private static void checkShape(ImageShape shape, ImageShape declared) {
    if (declared != null && !shape.equals(declared)) {
      throw damaged("its frame is %s, but its header says %s".formatted(shape, declared));
    }
  }

  /** Composites pixels over black in place. */
  private static void composite(Picture picture, byte[] alpha) {
    byte[] pixels = picture.pixels();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Channels.overBlack(pixels[i] & 0xff, alpha[i / 3] & 0xff);
    }
  }

  private ImageShape losslessShape(int at) {
    int bits = file.getInt(at + 1);
    return new ImageShape((bits >> 14 & 0x3fff) + 1, (bits & 0x3fff) + 1, 3);
  }

  private Picture lossless(int data, int dataEnd, ImageShape declared) throws IOException {
    if (dataEnd - data < LOSSLESS_HEADER) {
      throw damaged("its VP8L data end too early");
    }
    ImageShape shape = losslessShape(data);
    ImageDecoder.checkPixels(shape.height(), shape.width(), maxPixels);
    checkShape(shape, declared);
    byte[] stream = new byte[dataEnd - data];
    file.get(data, stream);
    boolean hasAlpha = (stream[4] >> 4 & 1) == 1;
    Raster raster = read(stream);
    byte[] pixels = new byte[shape.size()];
    int[] line = null;
    for (int y = 0; y < shape.height(); y++) {
      line = raster.getPixels(0, y, shape.width(), 1, line);
      for (int x = 0; x < shape.width(); x++) {
        int from = x * raster.getNumBands();
        int alpha = hasAlpha ? line[from + 3] : 255;
        for (int c = 0; c < 3; c++) {
          int to = 3 * (y * shape.width() + x) + c;
          pixels[to] = (byte) Channels.overBlack(line[from + 2 - c], alpha);
        }
      }
    }
    return new Picture(shape, pixels);
  }

  /** Red, green, blue and perhaps alpha of a VP8L stream. */
  private static Raster read(byte[] stream) throws IOException {
    int padded = stream.length + stream.length % 2;
    ByteBuffer simple =
        ByteBuffer.allocate(FIRST_CHUNK + CHUNK_HEADER + padded).order(ByteOrder.LITTLE_ENDIAN);
    simple.putInt(RIFF).putInt(simple.capacity() - CHUNK_HEADER).putInt(WEBP);
    simple.putInt(VP8L).putInt(stream.length).put(stream);
    try (ImageInputStream in = new FiniteStream(simple.array())) {
      ImageReader reader = ImageReaders.ofWebp();
      try {
        reader.setInput(in, true, true);
        return reader.read(0).getRaster();
      } finally {
        reader.dispose();
      }
    }
  }

  /** An alpha chunk's values, [height, width]. */
  private byte[] alpha(int data, int dataEnd, ImageShape shape) throws IOException {
    int count = shape.height() * shape.width();
    byte[] alpha = new byte[count];
    int method = data < dataEnd ? file.get(data) & 3 : 2;
    if (method > 1 || (method == 0 && dataEnd - data - 1 < count)) {
      throw damaged("its alpha is damaged");
    }
    if (method == 0) {
      file.get(data + 1, alpha);
    } else {
      // The same as a file of its own, but for the header; the values are in the green.
      ByteBuffer stream =
          ByteBuffer.allocate(LOSSLESS_HEADER + dataEnd - data - 1).order(ByteOrder.LITTLE_ENDIAN);
      stream.put((byte) 0x2f).putInt((shape.width() - 1) | ((shape.height() - 1) << 14));
      stream.put(file.array(), data + 1, dataEnd - data - 1);
      Raster raster = read(stream.array());
      for (int i = 0; i < count; i++) {
        alpha[i] = (byte) raster.getSample(i % shape.width(), i / shape.width(), 1);
      }
    }
    unfilter(alpha, shape.width(), file.get(data) >> 2 & 3);
    return alpha;
  }

  /** Adds to each value its prediction: 1 from the left, 2 from above, 3 from both. */
  private static void unfilter(byte[] alpha, int width, int filter) {
    for (int i = 1; i < alpha.length && filter > 0; i++) {
      int above = i < width ? -1 : alpha[i - width] & 0xff;
      int left = i % width == 0 ? -1 : alpha[i - 1] & 0xff;
      int prediction;
      if (above < 0 || (filter == 1 && left >= 0)) {
        prediction = left;
      } else if (left < 0 || filter == 2) {
        prediction = above;
      } else {
        int corner = alpha[i - width - 1] & 0xff;
        prediction = Math.max(0, Math.min(255, left + above - corner));
      }
      alpha[i] += (byte) prediction;
    }
  }
}
