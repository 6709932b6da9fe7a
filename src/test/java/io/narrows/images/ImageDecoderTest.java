package io.narrows.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

  private static final ImageDecoder DECODER = new ImageDecoder(1_000_000);

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void losslessFormatsKeepEveryPixel(String format) throws IOException {
    byte[] pixels = random(9 * 7 * 3);
    byte[] file = encode(ImageRows.toBufferedImage(new ImageShape(9, 7, 3), pixels, 0), format);

    Picture decoded = DECODER.decode(file);

    assertThat(decoded.shape()).hasToString("9x7x3");
    assertThat(decoded.pixels()).isEqualTo(pixels);
  }

  @Test
  void greyStaysGreyWithoutGamma() throws IOException {
    byte[] pixels = random(9 * 7);
    byte[] file = encode(ImageRows.toBufferedImage(new ImageShape(9, 7, 1), pixels, 0), "png");

    assertThat(DECODER.decode(file).shape()).hasToString("9x7x1");
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
          .hasMessage("is no PNG, JPEG, BMP or GIF image");
    }
    byte[] tiff = encode(new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY), "tiff");
    assertThatThrownBy(() -> DECODER.decode(tiff)).hasMessage("is no PNG, JPEG, BMP or GIF image");
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
