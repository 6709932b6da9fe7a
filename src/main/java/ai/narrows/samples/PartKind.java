package ai.narrows.samples;

/**
 * A machined part that {@link PartPainter} can draw, seen from above, its centre at (0, 0).
 * Coordinates are in units of the picture's side, x to the right and y downwards.
 */
public enum PartKind {
  /** A flange, turned on a lathe: a ring with a raised hub and six holes for bolts. */
  RING(1.04, 1.00, 0.98, true) {
    @Override
    double distance(double x, double y) {
      double ring = Math.max(Distances.disc(x, y, 0.40), -Distances.disc(x, y, 0.125));
      return Math.max(ring, -BOLTS.nearest(x, y, 0.042));
    }

    @Override
    double step(double x, double y) {
      return Distances.disc(x, y, 0.185);
    }
  },

  /** A rectangular plate of brushed metal: a pocket with a bore in the middle, four holes. */
  PLATE(1.02, 1.00, 0.99, false) {
    @Override
    double distance(double x, double y) {
      double box = Distances.box(x, y, 0.39, 0.29, 0.05);
      double holes = Distances.disc(Math.abs(x) - 0.31, Math.abs(y) - 0.21, 0.042);
      return Math.max(box, -Math.min(holes, Distances.disc(x, y, 0.085)));
    }

    @Override
    double step(double x, double y) {
      return -Distances.box(x, y, 0.22, 0.15, 0.04);
    }
  },

  /**
   * A toothed wheel of brass: a bore with a keyway, a raised hub, five holes to make it lighter.
   */
  GEAR(0.66, 1.00, 1.13, true) {
    @Override
    double distance(double x, double y) {
      double wheel = TEETH.wheel(x, y);
      double bore =
          Math.min(Distances.disc(x, y, 0.07), Distances.box(x, y + 0.07, 0.02, 0.025, 0));
      return Math.max(wheel, -Math.min(bore, LIGHTENING.nearest(x, y, 0.055)));
    }

    @Override
    double step(double x, double y) {
      return Distances.disc(x, y, 0.125);
    }
  };

  private static final Around BOLTS = new Around(6, 0.285);
  private static final Around LIGHTENING = new Around(5, 0.225);
  private static final Teeth TEETH = new Teeth(20, 0.345, 0.41, 0.038, 0.020);

  private final double blue;
  private final double green;
  private final double red;
  private final boolean turned;

  PartKind(double blue, double green, double red, boolean turned) {
    this.blue = blue;
    this.green = green;
    this.red = red;
    this.turned = turned;
  }

  /** How far a point is from the part's outline; negative where there is metal. */
  abstract double distance(double x, double y);

  /** How far a point is from the step between the part's two levels; negative on the upper one. */
  abstract double step(double x, double y);

  /** The colour of its metal, about 1 in each channel. */
  Tint metal() {
    return new Tint(blue, green, red);
  }

  /** Whether tools have left circles on it, rather than straight lines. */
  boolean isTurned() {
    return turned;
  }
}
