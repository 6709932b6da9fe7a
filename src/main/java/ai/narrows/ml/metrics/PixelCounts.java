package ai.narrows.ml.metrics;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.pixels.Components;
import ai.narrows.images.pixels.Resampler;
import ai.narrows.message.Message;
import ai.narrows.message.Shipped;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/**
 * Pixels counted by the level of their error map and by the truth: whole numbers, so that sums are
 * the same in any order. Regions are counted together where they have the same area, since each
 * weighs its pixels by that.
 */
final class PixelCounts implements Shipped {
  private static final long serialVersionUID = 1L;

  /** Levels of error maps. */
  static final int LEVELS = 256;

  /** Place of the number of regions behind the levels of their pixels. */
  static final int REGIONS = LEVELS;

  // Places of a row's values.
  private static final int ID = 0;
  private static final int MAP = 1; // height, width, data
  private static final int TRUTH = 4; // height, width, data
  private static final int MASK = 7; // height, width, data

  final long[] normal = new long[LEVELS];
  final long[] defective = new long[LEVELS];
  final HashMap<Integer, long[]> regions = new HashMap<>(); // by area: [LEVELS + 1]
  long images;
  long unscored;
  long truePositives; // the rest of pixels where there are masks
  long falsePositives;
  long found;
  long predictedRegions;
  long hits;

  private final int height; // of images that have neither truth nor mask; 0 where it is not known
  private final int width;
  private transient Resampler resampler;

  /**
   * Nothing counted yet.
   *
   * @param height of images that have no defect and no mask; 0 if images differ
   * @param width likewise
   */
  PixelCounts(int height, int width) {
    this.height = height;
    this.width = width;
  }

  /**
   * Adds an image.
   *
   * @param row id, then height, width and data of its error map, its truth and its mask
   */
  PixelCounts add(Row row) {
    if (row.isNullAt(MAP + 2)) {
      unscored++;
      return this;
    }
    boolean[] truth = row.isNullAt(TRUTH + 2) ? null : inside(row, TRUTH);
    boolean[] mask = row.isNullAt(MASK + 2) ? null : inside(row, MASK);
    ImageShape shape = shape(row);
    if (truth != null && mask != null && !shape.equals(shapeAt(row, MASK))) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the mask of image '%s' is %dx%d, but its truth is %dx%d: both must have the image's own size",
              row.get(ID),
              row.getInt(MASK),
              row.getInt(MASK + 1),
              row.getInt(TRUTH),
              row.getInt(TRUTH + 1)));
    }
    images++;
    byte[] levels = levels(row, shape);
    for (int i = 0; i < levels.length; i++) {
      (truth != null && truth[i] ? defective : normal)[levels[i] & 0xff]++;
    }
    if (truth != null) {
      Components.visit(
          truth,
          shape.height(),
          shape.width(),
          (pixels, count) -> addRegion(levels, mask, pixels, count));
    }
    if (mask != null) {
      addPredictions(mask, truth, shape);
    }
    return this;
  }

  private ImageShape shape(Row row) {
    if (!row.isNullAt(TRUTH + 2)) {
      return shapeAt(row, TRUTH);
    }
    if (!row.isNullAt(MASK + 2)) {
      return shapeAt(row, MASK);
    }
    if (height == 0) {
      throw new InputException(
          Message.of(
              "image '%s' has no defect and no mask of the model's, so its size is not known, since images differ: score the images with a name for %s",
              row.get(ID), Message.param("maskCol")));
    }
    return new ImageShape(height, width, 1);
  }

  private static ImageShape shapeAt(Row row, int at) {
    return new ImageShape(row.getInt(at), row.getInt(at + 1), 1);
  }

  /** Pixels of which a channel is not 0. */
  private static boolean[] inside(Row row, int at) {
    byte[] data = row.getAs(at + 2);
    boolean[] inside = new boolean[shapeAt(row, at).size()];
    int channels = data.length / inside.length;
    for (int i = 0; i < data.length; i++) {
      inside[i / channels] |= data[i] != 0;
    }
    return inside;
  }

  /** The error map at the image's size. */
  private byte[] levels(Row row, ImageShape shape) {
    ImageShape in = shapeAt(row, MAP);
    byte[] levels = row.getAs(MAP + 2);
    if (in.equals(shape)) {
      return levels;
    }
    if (resampler == null || !resampler.serves(in, shape.height(), shape.width())) {
      resampler = new Resampler(in, shape.height(), shape.width());
    }
    byte[] resized = new byte[shape.size()];
    resampler.resize(levels, resized, 0);
    return resized;
  }

  private void addRegion(byte[] levels, boolean[] mask, int[] pixels, int count) {
    long[] counts = regions.computeIfAbsent(count, area -> new long[LEVELS + 1]);
    counts[REGIONS]++;
    boolean overlaps = false;
    for (int i = 0; i < count; i++) {
      counts[levels[pixels[i]] & 0xff]++;
      overlaps |= mask != null && mask[pixels[i]];
    }
    found += overlaps ? 1 : 0;
  }

  private void addPredictions(boolean[] mask, boolean[] truth, ImageShape shape) {
    Components.visit(
        mask,
        shape.height(),
        shape.width(),
        (pixels, count) -> {
          long right =
              truth == null ? 0 : Arrays.stream(pixels, 0, count).filter(p -> truth[p]).count();
          truePositives += right;
          falsePositives += count - right;
          predictedRegions++;
          hits += right > 0 ? 1 : 0;
        });
  }

  /** Adds other counts. */
  PixelCounts add(PixelCounts other) {
    for (int level = 0; level < LEVELS; level++) {
      normal[level] += other.normal[level];
      defective[level] += other.defective[level];
    }
    other.regions.forEach(
        (area, counts) -> {
          long[] sums = regions.computeIfAbsent(area, none -> new long[LEVELS + 1]);
          for (int i = 0; i < sums.length; i++) {
            sums[i] += counts[i];
          }
        });
    images += other.images;
    unscored += other.unscored;
    truePositives += other.truePositives;
    falsePositives += other.falsePositives;
    found += other.found;
    predictedRegions += other.predictedRegions;
    hits += other.hits;
    return this;
  }

  /** Number of regions. */
  long regionCount() {
    return regions.values().stream().mapToLong(counts -> counts[REGIONS]).sum();
  }

  /** By how much the mean overlap of the regions grows at each level, [LEVELS]. */
  double[] overlaps() {
    double[] overlaps = new double[LEVELS];
    long count = regionCount();
    new TreeMap<>(regions) // in the order of the areas: a sum of doubles
        .forEach(
            (area, counts) -> {
              for (int level = 0; level < LEVELS; level++) {
                overlaps[level] += (double) counts[level] / area / count;
              }
            });
    return overlaps;
  }
}
