package ai.narrows.samples;

/** Places at equal distances on a circle around the origin, the first straight up. */
final class Around {
  private final double[] x;
  private final double[] y;

  Around(int count, double radius) {
    x = new double[count];
    y = new double[count];
    for (int i = 0; i < count; i++) {
      double angle = 2 * StrictMath.PI * i / count; // Math.sin is not the same on all machines
      x[i] = radius * StrictMath.sin(angle);
      y[i] = -radius * StrictMath.cos(angle);
    }
  }

  /** Distance to the nearest of discs at these places. */
  double nearest(double atX, double atY, double radius) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < x.length; i++) {
      double dx = atX - x[i];
      double dy = atY - y[i];
      least = Math.min(least, dx * dx + dy * dy);
    }
    return Math.sqrt(least) - radius;
  }

  /** The place that lies most in the direction of a point. */
  int towards(double atX, double atY) {
    int best = 0;
    for (int i = 1; i < x.length; i++) {
      if (along(i, atX, atY) > along(best, atX, atY)) {
        best = i;
      }
    }
    return best;
  }

  /** How far out a point is in the direction of a place, times the circle's radius. */
  double along(int place, double atX, double atY) {
    return atX * x[place] + atY * y[place];
  }

  /** How far a point is off the line from the origin to a place, times the circle's radius. */
  double across(int place, double atX, double atY) {
    return atX * y[place] - atY * x[place];
  }
}
