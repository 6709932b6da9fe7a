package ai.narrows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.nn.Batch;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.train.Augmentation.Flip;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationTest {
  private static final int HEIGHT = 4;
  private static final int WIDTH = 5;
  private static final int CHANNELS = 3;
  private static final int SIZE = HEIGHT * WIDTH * CHANNELS;
  private static final int DRAWS = 20_000;

  /** What even chances may be off by among so many draws: five standard deviations. */
  private static final double SIGMAS = 5;

  /** Keeps the images of its rows as text. */
  private static final class Kept implements Batch {
    private String image;

    @Override
    public void setRow(int row, byte[] pixels, int from) {
      image = Arrays.toString(Arrays.copyOfRange(pixels, from, from + SIZE));
    }

    @Override
    public void setRow(int row, float[] pixels, int from) {
      byte[] bytes = new byte[SIZE];
      for (int j = 0; j < SIZE; j++) {
        bytes[j] = (byte) pixels[from + j];
      }
      setRow(row, bytes, 0);
    }
  }

  /** The k-th image is numbered from k on. */
  private static byte[] images(int count) {
    byte[] pixels = new byte[count * SIZE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i / SIZE + i % SIZE);
    }
    return pixels;
  }

  /** The image that a flip and a shift make of the one at {@code from}, pixel by pixel. */
  private static String expected(
      byte[] pixels, int from, boolean mirrored, boolean upsideDown, int down, int right) {
    byte[] image = new byte[SIZE];
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int sourceY = Math.min(HEIGHT - 1, Math.max(0, y - down));
        int sourceX = Math.min(WIDTH - 1, Math.max(0, x - right));
        sourceY = upsideDown ? HEIGHT - 1 - sourceY : sourceY;
        sourceX = mirrored ? WIDTH - 1 - sourceX : sourceX;
        for (int c = 0; c < CHANNELS; c++) {
          image[(y * WIDTH + x) * CHANNELS + c] =
              pixels[from + (sourceY * WIDTH + sourceX) * CHANNELS + c];
        }
      }
    }
    return Arrays.toString(image);
  }

  @ParameterizedTest
  @CsvSource({"HORIZONTAL,0", "VERTICAL,0", "BOTH,0", "NONE,1", "NONE,3", "BOTH,2"})
  void everyFlipAndShiftComesEquallyOften(Flip flip, int shift) {
    byte[] pixels = images(3);
    int from = 2 * SIZE;
    Map<String, Integer> found = new HashMap<>();
    for (boolean mirrored : flip.horizontal() ? List.of(false, true) : List.of(false)) {
      for (boolean upsideDown : flip.vertical() ? List.of(false, true) : List.of(false)) {
        for (int down = -shift; down <= shift; down++) {
          for (int right = -shift; right <= shift; right++) {
            found.put(expected(pixels, from, mirrored, upsideDown, down, right), 0);
          }
        }
      }
    }
    int outcomes = found.size();
    Kept kept = new Kept();
    AugmentedBatch batch =
        new AugmentedBatch(
            new Augmentation(flip, shift, HEIGHT, WIDTH, CHANNELS),
            kept,
            new RandomStream(1, Purpose.AUGMENTATION, 0, 0, 0));
    for (int i = 0; i < DRAWS; i++) {
      batch.setRow(i, pixels, from);
      found.merge(kept.image, 1, Integer::sum);
    }
    assertThat(found).hasSize(outcomes);
    double share = (double) DRAWS / outcomes;
    found
        .values()
        .forEach(
            count -> assertThat(Math.abs(count - share)).isLessThan(SIGMAS * Math.sqrt(share)));
  }

  @Test
  void bytesAndFloatsAreMovedAlikeAndOneRowAfterTheOther() {
    Augmentation augmentation = new Augmentation(Flip.BOTH, 2, HEIGHT, WIDTH, CHANNELS);
    byte[] pixels = images(8);
    float[] floats = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      floats[i] = pixels[i];
    }
    RandomStream random = new RandomStream(1, Purpose.AUGMENTATION, 2, 3, 4);
    RandomStream same = new RandomStream(1, Purpose.AUGMENTATION, 2, 3, 4);
    Kept bytesKept = new Kept();
    Kept floatsKept = new Kept();
    AugmentedBatch ofBytes = new AugmentedBatch(augmentation, bytesKept, random);
    AugmentedBatch ofFloats = new AugmentedBatch(augmentation, floatsKept, same);
    for (int row = 0; row < 8; row++) {
      ofBytes.setRow(row, pixels, row * SIZE);
      ofFloats.setRow(row, floats, row * SIZE);
      assertThat(floatsKept.image).isEqualTo(bytesKept.image);
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new Augmentation(Flip.NONE, -1, 4, 5, 1))
        .hasMessage("shift must be at least 0, but is -1");
    assertThatThrownBy(() -> new Augmentation(Flip.NONE, 4, 4, 5, 1))
        .hasMessage("shift must be smaller than the images, which have 4x5 pixels, but is 4");
    assertThat(new Augmentation(Flip.NONE, 3, 4, 5, 1).any()).isTrue();
    assertThat(Augmentation.NONE).hasToString("none");
    assertThat(new Augmentation(Flip.BOTH, 3, 4, 5, 1)).hasToString("flip both, shift 3");
  }
}
