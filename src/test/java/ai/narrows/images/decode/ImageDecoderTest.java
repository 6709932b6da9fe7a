package ai.narrows.images.decode;

import static ai.narrows.images.decode.ImageFiles.animated;
import static ai.narrows.images.decode.ImageFiles.encode;
import static ai.narrows.images.decode.ImageFiles.exif;
import static ai.narrows.images.decode.ImageFiles.fourComponents;
import static ai.narrows.images.decode.ImageFiles.losslessJpeg;
import static ai.narrows.images.decode.ImageFiles.png;
import static ai.narrows.images.decode.ImageFiles.random;
import static ai.narrows.images.decode.ImageFiles.tiff;
import static ai.narrows.images.decode.ImageFiles.webp;
import static ai.narrows.images.decode.ImageFiles.withAdobe;
import static ai.narrows.images.decode.ImageFiles.withSegment;
import static ai.narrows.images.decode.ImageFiles.ycck;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
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

  @Test
  void ofAnAnimationTheFirstImageIsTaken() throws IOException {
    ImageShape shape = new ImageShape(6, 5, 3);
    byte[] first = new byte[shape.size()];
    byte[] second = new byte[shape.size()];
    Arrays.fill(first, (byte) 51);
    Arrays.fill(second, (byte) 204);

    byte[] file =
        animated(
            ImageRows.toBufferedImage(shape, first, 0),
            ImageRows.toBufferedImage(shape, second, 0));

    assertThat(DECODER.decode(file).shape()).isEqualTo(shape).isEqualTo(header(file));
    assertThat(DECODER.decode(file).pixels()).isEqualTo(first);
  }

  /** What a camera notes of how it was held changes nothing: pixels come as they are stored. */
  @Test
  void exifOrientationIsNotApplied() throws IOException {
    ImageShape shape = new ImageShape(16, 24, 3);
    byte[] file = encode(ImageRows.toBufferedImage(shape, random(shape.size()), 0), "jpeg");

    for (int orientation = 1; orientation <= 8; orientation++) {
      byte[] rotated = withSegment(file, 0xffe1, exif(orientation));
      assertThat(DECODER.decode(rotated).shape()).isEqualTo(shape).isEqualTo(header(rotated));
      assertThat(DECODER.decode(rotated).pixels()).isEqualTo(DECODER.decode(file).pixels());
    }
  }

  /** Colour profiles, thumbnails and comments, more of them than any buffer would hold at first. */
  @Test
  void headersAreFoundBehindProfiles() throws IOException {
    ImageShape shape = new ImageShape(16, 24, 3);
    byte[] colour = encode(ImageRows.toBufferedImage(shape, random(shape.size()), 0), "jpeg");
    byte[] grey = encode(ImageRows.toBufferedImage(new ImageShape(9, 7, 1), random(63), 0), "jpeg");
    for (byte[] file : new byte[][] {colour, grey, fourComponents(10, 200, 30, 40)}) {
      for (int marker : new int[] {0xffe1, 0xffe2, 0xffed, 0xfffe}) {
        byte[] behind = behind(file, marker, 700_000);
        Picture decoded = DECODER.decode(behind);
        assertThat(decoded.pixels()).isEqualTo(DECODER.decode(file).pixels());
        assertThat(header(behind)).isEqualTo(decoded.shape());
      }
    }
    byte[] gif = animated(ImageRows.toBufferedImage(shape, random(shape.size()), 0));
    byte[] commented = inserted(gif, ImageFiles.indexOf(gif, 0x2c, 0, 0, 0, 0), blocks(2000));
    assertThat(header(commented)).isEqualTo(shape);
    assertThat(DECODER.decode(commented).pixels()).isEqualTo(DECODER.decode(gif).pixels());
  }

  @Test
  void headersThatNeverEndAreRefused() throws IOException {
    byte[] file = encode(ImageRows.toBufferedImage(new ImageShape(9, 7, 1), random(63), 0), "jpeg");
    byte[] behind = behind(file, 0xffe2, 400_000);

    assertThat(ImageHeader.shape(new ByteArrayInputStream(behind), 500_000))
        .isEqualTo(new ImageShape(9, 7, 1));
    assertThatThrownBy(() -> ImageHeader.shape(new ByteArrayInputStream(behind), 300_000))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "has over 300000 bytes of profiles, thumbnails or comments before its first image,"
                + " but may have at most 300000: remove some");
    for (int length : new int[] {4, 50, 200_000, 400_000}) {
      assertThatThrownBy(() -> header(Arrays.copyOf(behind, length)))
          .isInstanceOf(InputException.class)
          .hasMessage("has a damaged header: it ends too early");
    }
  }

  /** As libtiff writes it: a large file is not read through for its shape. */
  @Test
  void directoriesAtTheEndAreSkippedTo() throws IOException {
    byte[] small = tiff(256, 300, 257, 200, 258, 8, 262, 1, 277, 1);
    int gap = 20 << 20;
    byte[] file = new byte[small.length + gap];
    System.arraycopy(small, 0, file, 0, 8);
    System.arraycopy(small, 8, file, 8 + gap, small.length - 8);
    ByteBuffer.wrap(file).putInt(4, 8 + gap);
    long[] read = {0};
    InputStream counting =
        new FilterInputStream(new ByteArrayInputStream(file)) {
          @Override
          public int read(byte[] bytes, int from, int length) throws IOException {
            int count = super.read(bytes, from, length);
            read[0] += Math.max(0, count);
            return count;
          }
        };

    assertThat(ImageDecoder.shape(counting)).hasToString("200x300x1");
    assertThat(read[0]).isLessThan(1 << 20);
    assertThatThrownBy(() -> header(Arrays.copyOf(file, gap)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("has a damaged header: ");
  }

  /** A JPEG file whose first marker has many segments behind it. */
  private static byte[] behind(byte[] jpeg, int marker, int length) {
    byte[] file = jpeg;
    for (int left = length; left > 0; left -= 65_000) {
      file = withSegment(file, marker, new byte[Math.min(left, 65_000)]);
    }
    return file;
  }

  /** A GIF comment of blocks of 255 bytes. */
  private static byte[] blocks(int count) {
    byte[] comment = new byte[2 + 256 * count + 1];
    comment[0] = 0x21;
    comment[1] = (byte) 0xfe;
    for (int i = 0; i < count; i++) {
      comment[2 + 256 * i] = (byte) 0xff;
    }
    return comment;
  }

  private static byte[] inserted(byte[] file, int at, byte[] bytes) {
    byte[] end = Arrays.copyOfRange(file, at, file.length);
    return ImageFiles.joined(ImageFiles.joined(Arrays.copyOf(file, at), bytes), end);
  }

  private static void assertPnm(String file, String shape, int... values) {
    byte[] content = file.getBytes(StandardCharsets.ISO_8859_1);
    Picture decoded = DECODER.decode(content);
    assertThat(decoded.shape()).hasToString(shape).isEqualTo(header(content));
    assertThat(decoded.pixels()).containsExactly(values);
  }
}
