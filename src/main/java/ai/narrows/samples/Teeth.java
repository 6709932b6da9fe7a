package ai.narrows.samples;

/** A wheel with teeth, each a trapezium that narrows from its root to its tip. */
final class Teeth {
  private static final double NEAR = 0.03; // further away nothing looks at single teeth

  private final Around axes;
  private final double root;
  private final double tip;
  private final double halfRoot;
  private final double slope; // by which half the width shrinks with the radius
  private final double cosine; // of the flank's inclination

  Teeth(int count, double root, double tip, double halfRoot, double halfTip) {
    this.axes = new Around(count, 1);
    this.root = root;
    this.tip = tip;
    this.halfRoot = halfRoot;
    this.slope = (halfRoot - halfTip) / (tip - root);
    this.cosine = 1 / Math.sqrt(1 + slope * slope);
  }

  /** Distance to the wheel's outline; far from it only about that. */
  double wheel(double x, double y) {
    double radius = Distances.length(x, y);
    if (radius < root - NEAR) {
      return radius - root;
    }
    if (radius > tip + NEAR) {
      return radius - tip;
    }
    int axis = axes.towards(x, y);
    double along = axes.along(axis, x, y);
    double half = halfRoot - slope * (along - root);
    double flank = (Math.abs(axes.across(axis, x, y)) - half) * cosine;
    double tooth = Math.max(flank, Math.max(along - tip, root / 2 - along));
    return Math.min(radius - root, tooth);
  }
}
