package ai.narrows.images.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.images.ImageShape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {

  @ParameterizedTest
  @CsvSource({"7,5", "3,11", "28,28", "64,1", "1,64", "13,29"})
  void constantImagesStayConstant(int height, int width) {
    for (int value : new int[] {0, 1, 127, 254, 255}) {
      byte[] in = new byte[13 * 17 * 3];
      Arrays.fill(in, (byte) value);

      assertThat(resize(in, new ImageShape(13, 17, 3), height, width)).containsOnly((byte) value);
    }
  }

  @Test
  void sameSizeIsTheIdentity() {
    byte[] in = random(9 * 7 * 3);

    assertThat(resize(in, new ImageShape(9, 7, 3), 9, 7)).isEqualTo(in);
  }

  @Test
  void halfTheSizeIsTheMeanOfTwoByTwo() {
    byte[] in = random(8 * 6 * 3);
    byte[] half = resize(in, new ImageShape(8, 6, 3), 4, 3);

    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 3; x++) {
        for (int c = 0; c < 3; c++) {
          int sum = 0;
          for (int k = 0; k < 4; k++) {
            sum += in[((2 * y + k / 2) * 6 + 2 * x + k % 2) * 3 + c] & 0xff;
          }
          assertThat(half[(y * 3 + x) * 3 + c] & 0xff).isEqualTo((sum + 2) / 4);
        }
      }
    }
  }

  @Test
  void partlyCoveredPixelsCountByTheirShare() {
    // Three pixels onto two: the middle one belongs to each by half.
    assertThat(resize(new byte[] {30, 60, 120}, new ImageShape(1, 3, 1), 1, 2))
        .containsExactly(40, 100);
  }

  /** The mean of the area that a pixel covers, by a grid so fine that no cell is cut. */
  @ParameterizedTest
  @CsvSource({"5,7", "9,2", "1,1", "12,16"})
  void shrunkenPixelsAreMeansOfTheirArea(int height, int width) {
    ImageShape shape = new ImageShape(13, 17, 3);
    byte[] in = random(shape.size());
    byte[] out = resize(in, shape, height, width);

    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          long sum = 0;
          for (int i = 13 * y; i < 13 * (y + 1); i++) { // height cells to a row of the image
            for (int j = 17 * x; j < 17 * (x + 1); j++) {
              sum += in[(i / height * 17 + j / width) * 3 + c] & 0xff;
            }
          }
          assertThat((double) (out[(y * width + x) * 3 + c] & 0xff))
              .isCloseTo(sum / (13.0 * 17), within(0.5001));
        }
      }
    }
  }

  @Test
  void enlargedPixelsLieOnTheLineBetweenCentres() {
    // Centres at -1/4, 1/4, 3/4, 5/4 of the distance; the outer ones repeat the border.
    assertThat(resize(new byte[] {0, 100}, new ImageShape(1, 2, 1), 1, 4))
        .containsExactly(0, 25, 75, 100);
    assertThat(resize(new byte[] {0, 100}, new ImageShape(2, 1, 1), 4, 1))
        .containsExactly(0, 25, 75, 100);
  }

  @Test
  void axesAreIndependent() {
    // Height shrinks by averaging while width grows by interpolation.
    assertThat(resize(new byte[] {0, 100, 20, 120}, new ImageShape(2, 2, 1), 1, 4))
        .containsExactly(10, 35, 85, 110);
  }

  private static byte[] resize(byte[] in, ImageShape shape, int height, int width) {
    byte[] out = new byte[3 + height * width * shape.channels()];
    new Resampler(shape, height, width).resize(in, out, 3);
    return Arrays.copyOfRange(out, 3, out.length);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }
}
