package ai.narrows.samples;

import ai.narrows.nn.kernels.RandomStream;

/** A stain on the metal: oil, which darkens what is below it, rust or a light residue. */
final class Blob implements Mark {
  private static final Tint OIL = new Tint(0.02, 0.03, 0.04);
  private static final Tint RUST = new Tint(0.05, 0.13, 0.28);
  private static final Tint RESIDUE = new Tint(0.62, 0.66, 0.68);

  private final Scene scene;
  private final Patch patch;
  private final double border; // its width
  private final double opacity;
  private final double keeps; // share of the metal's brightness
  private final Tint adds;

  private Blob(Scene scene, Patch patch, double border, double opacity, double keeps, Tint adds) {
    this.scene = scene;
    this.patch = patch;
    this.border = border;
    this.opacity = opacity;
    this.keeps = keeps;
    this.adds = adds;
  }

  static Blob draw(Scene scene, RandomStream random) {
    double[] place = scene.onPart(random, 0.03);
    double radius = 0.045 + 0.055 * random.nextFloat();
    double border = 0.006 + 0.02 * random.nextFloat();
    double opacity = 0.6 + 0.4 * random.nextFloat();
    int kind = random.nextInt(3);
    Patch patch = new Patch(place[0], place[1], radius, 0.6, random);
    return switch (kind) {
      case 0 -> new Blob(scene, patch, border, opacity, 0.45, OIL);
      case 1 -> new Blob(scene, patch, border, opacity, 0.30, RUST);
      default -> new Blob(scene, patch, border, opacity, 0.35, RESIDUE);
    };
  }

  @Override
  public double strength(double x, double y) {
    double inside = Math.max(0, Math.min(1, 0.5 - patch.distance(x, y) / border));
    return inside == 0 ? 0 : opacity * inside * scene.coverage(scene.outline(x, y));
  }

  @Override
  public void paint(int pixel, double[] values) {
    double mottled = 1 + 0.2 * patch.grain(scene.x(pixel), scene.y(pixel));
    for (int c = 0; c < values.length; c++) {
      values[c] = keeps * values[c] + mottled * adds.channel(c, values.length);
    }
  }
}
