package ai.narrows.samples;

import ai.narrows.nn.kernels.RandomStream;

/**
 * A bent line across the metal that thins out to its ends: bare metal that shines, or a groove that
 * is dark, and the other of the two along its side.
 */
final class Scratch implements Mark {
  private static final int PIECES = 12;
  private static final double REACH = 0.35; // no scratch goes further from its middle

  private final Scene scene;
  private final double[] x = new double[PIECES + 1];
  private final double[] y = new double[PIECES + 1];
  private final double width; // half of it, in the middle
  private final double contrast; // negative for dark ones

  private Scratch(
      Scene scene, double[] from, double[] bend, double[] to, double width, double contrast) {
    this.scene = scene;
    this.width = width;
    this.contrast = contrast;
    for (int i = 0; i <= PIECES; i++) { // a quadratic Bezier curve
      double t = (double) i / PIECES;
      double s = 1 - t;
      x[i] = s * s * from[0] + 2 * s * t * bend[0] + t * t * to[0];
      y[i] = s * s * from[1] + 2 * s * t * bend[1] + t * t * to[1];
    }
  }

  static Scratch draw(Scene scene, RandomStream random) {
    double[] middle = scene.onPart(random, 0.02);
    double[] way = Scene.direction(random);
    double half = 0.13 + 0.17 * random.nextFloat();
    double bent = half * (random.nextFloat() - 0.5);
    double[] from = {middle[0] - half * way[0], middle[1] - half * way[1]};
    double[] bend = {middle[0] - bent * way[1], middle[1] + bent * way[0]};
    double[] to = {middle[0] + half * way[0], middle[1] + half * way[1]};
    double width = 0.007 + 0.005 * random.nextFloat();
    double contrast = 0.22 + 0.25 * random.nextFloat();
    return new Scratch(scene, from, bend, to, width, random.nextInt(5) < 3 ? contrast : -contrast);
  }

  @Override
  public double strength(double atX, double atY) {
    if (Distances.length(atX - x[PIECES / 2], atY - y[PIECES / 2]) > REACH) {
      return 0;
    }
    double share = scene.coverage(side(atX, atY, true));
    return share == 0 ? 0 : share * scene.coverage(scene.outline(atX, atY));
  }

  /**
   * How far a place is off the line.
   *
   * @param outside whether to tell it from the line's border, otherwise from its middle, positive
   *     on one side, in half widths
   */
  private double side(double atX, double atY, boolean outside) {
    double least = Double.MAX_VALUE;
    double position = 0; // along the line, from 0 to PIECES
    double sign = 1;
    for (int i = 0; i < PIECES; i++) {
      double wayX = x[i + 1] - x[i];
      double wayY = y[i + 1] - y[i];
      double dx = atX - x[i];
      double dy = atY - y[i];
      double t = (dx * wayX + dy * wayY) / (wayX * wayX + wayY * wayY);
      t = Math.max(0, Math.min(1, t));
      double off = Distances.length(dx - t * wayX, dy - t * wayY);
      if (off < least) {
        least = off;
        position = i + t;
        sign = dx * wayY - dy * wayX < 0 ? -1 : 1;
      }
    }
    double fromMiddle = 2 * position / PIECES - 1;
    double half = width * (1 - 0.6 * fromMiddle * fromMiddle);
    return outside ? least - half : sign * least / half;
  }

  @Override
  public void paint(int pixel, double[] values) {
    double across = side(scene.x(pixel), scene.y(pixel), false);
    double change = across < 0.4 ? contrast : -0.7 * contrast;
    for (int c = 0; c < values.length; c++) {
      values[c] += change;
    }
  }
}
