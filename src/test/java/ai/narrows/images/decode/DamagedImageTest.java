package ai.narrows.images.decode;

import static ai.narrows.images.decode.ImageFiles.encode;
import static ai.narrows.images.decode.ImageFiles.png;
import static ai.narrows.images.decode.ImageFiles.progressive;
import static ai.narrows.images.decode.ImageFiles.random;
import static ai.narrows.images.decode.ImageFiles.tiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that are damaged, or claim what they do not hold: refused in one sentence, at little cost.
 */
class DamagedImageTest {
  private static final ImageDecoder DECODER = new ImageDecoder(1_000_000);

  @Test
  void otherFormatsAreRefused() throws IOException {
    for (byte[] file :
        new byte[][] {{1, 2, 3}, "hello, world".getBytes(StandardCharsets.US_ASCII)}) {
      assertThatThrownBy(() -> DECODER.decode(file))
          .isInstanceOf(InputException.class)
          .hasMessage("is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image");
    }
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

  /** However little is missing: refused, or the very same pixels where it was none of theirs. */
  @ParameterizedTest
  @ValueSource(
      strings = {"png", "interlaced png", "jpeg", "progressive jpeg", "bmp", "gif", "tiff"})
  void truncatedFilesAreRefused(String kind) throws IOException {
    String format = kind.substring(kind.indexOf(' ') + 1);
    BufferedImage image =
        ImageRows.toBufferedImage(new ImageShape(64, 64, 3), random(64 * 64 * 3), 0);
    byte[] file = format.equals(kind) ? encode(image, format) : progressive(image, format);
    byte[] whole = DECODER.decode(file).pixels();

    int refused = 0;
    for (int length = 0; length < file.length; length += length < 100 ? 1 : 97) {
      try {
        byte[] pixels = DECODER.decode(Arrays.copyOf(file, length)).pixels();
        assertThat(pixels).as("cut to %d of %d", length, file.length).isEqualTo(whole);
        assertThat(length).as("%s of %d", kind, file.length).isGreaterThan(file.length - 97);
      } catch (InputException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  @Test
  void anEmptyFileIsRefused() {
    assertThatThrownBy(() -> DECODER.decode(new byte[0]))
        .isInstanceOf(InputException.class)
        .hasMessage("is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image");
  }

  /** A few bytes that claim four billion pixels cost no memory. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "lossless jpeg", "gif", "bmp", "tiff", "webp", "pgm"})
  void headersThatClaimTooMuchCostNothing(String format) throws IOException {
    byte[] file = huge(format);
    ImageDecoder decoder = new ImageDecoder(ImageDecoder.DEFAULT_MAX_PIXELS);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertThatThrownBy(() -> decoder.decode(file)) // also loads what has to be loaded once
        .isInstanceOf(InputException.class)
        .message() // the JDK's readers of JPEG and BMP have their own limits and words
        .containsPattern(
            "is 65535x65535, which is 4294836225 pixels|Maximum .* 65500|Invalid width");

    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> decoder.decode(file)).isInstanceOf(InputException.class);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
  }

  /** The header of an extended WebP file says one pixel, its frame 16383 x 16383. */
  @Test
  void framesThatClaimMoreThanTheirFileAreRefused() throws IOException {
    byte[] file = ImageFiles.samples().get("alpha webp");
    int size = ImageFiles.indexOf(file, 0x9d, 0x01, 0x2a) + 3;
    Arrays.fill(file, size, size + 4, (byte) 0xff);

    assertThatThrownBy(() -> DECODER.decode(file))
        .isInstanceOf(InputException.class)
        .hasMessage("is 16383x16383, which is 268402689 pixels, but maxPixels is 1000000");
  }

  private static byte[] huge(String format) throws IOException {
    byte[] small = ImageFiles.samples().get(format);
    return switch (format) {
      case "png" -> png(65535, 65535, 8, 0, new byte[] {0});
      case "jpeg" -> withSize(small, ImageFiles.indexOf(small, 0xff, 0xc0) + 5, true, 2);
      case "lossless jpeg" -> withSize(small, ImageFiles.indexOf(small, 0xff, 0xc3) + 5, true, 2);
      case "gif" -> withSize(small, ImageFiles.indexOf(small, ',', 0, 0, 0, 0) + 5, false, 2);
      case "bmp" -> withSize(small, 18, false, 4);
      case "tiff" -> tiff(256, 65535, 257, 65535, 258, 8, 262, 1, 277, 1);
      case "webp" -> ImageFiles.extendedWebp(65535, 65535);
      default -> "P5 65535 65535 255 x".getBytes(StandardCharsets.US_ASCII);
    };
  }

  /** Has a header claim 65535 x 65535. */
  private static byte[] withSize(byte[] file, int at, boolean highFirst, int bytes) {
    for (int i = 0; i < 2 * bytes; i++) {
      boolean low = highFirst ? i % bytes >= bytes - 2 : i % bytes < 2;
      file[at + i] = (byte) (low ? 0xff : 0);
    }
    return file;
  }

  private static void assertPnmRefused(String file, String message) {
    assertThatThrownBy(() -> DECODER.decode(file.getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }
}
