package ai.narrows.samples;

import ai.narrows.nn.kernels.RandomStream;

/** A piece broken out of the outer edge: there the mat is seen, and the light on a new edge. */
final class Missing implements Mark {
  private static final double OUTSIDE = 0.75; // from the part's centre
  private static final double STRIDE = 0.002;
  private static final double FAR = 0.06; // so far from the piece nothing is different
  private static final double FAINT = 0.12; // change of a shadow that nobody sees

  private final Scene scene;
  private final double x; // a place on the edge
  private final double y;
  private final double[] way; // outwards
  private final Patch piece;

  private Missing(Scene scene, double x, double y, double[] way, Patch piece) {
    this.scene = scene;
    this.x = x;
    this.y = y;
    this.way = way;
    this.piece = piece;
  }

  static Missing draw(Scene scene, RandomStream random) {
    double[] way = Scene.direction(random);
    double out = OUTSIDE;
    while (scene.outline(scene.centreX() + out * way[0], scene.centreY() + out * way[1]) > 0) {
      out -= STRIDE;
    }
    double radius = 0.05 + 0.06 * random.nextFloat();
    double x = scene.centreX() + out * way[0];
    double y = scene.centreY() + out * way[1];
    return new Missing(scene, x, y, way, new Patch(x, y, radius, 0.4, random));
  }

  /** All or nothing: on the part as far as its new edge goes, on the mat where the shadow goes. */
  @Override
  public double strength(double atX, double atY) {
    double broken = broken(atX, atY);
    if (broken > FAR) {
      return 0;
    }
    if (scene.coverage(scene.outline(atX, atY)) > 0) {
      return scene.coverage(broken - Scene.EDGE) > 0 ? 1 : 0;
    }
    double before = scene.shadow(scene::outline, atX, atY);
    return before - scene.shadow(this::outline, atX, atY) > FAINT ? 1 : 0;
  }

  @Override
  public void paint(int pixel, double[] values) {
    scene.paint(pixel, this::outline, values);
  }

  private double outline(double atX, double atY) {
    return Math.max(scene.outline(atX, atY), -broken(atX, atY));
  }

  /** Distance from the piece, which reaches far outwards: nothing is left hanging there. */
  private double broken(double atX, double atY) {
    double outwards = (atX - x) * way[0] + (atY - y) * way[1];
    double back = outwards > 0 ? 0.7 * outwards : 0;
    return piece.distance(atX - back * way[0], atY - back * way[1]);
  }
}
