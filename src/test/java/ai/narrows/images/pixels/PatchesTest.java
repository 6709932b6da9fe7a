package ai.narrows.images.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.ImageShape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where patches lie, and that they make their image again. */
class PatchesTest {

  /** Begins of the patches of an axis, as the rule says it. */
  private static int[] begins(int length, int size, int stride) {
    return IntStream.iterate(0, begin -> begin + stride)
        .takeWhile(begin -> begin - stride < length - size)
        .map(begin -> Math.min(begin, length - size))
        .toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "8, 8, 8, 4, 1, 1",
    "9, 8, 8, 4, 2, 1",
    "12, 16, 8, 4, 2, 3",
    "13, 15, 8, 4, 3, 3",
    "7, 5, 3, 3, 3, 2",
    "7, 5, 3, 2, 3, 2",
    "5, 4, 1, 1, 5, 4",
    "40, 33, 32, 1, 9, 2"
  })
  void patchesBeginAtMultiplesOfTheStrideAndEndAtTheEdge(
      int height, int width, int size, int stride, int down, int across) {
    ImageShape image = new ImageShape(height, width, 3);
    PatchGrid grid = new Patches(size, stride).grid(image);
    int[] tops = begins(height, size, stride);
    int[] lefts = begins(width, size, stride);
    assertThat(tops).hasSize(down).endsWith(height - size);
    assertThat(lefts).hasSize(across).endsWith(width - size);
    assertThat(grid.count()).isEqualTo(down * across);
    int[] found = new int[height * width];
    for (int i = 0; i < grid.count(); i++) {
      assertThat(grid.top(i)).isEqualTo(tops[i / across]);
      assertThat(grid.left(i)).isEqualTo(lefts[i % across]);
      for (int p = 0; p < size * size; p++) {
        found[(grid.top(i) + p / size) * width + grid.left(i) + p % size]++;
      }
    }
    assertThat(found).doesNotContain(0);
    for (int p = 0; p < found.length; p++) {
      assertThat(grid.coveredDown()[p / width] * grid.coveredAcross()[p % width])
          .isEqualTo(found[p]);
    }
  }

  @ParameterizedTest
  @CsvSource({"13, 15, 8, 4", "7, 5, 3, 2", "9, 9, 4, 1", "6, 11, 6, 6"})
  void cutAndStitchedAnImageIsItself(int height, int width, int size, int stride) {
    ImageShape shape = new ImageShape(height, width, 3);
    byte[] image = new byte[shape.size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (i * 37);
    }
    float[] floats = new float[image.length];
    FlatValues.toUnit(image, image.length, floats, 0);
    PatchGrid grid = new Patches(size, stride).grid(shape);
    Stitching stitching = new Stitching(grid, 3);
    byte[] bytes = new byte[1 + grid.patch().size()];
    float[] patch = new float[2 + grid.patch().size()];
    for (int i = 0; i < grid.count(); i++) {
      grid.cut(i, image, 0, bytes, 1);
      grid.cut(i, floats, 0, patch, 2);
      for (int j = 0; j < grid.patch().size(); j++) {
        assertThat(patch[2 + j]).isEqualTo((bytes[1 + j] & 0xff) / 255f);
      }
      stitching.add(i, patch, 2);
    }
    Row row = stitching.toImage();
    assertThat(row.getInt(1)).isEqualTo(height);
    assertThat(row.getInt(2)).isEqualTo(width);
    assertThat(row.<byte[]>getAs(5)).isEqualTo(image);
  }

  /** Where patches disagree, a pixel has the mean of those that it is in. */
  @Test
  void stitchingTakesTheMean() {
    PatchGrid grid = new Patches(4, 3).grid(new ImageShape(6, 5, 1));
    assertThat(grid.count()).isEqualTo(4); // at rows 0 and 2, columns 0 and 1
    Stitching stitching = new Stitching(grid, 1);
    double[] sums = new double[30];
    int[] counts = new int[30];
    for (int i = 0; i < 4; i++) {
      float[] patch = new float[16];
      Arrays.fill(patch, (i + 1) / 5f);
      stitching.add(i, patch, 0);
      for (int p = 0; p < 16; p++) {
        int at = (grid.top(i) + p / 4) * 5 + grid.left(i) + p % 4;
        sums[at] += patch[p];
        counts[at]++;
      }
    }
    byte[] stitched = stitching.toImage().getAs(5);
    for (int p = 0; p < 30; p++) {
      assertThat(stitched[p] & 0xff).isEqualTo((int) (sums[p] / counts[p] * 255 + 0.5));
    }
  }

  @Test
  void aWholeImageIsItsOnlyPatch() {
    ImageShape shape = new ImageShape(3, 2, 1);
    PatchGrid grid = Patches.NONE.grid(shape);
    assertThat(grid.count()).isEqualTo(1);
    assertThat(grid.patch()).isEqualTo(shape);
    assertThat(new Patches(5, 0)).isEqualTo(new Patches(5, 2));
    assertThat(new Patches(1, 0)).isEqualTo(new Patches(1, 1));
  }

  @Test
  void whatCannotBeCut() {
    assertThatThrownBy(() -> new Patches(-1, 0))
        .hasMessage("patchSize must be at least 1, or 0 for whole images, but is -1");
    assertThatThrownBy(() -> new Patches(4, -2))
        .hasMessage("patchStride must be at least 1, or 0 for half of patchSize, but is -2");
    assertThatThrownBy(() -> new Patches(0, 2))
        .hasMessage("patchStride needs patchSize, which is 0");
    assertThatThrownBy(() -> new Patches(4, 5))
        .hasMessage(
            "patchStride must be at most patchSize, or pixels between patches are lost, but is 5 with patchSize 4");
    assertThatThrownBy(() -> new Patches(8, 4).grid(new ImageShape(20, 7, 3)))
        .hasMessage(
            "is 20x7x3, but a patch takes 8x8 pixels; set a smaller patchSize, or height and width to resize");
  }
}
