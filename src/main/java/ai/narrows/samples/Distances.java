package ai.narrows.samples;

/** Signed distances to outlines: negative within, positive without. */
final class Distances {

  /** Distance as a function of the place. */
  @FunctionalInterface
  interface Outline {
    double at(double x, double y);
  }

  private Distances() {}

  /** To a disc around the origin. */
  static double disc(double x, double y, double radius) {
    return length(x, y) - radius;
  }

  /** To a box around the origin with round corners, by half its sides. */
  static double box(double x, double y, double halfWidth, double halfHeight, double round) {
    double outX = Math.abs(x) - halfWidth + round;
    double outY = Math.abs(y) - halfHeight + round;
    double outside = length(Math.max(outX, 0), Math.max(outY, 0));
    return outside + Math.min(Math.max(outX, outY), 0) - round;
  }

  static double length(double x, double y) {
    return Math.sqrt(x * x + y * y);
  }
}
