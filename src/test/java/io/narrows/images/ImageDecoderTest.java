package io.narrows.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

  private static final ImageDecoder DECODER = new ImageDecoder(1_000_000);

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff"})
  void losslessFormatsKeepEveryPixel(String format) throws IOException {
    byte[] pixels = random(9 * 7 * 3);
    byte[] file = encode(ImageRows.toBufferedImage(new ImageShape(9, 7, 3), pixels, 0), format);

    Picture decoded = DECODER.decode(file);

    assertThat(decoded.shape()).hasToString("9x7x3").isEqualTo(header(file));
    assertThat(decoded.pixels()).isEqualTo(pixels);
  }

  private static ImageShape header(byte[] file) {
    return ImageDecoder.shape(new ByteArrayInputStream(file));
  }

  @Test
  void greyStaysGreyWithoutGamma() throws IOException {
    byte[] pixels = random(9 * 7);
    byte[] file = encode(ImageRows.toBufferedImage(new ImageShape(9, 7, 1), pixels, 0), "png");

    assertThat(DECODER.decode(file).shape()).hasToString("9x7x1").isEqualTo(header(file));
    assertThat(DECODER.decode(file).pixels()).isEqualTo(pixels);
  }

  @Test
  void jpegIsNearInColourAndGrey() throws IOException {
    for (int channels : new int[] {1, 3}) {
      byte[] pixels = new byte[16 * 16 * channels];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (40 + 80 * (i % channels));
      }
      ImageShape shape = new ImageShape(16, 16, channels);

      Picture decoded = DECODER.decode(encode(ImageRows.toBufferedImage(shape, pixels, 0), "jpeg"));

      assertThat(decoded.shape()).isEqualTo(shape);
      for (int i = 0; i < pixels.length; i++) {
        assertThat(decoded.pixels()[i] & 0xff)
            .isBetween((pixels[i] & 0xff) - 4, (pixels[i] & 0xff) + 4);
      }
    }
  }

  @Test
  void upperEightOfSixteenBitsAreTaken() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(0, 0, 0, 0x80ff);
    image.getRaster().setSample(1, 0, 0, 0xff00);

    Picture decoded = DECODER.decode(encode(image, "png"));

    assertThat(decoded.shape()).hasToString("1x2x1");
    assertThat(decoded.pixels()).containsExactly((byte) 0x80, (byte) 0xff);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "gif"})
  void palettesAreLookedUp(String format) throws IOException {
    byte[] ramp = {10, 20, 30, 40};
    byte[] green = {50, 60, 70, 80};
    byte[] blue = {90, 100, 110, 120};
    BufferedImage image =
        new BufferedImage(
            4, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 4, ramp, green, blue));
    for (int x = 0; x < 4; x++) {
      image.getRaster().setSample(x, 0, 0, 3 - x);
    }

    Picture decoded = DECODER.decode(encode(image, format));

    assertThat(decoded.shape()).hasToString("1x4x3");
    assertThat(decoded.pixels()).containsExactly(120, 80, 40, 110, 70, 30, 100, 60, 20, 90, 50, 10);
  }

  @Test
  void alphaIsCompositedOverBlack() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0xff102030);
    image.setRGB(1, 0, 0x33646464);

    Picture decoded = DECODER.decode(encode(image, "png"));

    assertThat(decoded.pixels()).containsExactly(0x30, 0x20, 0x10, 20, 20, 20);
  }

  @Test
  void greyWithAlphaBecomesColourWithoutGamma() throws IOException {
    // Colour type 4: value and alpha.
    byte[] file = png(2, 1, 8, 4, new byte[] {0, 100, (byte) 255, 100, 51});

    assertThat(DECODER.decode(file).shape()).hasToString("1x2x3");
    assertThat(DECODER.decode(file).pixels()).containsExactly(100, 100, 100, 20, 20, 20);
  }

  @Test
  void packedGreyStaysGrey() throws IOException {
    // Colour type 0 with two bits a pixel: 0, 1, 2, 3.
    byte[] file = png(4, 1, 2, 0, new byte[] {0, 0b00011011});

    assertThat(DECODER.decode(file).shape()).hasToString("1x4x1");
    assertThat(DECODER.decode(file).pixels()).containsExactly(0, 85, (byte) 170, (byte) 255);
  }

  @Test
  void sixteenBitColourKeepsUpperBits() throws IOException {
    byte[] file = png(1, 1, 16, 2, new byte[] {0, 10, 99, 20, 99, 30, 99});

    assertThat(DECODER.decode(file).pixels()).containsExactly(30, 20, 10);
  }

  @Test
  void hugeImagesAreRefusedByTheirHeader() throws IOException {
    byte[] file = png(65535, 65535, 8, 0, new byte[] {0});

    assertThatThrownBy(() -> DECODER.decode(file))
        .isInstanceOf(InputException.class)
        .hasMessage("is 65535x65535, which is 4294836225 pixels, but maxPixels is 1000000");
  }

  @Test
  void otherFormatsAreRefused() throws IOException {
    for (byte[] file :
        new byte[][] {{}, {1, 2, 3}, "hello, world".getBytes(StandardCharsets.US_ASCII)}) {
      assertThatThrownBy(() -> DECODER.decode(file))
          .isInstanceOf(InputException.class)
          .hasMessage("is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"None", "LZW", "Deflate", "ZLib", "PackBits"})
  void tiffIsLosslessInStripsAndTiles(String compression) throws IOException {
    for (int channels : new int[] {1, 3}) {
      for (int tile : new int[] {0, 16}) {
        ImageShape shape = new ImageShape(37, 50, channels);
        byte[] pixels = random(shape.size());

        byte[] file = tiff(ImageRows.toBufferedImage(shape, pixels, 0), compression, tile);

        assertThat(DECODER.decode(file).shape()).isEqualTo(shape).isEqualTo(header(file));
        assertThat(DECODER.decode(file).pixels()).isEqualTo(pixels);
        for (int length : new int[] {20, file.length / 3, file.length * 2 / 3}) {
          assertThatThrownBy(() -> DECODER.decode(Arrays.copyOf(file, length)))
              .as("%s, tiles of %d, cut to %d of %d", compression, tile, length, file.length)
              .isInstanceOf(InputException.class)
              .hasMessageStartingWith("cannot be decoded: ");
        }
      }
    }
  }

  @Test
  void tiffWithJpegInsideIsNear() throws IOException {
    for (int channels : new int[] {1, 3}) {
      byte[] pixels = new byte[32 * 32 * channels];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (40 + 80 * (i % channels));
      }
      ImageShape shape = new ImageShape(32, 32, channels);

      Picture decoded =
          DECODER.decode(tiff(ImageRows.toBufferedImage(shape, pixels, 0), "JPEG", 0));

      assertThat(decoded.shape()).isEqualTo(shape);
      for (int i = 0; i < pixels.length; i++) {
        assertThat(decoded.pixels()[i] & 0xff)
            .isBetween((pixels[i] & 0xff) - 4, (pixels[i] & 0xff) + 4);
      }
    }
  }

  @Test
  void tiffOfOtherSamples() throws IOException {
    BufferedImage deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(0, 0, 0, 0x80ff);
    deep.getRaster().setSample(1, 0, 0, 0xff00);
    assertThat(DECODER.decode(encode(deep, "tiff")).pixels()).containsExactly(0x80, 0xff);

    BufferedImage bits = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_BINARY);
    bits.getRaster().setSample(1, 0, 0, 1);
    assertThat(DECODER.decode(encode(bits, "tiff")).shape()).hasToString("1x3x1");
    assertThat(DECODER.decode(encode(bits, "tiff")).pixels()).containsExactly(0, 0xff, 0);

    BufferedImage alpha = new BufferedImage(2, 1, BufferedImage.TYPE_4BYTE_ABGR);
    alpha.setRGB(0, 0, 0xff102030);
    alpha.setRGB(1, 0, 0x33646464);
    assertThat(DECODER.decode(encode(alpha, "tiff")).pixels())
        .containsExactly(0x30, 0x20, 0x10, 20, 20, 20);

    ComponentColorModel floats =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_FLOAT);
    BufferedImage real =
        new BufferedImage(floats, floats.createCompatibleWritableRaster(2, 2), false, null);
    byte[] file = tiff(real, "None", 0);
    assertThatThrownBy(() -> DECODER.decode(file))
        .isInstanceOf(InputException.class)
        .hasMessage("has floating-point samples, but must have unsigned integers");
  }

  @Test
  void tiffThatClaimsTooMuchIsRefused() {
    // tag, value: width, height, bits, photometric, samples a pixel, tile width, tile height
    assertThatThrownBy(() -> DECODER.decode(tiff(256, 65535, 257, 65535, 258, 8, 262, 1, 277, 1)))
        .isInstanceOf(InputException.class)
        .hasMessage("is 65535x65535, which is 4294836225 pixels, but maxPixels is 1000000");
    assertThatThrownBy(
            () ->
                DECODER.decode(
                    tiff(256, 1, 257, 1, 258, 8, 262, 1, 277, 1, 322, 65535, 323, 65535)))
        .hasMessage("is 65535x65535, which is 4294836225 pixels, but maxPixels is 1000000");
    assertThatThrownBy(() -> DECODER.decode(tiff(256, 9, 257, 9, 258, 8, 262, 1, 277, 65535)))
        .hasMessage("has 65535 samples a pixel, but may have 5");
  }

  @Test
  void inksBecomeColour() throws IOException {
    // Cyan, magenta, yellow, black: nothing, cyan, magenta, yellow, grey.
    int[][] inks = {{0, 0, 0, 0}, {255, 0, 0, 0}, {0, 255, 0, 0}, {0, 0, 255, 0}, {0, 0, 0, 155}};
    int[][] colours = {
      {255, 255, 255}, {255, 255, 0}, {255, 0, 255}, {0, 255, 255}, {100, 100, 100}
    };
    for (int i = 0; i < inks.length; i++) {
      int[] inverted = Arrays.stream(inks[i]).map(ink -> 255 - ink).toArray();
      int[] ycck = ycck(inks[i]);
      for (byte[] file :
          new byte[][] {
            fourComponents(inks[i]),
            withAdobe(fourComponents(inverted), 0),
            withAdobe(fourComponents(ycck), 2)
          }) {
        Picture decoded = DECODER.decode(file);
        assertThat(decoded.shape()).hasToString("16x16x3");
        for (int p = 0; p < decoded.pixels().length; p++) {
          assertThat(decoded.pixels()[p] & 0xff)
              .as("%s", Arrays.toString(inks[i]))
              .isBetween(colours[i][p % 3] - 4, colours[i][p % 3] + 4);
        }
        assertThatThrownBy(() -> DECODER.decode(Arrays.copyOf(file, file.length * 2 / 3)))
            .isInstanceOf(InputException.class);
      }
    }
  }

  @Test
  void losslessJpegKeepsEveryPixel() {
    byte[] pixels = random(9 * 7);
    byte[] file = losslessJpeg(9, 7, pixels);

    assertThat(DECODER.decode(file).shape()).hasToString("9x7x1").isEqualTo(header(file));
    assertThat(DECODER.decode(file).pixels()).isEqualTo(pixels);
  }

  @Test
  void webpIsRead() {
    // Each channel of a pixel has one of two values.
    int width = 13;
    int height = 11;
    boolean[] choice = new boolean[width * height * 3];
    Random random = new Random(5);
    for (int i = 0; i < choice.length; i++) {
      choice[i] = random.nextBoolean();
    }
    byte[] pixels = new byte[choice.length]; // BGR
    for (int i = 0; i < choice.length; i++) {
      pixels[i] = (byte) (choice[i] ? 200 + i % 3 : 30 + i % 3);
    }
    byte[] file = webp(width, height, choice);

    assertThat(DECODER.decode(file).shape()).hasToString("11x13x3");
    assertThat(DECODER.decode(file).pixels()).isEqualTo(pixels);
    for (int length : new int[] {14, 24, file.length / 2, file.length - 9}) {
      assertThatThrownBy(() -> DECODER.decode(Arrays.copyOf(file, length)))
          .as("cut to %d of %d", length, file.length)
          .isInstanceOf(InputException.class);
    }
  }

  @Test
  void netpbmInAllItsKinds() {
    assertPnm("P1\n# bits\n3 2\n010\n1 0 1", "2x3x1", 255, 0, 255, 0, 255, 0);
    assertPnm("P2 3 1 4\n0 1 4", "1x3x1", 0, 64, 255);
    assertPnm("P3\n1 1\n255\n1 2 3\n", "1x1x3", 3, 2, 1);
    assertPnm("P4\n9 1\n\u0081\u0080", "1x9x1", 0, 255, 255, 255, 255, 255, 255, 0, 0);
    assertPnm("P5\n2 1\n255\n\u0007\u00f0", "1x2x1", 7, 240);
    assertPnm("P5 # camera\n2 1 65535\n\u0080\u00ff\u00ff\u0000", "1x2x1", 128, 255);
    assertPnm("P5 1 1 1023 \u0002\u0000", "1x1x1", 128);
    assertPnm("P6\n1 1\n100\nd2\u0000", "1x1x3", 0, 128, 255);
    assertPnm(
        "P7\nWIDTH 2\nHEIGHT 1\nDEPTH 2\nMAXVAL 255\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\n"
            + "d\u00ffd3",
        "1x2x3",
        100,
        100,
        100,
        20,
        20,
        20);
    assertPnm(
        "P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nENDHDR\n\u0001\u0002\u0003\u00ff",
        "1x1x3",
        3,
        2,
        1);
  }

  @Test
  void damagedNetpbmIsRefused() {
    assertPnmRefused("P5\n2 2\n255\n123", "cannot be decoded: it ends too early");
    assertPnmRefused("P4\n9 2\n123", "cannot be decoded: it ends too early");
    assertPnmRefused("P3 1 1 255 1 2", "cannot be decoded: it ends too early");
    assertPnmRefused("P6\n2", "cannot be decoded: it ends too early");
    assertPnmRefused("P7\nWIDTH 2\n", "cannot be decoded: it ends too early");
    assertPnmRefused(
        "P2 1 1 9 10", "cannot be decoded: it has '10' where a number up to 9 must be");
    assertPnmRefused("P1 1 2 0 x", "cannot be decoded: it has 'x' where 0 or 1 must be");
    assertPnmRefused("P5 0 1 255 ", "cannot be decoded: its width is 0");
    assertPnmRefused(
        "P5 99999 99999 255 x",
        "is 99999x99999, which is 9999800001 pixels, but maxPixels is 1000000");
  }

  @Test
  void nothingDependsOnTheContextClassLoader() throws IOException {
    byte[] file = encode(ImageRows.toBufferedImage(new ImageShape(1, 1, 1), random(1), 0), "tiff");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      assertThat(DECODER.decode(file).pixels()).isEqualTo(random(1));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void truncatedFilesAreRefused(String format) throws IOException {
    byte[] file =
        encode(
            ImageRows.toBufferedImage(new ImageShape(64, 64, 3), random(64 * 64 * 3), 0), format);

    for (int length : new int[] {20, file.length / 3, file.length * 2 / 3}) {
      assertThatThrownBy(() -> DECODER.decode(Arrays.copyOf(file, length)))
          .as("%s of %d bytes cut to %d", format, file.length, length)
          .isInstanceOf(InputException.class);
    }
  }

  private static void assertPnm(String file, String shape, int... values) {
    byte[] content = file.getBytes(StandardCharsets.ISO_8859_1);
    Picture decoded = DECODER.decode(content);
    assertThat(decoded.shape()).hasToString(shape).isEqualTo(header(content));
    assertThat(decoded.pixels()).containsExactly(values);
  }

  private static void assertPnmRefused(String file, String message) {
    assertThatThrownBy(() -> DECODER.decode(file.getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  /** A TIFF file as the JDK writes it. */
  private static byte[] tiff(BufferedImage image, String compression, int tile) throws IOException {
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

  private static byte[] written(ImageWriter writer, IIOImage image, ImageWriteParam param)
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
  private static byte[] tiff(int... tags) {
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
  private static byte[] fourComponents(int... values) throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    for (int i = 0; i < 256; i++) {
      raster.setPixel(i % 16, i / 16, values);
    }
    return written(jdkWriter("jpeg"), new IIOImage(raster, null, null), null);
  }

  /** Puts Adobe's marker before everything else. */
  private static byte[] withAdobe(byte[] jpeg, int transform) {
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + 16);
    file.put(jpeg, 0, 2).putShort((short) 0xffee).putShort((short) 14);
    file.put("Adobe".getBytes(StandardCharsets.US_ASCII)).putShort((short) 100);
    file.putShort((short) 0).putShort((short) 0).put((byte) transform);
    return file.put(jpeg, 2, jpeg.length - 2).array();
  }

  /** Adobe's YCCK of some inks. */
  private static int[] ycck(int... inks) {
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
  private static byte[] losslessJpeg(int height, int width, byte... pixels) {
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
  private static byte[] webp(int width, int height, boolean... choice) {
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

  private static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  /** A PNG file by hand, for the types that ImageIO does not write. */
  private static byte[] png(int width, int height, int bits, int type, byte[] lines)
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

  private static byte[] chunk(String name, byte[] data) throws IOException {
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

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(3).nextBytes(bytes);
    return bytes;
  }
}
