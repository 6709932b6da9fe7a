package ai.narrows.samples;

import ai.narrows.nn.kernels.RandomStream;

/** A patch of irregular outline. */
final class Patch {
  private final double x;
  private final double y;
  private final double radius;
  private final double unevenness;
  private final ValueNoise coarse;
  private final ValueNoise fine;

  /**
   * @param unevenness how far the outline may be off a circle, as a share of the radius, below 1
   */
  Patch(double x, double y, double radius, double unevenness, RandomStream random) {
    this.x = x;
    this.y = y;
    this.radius = radius;
    this.unevenness = unevenness;
    this.coarse = new ValueNoise(random, 6, 6);
    this.fine = new ValueNoise(random, 16, 16);
  }

  /** About the distance from its outline; negative within. */
  double distance(double atX, double atY) {
    double away = Distances.length(atX - x, atY - y);
    if (away > 2 * radius) {
      return away - radius; // beyond its reach
    }
    double u = (atX - x) / (4 * radius) + 0.5; // the surfaces reach twice as far as the patch
    double v = (atY - y) / (4 * radius) + 0.5;
    double uneven = 0.75 * coarse.at(u, v) + 0.25 * fine.at(u, v);
    return away - radius * (1 + unevenness * uneven);
  }

  /** Its grain, in [-1, 1]. */
  double grain(double atX, double atY) {
    return fine.at((atY - y) / (4 * radius) + 0.5, (atX - x) / (4 * radius) + 0.5);
  }
}
