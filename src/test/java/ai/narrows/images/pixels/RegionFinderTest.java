package ai.narrows.images.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import java.awt.Polygon;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Regions, against a slow search of them. */
final class RegionFinderTest {
  private static RegionFinder find(
      int height, int width, byte[] levels, double threshold, int minArea) {
    RegionFinder finder = new RegionFinder(new RegionRule(threshold, minArea));
    ImageShape shape = new ImageShape(height, width, 1);
    finder.of(ImageRows.toImage(null, shape, levels), shape);
    return finder;
  }

  /** Levels of a drawing: a digit is a level, 10 times it, and a dot is 0. */
  private static RegionFinder find(int minArea, String... lines) {
    byte[] levels = new byte[lines.length * lines[0].length()];
    for (int i = 0; i < levels.length; i++) {
      char c = lines[i / lines[0].length()].charAt(i % lines[0].length());
      levels[i] = (byte) (c == '.' ? 0 : 10 * (c - '0'));
    }
    return find(lines.length, lines[0].length(), levels, 15 / 255.0, minArea);
  }

  @Test
  void cornersThatTouchBelongTogether() {
    RegionFinder found = find(1, "1....22", "..2...2", ".3.....", "..5..9.", ".......");
    assertThat(found.regions()).hasSize(3);
    Region corner = found.regions().get(0);
    assertThat(List.of(corner.x(), corner.y(), corner.width(), corner.height(), corner.area()))
        .containsExactly(5, 0, 2, 2, 3);
    assertThat(corner.highest()).isEqualTo(20);
    assertThat(corner.outline()).containsExactly(5, 0, 7, 0, 7, 2, 6, 2, 6, 1, 5, 1);
    Region chain = found.regions().get(1);
    assertThat(List.of(chain.x(), chain.y(), chain.width(), chain.height(), chain.area()))
        .containsExactly(1, 1, 2, 3, 3);
    assertThat(chain.highest()).isEqualTo(50);
    assertThat(chain.outline())
        .containsExactly(2, 1, 3, 1, 3, 2, 2, 2, 2, 3, 3, 3, 3, 4, 2, 4, 2, 3, 1, 3, 1, 2, 2, 2);
    assertThat(found.regions().get(2).outline()).containsExactly(5, 3, 6, 3, 6, 4, 5, 4);
  }

  @Test
  void aHoleIsInsideTheOutlineAndNotInTheMask() {
    RegionFinder found = find(1, "222", "2.2", "222");
    assertThat(found.regions()).hasSize(1);
    assertThat(found.regions().get(0).area()).isEqualTo(8);
    assertThat(found.regions().get(0).outline()).containsExactly(0, 0, 3, 0, 3, 3, 0, 3);
    assertThat(found.mask()).containsExactly(-1, -1, -1, -1, 0, -1, -1, -1, -1);
  }

  @Test
  void smallRegionsAreLeftOut() {
    RegionFinder found = find(3, "22..2", "....2", "..2.2");
    assertThat(found.regions()).hasSize(1);
    assertThat(found.mask()).containsExactly(0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1);
  }

  @Test
  void anErrorAtTheThresholdIsNotAboveIt() {
    byte[] levels = {50, 51, 52, (byte) 255};
    assertThat(find(1, 4, levels, 51 / 255.0, 1).mask()).containsExactly(0, 0, -1, -1);
    assertThat(find(1, 4, levels, 1, 1).regions()).isEmpty();
    assertThat(find(1, 4, levels, 0, 1).regions()).hasSize(1);
  }

  /** Which component each pixel is in, by handing the least number on until nothing changes. */
  private static int[] labels(byte[] mask, int height, int width) {
    int[] labels = new int[mask.length];
    Arrays.setAll(labels, i -> mask[i] == 0 ? -1 : i);
    for (boolean changed = true; changed; ) {
      changed = false;
      for (int i = 0; i < labels.length; i++) {
        for (int j = 0; j < labels.length; j++) {
          boolean near =
              Math.abs(i / width - j / width) <= 1 && Math.abs(i % width - j % width) <= 1;
          if (near && labels[i] >= 0 && labels[j] > labels[i]) {
            labels[j] = labels[i];
            changed = true;
          }
        }
      }
    }
    assertThat(labels).hasSize(height * width);
    return labels;
  }

  @ParameterizedTest
  @CsvSource({"1,1,1,.5", "7,9,2,.3", "12,5,3,.5", "9,14,4,.6", "11,11,5,.75", "1,20,6,.5"})
  void areAsASlowSearchFindsThem(int height, int width, long seed, double share) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] levels = new byte[height * width];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) (random.nextDouble() < share ? 128 + random.nextInt(128) : 0);
    }
    RegionFinder found = find(height, width, levels, 0.1, 1);
    for (int i = 0; i < levels.length; i++) {
      assertThat(found.mask()[i]).isEqualTo((byte) (levels[i] == 0 ? 0 : 255));
    }
    int[] labels = labels(found.mask(), height, width);
    List<Integer> firsts = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == i) {
        firsts.add(i);
      }
    }
    assertThat(found.regions()).hasSameSizeAs(firsts);
    for (int r = 0; r < firsts.size(); r++) {
      Region region = found.regions().get(r);
      int label = firsts.get(r);
      int[] own = indices(labels, label);
      assertThat(region.area()).isEqualTo(own.length);
      assertThat(region.x()).isEqualTo(Arrays.stream(own).map(i -> i % width).min().orElseThrow());
      assertThat(region.x() + region.width() - 1)
          .isEqualTo(Arrays.stream(own).map(i -> i % width).max().orElseThrow());
      assertThat(region.y()).isEqualTo(own[0] / width);
      assertThat(region.y() + region.height() - 1).isEqualTo(own[own.length - 1] / width);
      assertThat(region.highest())
          .isEqualTo(Arrays.stream(own).map(i -> levels[i] & 0xff).max().orElseThrow());
      assertOutlined(region, own, filled(labels, label, height, width), width);
    }
  }

  private static int[] indices(int[] labels, int label) {
    List<Integer> own = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == label) {
        own.add(i);
      }
    }
    return own.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Pixels of a region and its holes: those from which no way leads out, by edges alone, since a
   * region closes corners.
   */
  private static boolean[] filled(int[] labels, int label, int height, int width) {
    boolean[] outside = new boolean[labels.length];
    for (boolean changed = true; changed; ) {
      changed = false;
      for (int i = 0; i < labels.length; i++) {
        int x = i % width;
        int y = i / width;
        boolean reached =
            x == 0
                || y == 0
                || x == width - 1
                || y == height - 1
                || outside[i - 1]
                || outside[i + 1]
                || outside[i - width]
                || outside[i + width];
        if (labels[i] != label && !outside[i] && reached) {
          outside[i] = true;
          changed = true;
        }
      }
    }
    boolean[] filled = new boolean[labels.length];
    for (int i = 0; i < filled.length; i++) {
      filled[i] = !outside[i];
    }
    return filled;
  }

  /** The polygon holds the region's pixels and those of its holes, and no others. */
  private static void assertOutlined(Region region, int[] own, boolean[] filled, int width) {
    Polygon polygon = new Polygon(); // twice as large, so that the middle of a pixel is a point
    int[] outline = region.outline();
    for (int i = 0; i < outline.length; i += 2) {
      polygon.addPoint(2 * outline[i], 2 * outline[i + 1]);
      int next = (i + 2) % outline.length;
      boolean across = outline[i + 1] == outline[next + 1];
      assertThat(across).isNotEqualTo(outline[i] == outline[next]); // straight, and turns at each
      assertThat(across).isEqualTo(i % 4 == 0);
    }
    for (int i = 0; i < filled.length; i++) {
      assertThat(polygon.contains(2 * (i % width) + 1, 2 * (i / width) + 1)).isEqualTo(filled[i]);
    }
    assertThat(own).isNotEmpty();
  }

  @Test
  void mapsAreResizedToTheImage() {
    byte[] map = new byte[6 * 8];
    map[2 * 8 + 3] = (byte) 200;
    RegionFinder finder = new RegionFinder(new RegionRule(0.3, 1));
    ImageShape small = new ImageShape(6, 8, 1);
    finder.of(ImageRows.toImage(null, small, map), new ImageShape(18, 24, 3));
    byte[] resized = new byte[18 * 24];
    new Resampler(small, 18, 24).resize(map, resized, 0);
    assertThat(finder.shape()).isEqualTo(new ImageShape(18, 24, 1));
    for (int i = 0; i < resized.length; i++) {
      assertThat(finder.mask()[i]).isEqualTo((byte) ((resized[i] & 0xff) > 76 ? 255 : 0));
    }
    Region region = finder.regions().get(0);
    assertThat(region.highest()).isEqualTo(200);
    assertThat(region.x() + region.width() / 2).isEqualTo(10); // the middle of 9, 10, 11
    assertThat(region.y() + region.height() / 2).isEqualTo(7);
    finder.of(ImageRows.toImage(null, small, map), small); // and then of another size
    assertThat(finder.regions().get(0).outline()).containsExactly(3, 2, 4, 2, 4, 3, 3, 3);
  }
}
