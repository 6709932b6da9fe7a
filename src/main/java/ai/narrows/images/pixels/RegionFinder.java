package ai.narrows.images.pixels;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Finds the regions of error maps, at the size of the images that these are of: a map is resized as
 * images are, then its pixels above the threshold are brought together.
 *
 * <p>Holds scratch space: one instance serves one thread.
 */
public final class RegionFinder {
  private final RegionRule rule;
  private Resampler resampler; // null until one is needed
  private ImageShape shape;
  private boolean[] inside; // [height, width]
  private List<Region> regions;

  /** By a rule, with nothing found yet. */
  public RegionFinder(RegionRule rule) {
    this.rule = rule;
  }

  /**
   * Finds the regions of an image.
   *
   * @param errorMap Spark's image struct, uint8
   * @param own shape of the image before it was preprocessed; its channels do not matter
   */
  public void of(Row errorMap, ImageShape own) {
    ImageShape in = new ImageShape(errorMap.getInt(1), errorMap.getInt(2), 1);
    byte[] levels = errorMap.getAs(ImageRows.FIELDS - 1);
    shape = new ImageShape(own.height(), own.width(), 1);
    find(in.equals(shape) ? levels : resized(in, levels));
  }

  private byte[] resized(ImageShape in, byte[] levels) {
    if (resampler == null || !resampler.serves(in, shape.height(), shape.width())) {
      resampler = new Resampler(in, shape.height(), shape.width());
    }
    byte[] resized = new byte[shape.size()];
    resampler.resize(levels, resized, 0);
    return resized;
  }

  private void find(byte[] levels) {
    inside = new boolean[levels.length];
    for (int i = 0; i < levels.length; i++) {
      inside[i] = rule.above(levels[i]);
    }
    regions = new ArrayList<>();
    boolean[] small = new boolean[rule.minArea() == 1 ? 0 : levels.length];
    Components.visit(
        inside,
        shape.height(),
        shape.width(),
        (pixels, count) -> {
          if (count >= rule.minArea()) {
            regions.add(region(levels, pixels, count));
          } else {
            for (int i = 0; i < count; i++) {
              small[pixels[i]] = true;
            }
          }
        });
    for (int i = 0; i < small.length; i++) {
      inside[i] &= !small[i];
    }
  }

  private Region region(byte[] levels, int[] pixels, int count) {
    int width = shape.width();
    int left = width;
    int right = 0;
    int bottom = 0;
    int highest = 0;
    for (int i = 0; i < count; i++) {
      int x = pixels[i] % width;
      left = Math.min(left, x);
      right = Math.max(right, x);
      bottom = Math.max(bottom, pixels[i] / width);
      highest = Math.max(highest, levels[pixels[i]] & 0xff);
    }
    int top = pixels[0] / width;
    return new Region(
        left,
        top,
        right - left + 1,
        bottom - top + 1,
        count,
        highest,
        Outline.of(inside, shape.height(), width, pixels[0]));
  }

  /** Size of the image: its height and width, with one channel. */
  public ImageShape shape() {
    return shape;
  }

  /** The regions that were found, the uppermost first. */
  public List<Region> regions() {
    return regions;
  }

  /** Where they are: 255 inside and 0 elsewhere, [height, width]. */
  public byte[] mask() {
    byte[] mask = new byte[inside.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) (inside[i] ? 255 : 0);
    }
    return mask;
  }
}
