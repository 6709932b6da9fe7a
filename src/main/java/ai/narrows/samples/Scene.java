package ai.narrows.samples;

import ai.narrows.nn.kernels.RandomStream;

/**
 * One part under one camera: where exactly it lies, how it is lit, the grain of its metal. All of
 * it is drawn from one random stream when the scene is made, so painting it twice gives the same.
 */
final class Scene {
  static final double EDGE = 0.014; // width of the chamfer along all edges
  private static final double LIGHT_X = -0.62; // where the light comes from: left and above
  private static final double LIGHT_Y = -0.78;
  private static final double SHADOW = 0.020; // how far the shadow falls to the other side
  private static final double BLUR = 0.045; // width of its border
  private static final double STEP = 1e-4; // for slopes
  private static final Tint MAT = new Tint(0.215, 0.195, 0.180);

  private final PartKind kind;
  private final int size;
  private final double centreX;
  private final double centreY;
  private final double brightness;
  private final double slopeX;
  private final double slopeY;
  private final double sheen;
  private final ValueNoise broad;
  private final ValueNoise cloudy;
  private final ValueNoise fine;
  private final ValueNoise tracks; // of the tools, along x: straight lines, or circles by radius

  Scene(PartKind kind, int size, RandomStream random) {
    this.kind = kind;
    this.size = size;
    centreX = 0.5 + jitter(random, 0.025);
    centreY = 0.5 + jitter(random, 0.025);
    brightness = 0.60 + jitter(random, 0.045);
    slopeX = LIGHT_X * (0.16 + jitter(random, 0.06));
    slopeY = LIGHT_Y * (0.16 + jitter(random, 0.06));
    sheen = 0.16 + jitter(random, 0.04);
    broad = new ValueNoise(random, 3, 3);
    cloudy = new ValueNoise(random, 12, 12);
    fine = new ValueNoise(random, 64, 64);
    tracks = kind.isTurned() ? new ValueNoise(random, 3, 64) : new ValueNoise(random, 5, 100);
  }

  private static double jitter(RandomStream random, double most) {
    return (2 * random.nextFloat() - 1) * most;
  }

  /** Number of pixels. */
  int pixels() {
    return size * size;
  }

  /** Where a pixel is, in units of the picture's side, as all places here. */
  double x(int pixel) {
    return (pixel % size + 0.5) / size;
  }

  double y(int pixel) {
    int row = pixel / size;
    return (row + 0.5) / size;
  }

  /** A random place on the part, at least so far from its outline. */
  double[] onPart(RandomStream random, double inside) {
    while (true) {
      double[] place = {random.nextFloat(), random.nextFloat()};
      if (outline(place[0], place[1]) < -inside) {
        return place;
      }
    }
  }

  /** A random vector of length 1. */
  static double[] direction(RandomStream random) {
    while (true) {
      double x = 2 * random.nextFloat() - 1;
      double y = 2 * random.nextFloat() - 1;
      double length = Distances.length(x, y);
      if (length > 0.1 && length <= 1) {
        return new double[] {x / length, y / length};
      }
    }
  }

  double centreX() {
    return centreX;
  }

  double centreY() {
    return centreY;
  }

  /** Distance from the outline of the sound part, by the place in the picture. */
  double outline(double x, double y) {
    return kind.distance(x - centreX, y - centreY);
  }

  /** How much of a pixel is on the inner side of an outline. */
  double coverage(double distance) {
    return Math.max(0, Math.min(1, 0.5 - distance * size));
  }

  /**
   * One pixel of the picture.
   *
   * @param outline of the part, by the place in the picture
   * @param values [channels], overwritten
   */
  void paint(int pixel, Distances.Outline outline, double[] values) {
    double x = x(pixel);
    double y = y(pixel);
    double distance = outline.at(x, y);
    double share = coverage(distance);
    double onPart = share == 0 ? 0 : share * metal(outline, distance, x, y);
    double below = share == 1 ? 0 : (1 - share) * mat(outline, x, y);
    Tint metal = kind.metal();
    for (int c = 0; c < values.length; c++) {
      values[c] = onPart * metal.channel(c, values.length) + below * MAT.channel(c, values.length);
    }
  }

  /** Brightness of the rubber mat, about 1, less in the part's shadow. */
  private double mat(Distances.Outline outline, double x, double y) {
    double pattern = 0.08 * broad.at(x, y) + 0.07 * cloudy.at(y, x) + 0.10 * fine.at(y, x);
    return (1 + light(x, y) + pattern) * (1 - 0.6 * shadow(outline, x, y));
  }

  /** How much of its light a place of the mat loses to the part, from 0 to 1. */
  double shadow(Distances.Outline outline, double x, double y) {
    double distance = outline.at(x + SHADOW * LIGHT_X, y + SHADOW * LIGHT_Y);
    return Math.max(0, Math.min(1, 0.5 - distance / BLUR));
  }

  private double light(double x, double y) {
    return slopeX * (x - 0.5) + slopeY * (y - 0.5);
  }

  private double metal(Distances.Outline outline, double distance, double x, double y) {
    double dx = x - centreX;
    double dy = y - centreY;
    double level = kind.step(dx, dy);
    double value = brightness * (level < 0 ? 1.06 : 0.97);
    value += light(x, y) + 0.025 * broad.at(x, y) + 0.02 * cloudy.at(x, y) + 0.03 * fine.at(x, y);
    if (kind.isTurned()) {
      double radius = Distances.length(dx, dy);
      double along = (dx * LIGHT_X + dy * LIGHT_Y) / Math.max(radius, 0.01);
      value += sheen * (along * along - 0.5) + 0.05 * tracks.at(x, radius / 0.45);
    } else {
      double across = (dy + 0.3 * dx) * 2.2; // a band of light where the lines reflect the lamp
      value += sheen * (0.8 * Math.max(0, 1 - across * across) - 0.4) + 0.06 * tracks.at(x, y);
    }
    if (distance > -EDGE) {
      value += 0.26 * facing(outline, x, y) * (1 + distance / EDGE);
    }
    if (Math.abs(level) < EDGE / 2) {
      double edge = 1 - Math.abs(level) / (EDGE / 2);
      value += 0.22 * facing(kind::step, dx, dy) * edge;
    }
    return value;
  }

  /** How far an edge faces the light, in [-1, 1]: edges fall off where the distance grows. */
  private static double facing(Distances.Outline outline, double x, double y) {
    double slopeX = outline.at(x + STEP, y) - outline.at(x - STEP, y);
    double slopeY = outline.at(x, y + STEP) - outline.at(x, y - STEP);
    return (slopeX * LIGHT_X + slopeY * LIGHT_Y) / (2 * STEP);
  }
}
