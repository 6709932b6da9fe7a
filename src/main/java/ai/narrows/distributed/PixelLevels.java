package ai.narrows.distributed;

import ai.narrows.images.ImageRows;
import ai.narrows.message.Shipped;
import ai.narrows.nn.score.ErrorSmoothing;
import ai.narrows.nn.score.ScoringNetwork;

/**
 * How often each of the 256 levels of error maps occurs among pixels: counts, so that the order in
 * which pixels come does not matter, and nothing is lost.
 */
public final class PixelLevels implements Shipped {
  private static final long serialVersionUID = 1L;
  private static final int LEVELS = 256;

  private final long[] counts = new long[LEVELS];

  /** Adds the pixels of the rows that a network's reconstruction pass has just seen. */
  void add(ScoringNetwork network, int rows, ErrorSmoothing smoothing) {
    int inputs = network.network().architecture().inputs();
    float[] maps = new float[rows * (inputs / smoothing.channels())];
    network.errorMaps(rows, smoothing, maps);
    byte[] levels = new byte[maps.length];
    ImageRows.toBytes(maps, 0, levels, 0, maps.length);
    add(levels);
  }

  /** Adds pixels of an error map, uint8. */
  void add(byte[] levels) {
    for (byte level : levels) {
      counts[level & 0xff]++;
    }
  }

  /** Adds other counts. */
  void add(PixelLevels other) {
    for (int level = 0; level < LEVELS; level++) {
      counts[level] += other.counts[level];
    }
  }

  /**
   * The lowest error that at most a fraction of the pixels exceed: half-way between two levels, or
   * 1 if the highest level is too frequent.
   *
   * @param contamination the fraction, in [0, 1)
   * @return in [0, 1]
   */
  public double threshold(double contamination) {
    long pixels = 0;
    for (long count : counts) {
      pixels += count;
    }
    long most = (long) Math.floor(contamination * pixels);
    int level = LEVELS - 1;
    for (long above = 0; level > 0 && above + counts[level] <= most; level--) {
      above += counts[level];
    }
    return Math.min(1, (level + 0.5) / (LEVELS - 1));
  }
}
