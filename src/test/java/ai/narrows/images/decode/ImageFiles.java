package ai.narrows.images.decode;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Image files made up for tests. */
public final class ImageFiles {

  private ImageFiles() {}

  /** A small file of every format and kind, by name; the plain kind is called as the format. */
  public static Map<String, byte[]> samples() throws IOException {
    BufferedImage grey = ImageRows.toBufferedImage(new ImageShape(20, 24, 1), random(480), 0);
    BufferedImage colour = ImageRows.toBufferedImage(new ImageShape(20, 24, 3), random(1440), 0);
    BufferedImage palette = drawn(colour, BufferedImage.TYPE_BYTE_INDEXED);
    boolean[] choice = new boolean[1440];
    for (int i = 0; i < choice.length; i++) {
      choice[i] = random(1440)[i] > 0;
    }
    Map<String, byte[]> samples = new LinkedHashMap<>();
    samples.put("png", encode(colour, "png"));
    samples.put("grey png", encode(grey, "png"));
    samples.put("palette png", encode(palette, "png"));
    samples.put("deep png", encode(drawn(grey, BufferedImage.TYPE_USHORT_GRAY), "png"));
    samples.put("alpha png", encode(drawn(colour, BufferedImage.TYPE_INT_ARGB), "png"));
    samples.put("interlaced png", progressive(colour, "png"));
    samples.put("jpeg", encode(colour, "jpeg"));
    samples.put("grey jpeg", encode(grey, "jpeg"));
    samples.put("progressive jpeg", progressive(colour, "jpeg"));
    samples.put("cmyk jpeg", fourComponents(10, 200, 30, 40));
    samples.put("ycck jpeg", withAdobe(fourComponents(10, 200, 30, 40), 2));
    samples.put("exif jpeg", withSegment(encode(colour, "jpeg"), 0xffe1, exif(6)));
    samples.put("lossless jpeg", losslessJpeg(9, 7, random(63)));
    samples.put("gif", encode(palette, "gif"));
    samples.put("animated gif", animated(colour, grey));
    samples.put("bmp", encode(colour, "bmp"));
    samples.put("palette bmp", encode(palette, "bmp"));
    for (String compression : List.of("LZW", "Deflate", "PackBits", "JPEG")) {
      samples.put(compression + " tiff", tiff(colour, compression, 16));
    }
    samples.put("tiff", encode(colour, "tiff"));
    samples.put("grey tiff", encode(grey, "tiff"));
    samples.put("webp", webp(24, 20, choice));
    // One pixel each, as pages ask a browser whether it can read WebP.
    samples.put("lossy webp", base64("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"));
    samples.put(
        "alpha webp",
        base64(
            "UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQ"
                + "AAAP4AAA3AAP7mtQAAAA=="));
    samples.put("pgm", "P5 20 24 255 ".getBytes(StandardCharsets.US_ASCII));
    samples.put(
        "plain ppm", "P3 2 2 9 1 2 3 4 5 6 7 8 9 0 1 2".getBytes(StandardCharsets.US_ASCII));
    samples.put("pbm", "P4 9 2 abcd".getBytes(StandardCharsets.US_ASCII));
    samples.put(
        "pam",
        "P7\nWIDTH 2\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\nabcdefgh"
            .getBytes(StandardCharsets.US_ASCII));
    samples.compute("pgm", (name, header) -> joined(header, random(480)));
    return samples;
  }

  private static BufferedImage drawn(BufferedImage image, int type) {
    BufferedImage copy = new BufferedImage(image.getWidth(), image.getHeight(), type);
    Graphics2D graphics = copy.createGraphics();
    graphics.drawImage(image, 0, 0, null);
    graphics.dispose();
    return copy;
  }

  private static byte[] base64(String text) {
    return Base64.getDecoder().decode(text);
  }

  public static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  /** A WebP file that has nothing but the header of its extended kind. */
  static byte[] extendedWebp(int width, int height) {
    ByteBuffer file = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(22);
    file.put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(0);
    file.putShort((short) (width - 1)).put((byte) ((width - 1) >> 16));
    return file.putShort((short) (height - 1)).put((byte) ((height - 1) >> 16)).array();
  }

  /** A TIFF file as the JDK writes it. */
  static byte[] tiff(BufferedImage image, String compression, int tile) throws IOException {
    ImageWriter writer = jdkWriter("tiff");
    ImageWriteParam param = writer.getDefaultWriteParam();
    if (!compression.equals("None")) {
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionType(compression);
    }
    if (tile > 0) {
      param.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
      param.setTiling(tile, tile, 0, 0);
    }
    return written(writer, new IIOImage(image, null, null), param);
  }

  private static ImageWriter jdkWriter(String format) {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName(format);
    ImageWriter writer = writers.next();
    while (writer.getClass().getModule() != ImageIO.class.getModule()) {
      writer = writers.next();
    }
    return writer;
  }

  static byte[] written(ImageWriter writer, IIOImage image, ImageWriteParam param)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, image, param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** A TIFF file that has nothing but tags, each a 32-bit number. */
  static byte[] tiff(int... tags) {
    ByteBuffer file = ByteBuffer.allocate(14 + 12 * (tags.length / 2 + 2));
    file.put((byte) 'M').put((byte) 'M').putShort((short) 42).putInt(8);
    file.putShort((short) (tags.length / 2 + 2));
    boolean tiled = tags[tags.length - 2] == 323;
    for (int i = 0; i < tags.length; i += 2) {
      file.putShort((short) tags[i]).putShort((short) 4).putInt(1).putInt(tags[i + 1]);
    }
    for (int tag : tiled ? new int[] {324, 325} : new int[] {273, 279}) {
      file.putShort((short) tag).putShort((short) 4).putInt(1).putInt(8);
    }
    return file.array();
  }

  /** A JPEG of 16x16 pixels of four components, all alike, without Adobe's marker. */
  static byte[] fourComponents(int... values) throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    for (int i = 0; i < 256; i++) {
      raster.setPixel(i % 16, i / 16, values);
    }
    return written(jdkWriter("jpeg"), new IIOImage(raster, null, null), null);
  }

  /** Puts Adobe's marker before everything else. */
  static byte[] withAdobe(byte[] jpeg, int transform) {
    ByteBuffer adobe = ByteBuffer.allocate(12);
    adobe.put("Adobe".getBytes(StandardCharsets.US_ASCII)).putShort((short) 100);
    return withSegment(jpeg, 0xffee, adobe.put(11, (byte) transform).array());
  }

  /** Adobe's YCCK of some inks. */
  static int[] ycck(int... inks) {
    double luma = 0.299 * inks[0] + 0.587 * inks[1] + 0.114 * inks[2];
    return new int[] {
      (int) Math.round(luma),
      (int) Math.round(Math.min(255, 128 + (inks[2] - luma) / 1.772)),
      (int) Math.round(Math.min(255, 128 + (inks[0] - luma) / 1.402)),
      255 - inks[3]
    };
  }

  /**
   * A grey lossless JPEG by hand: predictor 1 and a code of four bits for each of the categories 0
   * to 8 (ITU-T T.81, annex H).
   */
  static byte[] losslessJpeg(int height, int width, byte... pixels) {
    Bits bits = new Bits();
    for (int i = 0; i < pixels.length; i++) {
      int x = i % width;
      int predicted = i == 0 ? 128 : pixels[x == 0 ? i - width : i - 1] & 0xff;
      int difference = (pixels[i] & 0xff) - predicted;
      int category = 32 - Integer.numberOfLeadingZeros(Math.abs(difference));
      bits.highFirst(category, 4);
      bits.highFirst(difference < 0 ? difference - 1 : difference, category);
    }
    bits.highFirst(-1, bits.free());
    ByteBuffer file = ByteBuffer.allocate(1000);
    file.putShort((short) 0xffd8);
    file.putShort((short) 0xffc4).putShort((short) 28).put((byte) 0);
    file.put(new byte[] {0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    file.put(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8});
    file.putShort((short) 0xffc3).putShort((short) 11).put((byte) 8);
    file.putShort((short) height).putShort((short) width);
    file.put(new byte[] {1, 1, 0x11, 0});
    file.putShort((short) 0xffda).putShort((short) 8).put(new byte[] {1, 1, 0, 1, 0, 0});
    for (byte value : bits.bytes()) {
      file.put(value);
      if (value == -1) {
        file.put((byte) 0);
      }
    }
    file.putShort((short) 0xffd9);
    return Arrays.copyOf(file.array(), file.position());
  }

  /**
   * A lossless WebP file by hand, without transforms or colour cache, with a code of one bit for
   * each channel ("WebP Lossless Bitstream Specification", sections 3, 5 and 6).
   *
   * @param choice [height, width, BGR] which of a channel's two values a pixel has
   */
  static byte[] webp(int width, int height, boolean... choice) {
    Bits bits = new Bits();
    bits.lowFirst(0x2f, 8);
    bits.lowFirst(width - 1, 14);
    bits.lowFirst(height - 1, 14);
    bits.lowFirst(0, 1 + 3); // no alpha, version 0
    bits.lowFirst(0, 1 + 1 + 1); // no transform, no colour cache, one group of codes
    for (int channel : new int[] {1, 2, 0}) { // green, red, blue
      bits.lowFirst(1, 1); // a simple code
      bits.lowFirst(1, 1); // of two symbols
      bits.lowFirst(1, 1); // of eight bits each
      bits.lowFirst(30 + channel, 8);
      bits.lowFirst(200 + channel, 8);
    }
    for (int symbol : new int[] {255, 0}) { // alpha, distance: simple, one symbol
      bits.lowFirst(1, 1);
      bits.lowFirst(0, 1);
      bits.lowFirst(symbol > 1 ? 1 : 0, 1);
      bits.lowFirst(symbol, symbol > 1 ? 8 : 1);
    }
    for (int i = 0; i < choice.length; i += 3) {
      for (int channel : new int[] {1, 2, 0}) {
        bits.lowFirst(choice[i + channel] ? 1 : 0, 1);
      }
    }
    byte[] data = bits.bytes();
    int padded = data.length + data.length % 2;
    ByteBuffer file = ByteBuffer.allocate(20 + padded).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + padded);
    file.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII)).putInt(data.length).put(data);
    return file.array();
  }

  /** A stream of bits. */
  private static final class Bits {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int current;
    private int count;

    /** Bits left in the byte that was begun. */
    int free() {
      return (8 - count) % 8;
    }

    /** Fills bytes from the highest bit on, as JPEG does. */
    void highFirst(int value, int length) {
      for (int i = length - 1; i >= 0; i--) {
        put((value >> i & 1) << (7 - count));
      }
    }

    /** Fills bytes from the lowest bit on, as WebP does. */
    void lowFirst(int value, int length) {
      for (int i = 0; i < length; i++) {
        put((value >> i & 1) << count);
      }
    }

    private void put(int bit) {
      current |= bit;
      if (++count == 8) {
        flush();
      }
    }

    private void flush() {
      bytes.write(current);
      current = 0;
      count = 0;
    }

    byte[] bytes() {
      if (count > 0) {
        flush();
      }
      return bytes.toByteArray();
    }
  }

  /** A file as ImageIO writes it, told nothing but the format. */
  static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, out)) {
      throw new IOException("no writer for " + format);
    }
    return out.toByteArray();
  }

  /** A file that can be shown before it is whole: interlaced PNG, progressive JPEG. */
  static byte[] progressive(BufferedImage image, String format) throws IOException {
    ImageWriter writer = jdkWriter(format);
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    return written(writer, new IIOImage(image, null, null), param);
  }

  /** A GIF file of several images. */
  static byte[] animated(BufferedImage... images) throws IOException {
    ImageWriter writer = jdkWriter("gif");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (BufferedImage image : images) {
        writer.writeToSequence(new IIOImage(image, null, null), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** Puts a segment behind the first marker of a JPEG file. */
  static byte[] withSegment(byte[] jpeg, int marker, byte... data) {
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + 4 + data.length);
    file.put(jpeg, 0, 2).putShort((short) marker).putShort((short) (2 + data.length)).put(data);
    return file.put(jpeg, 2, jpeg.length - 2).array();
  }

  /** Exif metadata that says how the camera was held, 1 to 8. */
  static byte[] exif(int orientation) {
    ByteBuffer exif = ByteBuffer.allocate(6 + 8 + 2 + 12 + 4);
    exif.put("Exif\0\0MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
    exif.putShort((short) 1).putShort((short) 0x112).putShort((short) 3).putInt(1);
    return exif.putShort((short) orientation).putShort((short) 0).putInt(0).array();
  }

  /** A PNG file by hand, for the types that ImageIO does not write. */
  public static byte[] png(int width, int height, int bits, int type, byte[] lines)
      throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
      deflater.write(lines);
    }
    byte[] header =
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) bits)
            .put((byte) type)
            .array();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    file.write(chunk("IHDR", header));
    file.write(chunk("IDAT", packed.toByteArray()));
    file.write(chunk("IEND", new byte[0]));
    return file.toByteArray();
  }

  static byte[] chunk(String name, byte[] data) throws IOException {
    byte[] typed =
        ByteBuffer.allocate(4 + data.length)
            .put(name.getBytes(StandardCharsets.US_ASCII))
            .put(data)
            .array();
    CRC32 crc = new CRC32();
    crc.update(typed);
    return ByteBuffer.allocate(8 + typed.length)
        .putInt(data.length)
        .put(typed)
        .putInt((int) crc.getValue())
        .array();
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(3).nextBytes(bytes);
    return bytes;
  }

  /** Where these bytes are first found. */
  static int indexOf(byte[] file, int... sought) {
    for (int at = 0; at <= file.length - sought.length; at++) {
      int i = 0;
      while (i < sought.length && (file[at + i] & 0xff) == sought[i]) {
        i++;
      }
      if (i == sought.length) {
        return at;
      }
    }
    throw new IllegalArgumentException("not in the file: " + Arrays.toString(sought));
  }
}
