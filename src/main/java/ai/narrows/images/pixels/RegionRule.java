package ai.narrows.images.pixels;

import java.io.Serializable;

/**
 * Which pixels of error maps make regions.
 *
 * @param threshold error above which a pixel belongs to one, in [0, 1]
 * @param minArea the least area of a region in pixels, at least 1
 */
public record RegionRule(double threshold, int minArea) implements Serializable {

  /**
   * Whether a pixel belongs to a region by its level.
   *
   * @param level of an error map, uint8: 255 times the error
   */
  boolean above(byte level) {
    return (level & 0xff) / 255.0 > threshold;
  }
}
