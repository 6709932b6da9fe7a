package ai.narrows.nn;

import ai.narrows.nn.kernels.RandomStream;
import java.util.Arrays;

/**
 * Draws the stains of one image after the other. Edges are soft over one pixel, and a later stain
 * covers an earlier one. {@link StrictMath} gives every platform the same bits.
 */
final class StainPainter implements Corruption.Drawer {
  private static final int MOST_STAINS = 3;
  private static final int MOST_SEGMENTS = 3;

  /** Standard deviation of the turn between two segments of a stroke, in radians. */
  private static final double TURN = 0.6;

  /** Half the width of strokes, in pixels: evenly between these two. */
  private static final double THINNEST = 0.5;

  private static final double THICKEST = 2;

  private final Corruption.Stain stain;
  private final float[] factor; // [height, width, channels]
  private final float[] term; // [height, width, channels]
  private final float[] color; // [channels]
  private final double longest; // pixels
  private RandomStream random; // of the image at hand

  /**
   * Draws into what an image is multiplied by and what is added to it.
   *
   * @param factor [height, width, channels], overwritten for each image
   * @param term [height, width, channels], overwritten for each image
   */
  StainPainter(Corruption.Stain stain, float[] factor, float[] term) {
    this.stain = stain;
    this.factor = factor;
    this.term = term;
    color = new float[stain.channels()];
    longest = Math.max(1, stain.extent() * Math.min(stain.height(), stain.width()));
  }

  @Override
  public void draw(RandomStream stream) {
    random = stream;
    clear();
    int stains = 1 + random.nextInt(MOST_STAINS);
    for (int i = 0; i < stains; i++) {
      for (int c = 0; c < color.length; c++) {
        color[c] = random.nextFloat();
      }
      double y = stain.height() * random.nextFloat();
      double x = stain.width() * random.nextFloat();
      double angle = 2 * Math.PI * random.nextFloat();
      if (random.nextInt(2) == 0) {
        ellipse(y, x, angle, halfAxis(), halfAxis());
      } else {
        stroke(y, x, angle);
      }
    }
  }

  /** No stains. */
  void clear() {
    Arrays.fill(factor, 1);
    Arrays.fill(term, 0);
  }

  /** From a pixel to the longest: each ratio of two half-axes is as likely at any size. */
  private double halfAxis() {
    return StrictMath.exp(random.nextFloat() * StrictMath.log(longest));
  }

  /**
   * An ellipse in the color at hand.
   *
   * @param y its center, in pixels from the top
   * @param x its center, in pixels from the left
   * @param angle of the first half-axis, in radians
   * @param along the first half-axis, in pixels
   * @param across the second half-axis, in pixels
   */
  void ellipse(double y, double x, double angle, double along, double across) {
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double reach = Math.max(along, across);
    double shorter = Math.min(along, across);
    for (int row = first(y - reach); row < end(y + reach, stain.height()); row++) {
      for (int column = first(x - reach); column < end(x + reach, stain.width()); column++) {
        double dy = row + 0.5 - y;
        double dx = column + 0.5 - x;
        double u = (dx * cos + dy * sin) / along;
        double v = (dy * cos - dx * sin) / across;
        cover(row, column, (1 - Math.sqrt(u * u + v * v)) * shorter + 0.5);
      }
    }
  }

  private void stroke(double fromY, double fromX, double direction) {
    double y = fromY;
    double x = fromX;
    double angle = direction;
    double radius = THINNEST + (THICKEST - THINNEST) * random.nextFloat();
    int segments = 1 + random.nextInt(MOST_SEGMENTS);
    for (int i = 0; i < segments; i++) {
      double length = longest * (1 + random.nextFloat()) / 2;
      double dy = length * StrictMath.sin(angle);
      double dx = length * StrictMath.cos(angle);
      segment(y, x, dy, dx, radius);
      y += dy;
      x += dx;
      angle += TURN * random.nextGaussian();
    }
  }

  /** From (y, x) by (dy, dx), with round ends of a radius; all in pixels. */
  void segment(double y, double x, double dy, double dx, double radius) {
    double square = dy * dy + dx * dx;
    int lastRow = end(Math.max(y, y + dy) + radius, stain.height());
    int lastColumn = end(Math.max(x, x + dx) + radius, stain.width());
    for (int row = first(Math.min(y, y + dy) - radius); row < lastRow; row++) {
      for (int column = first(Math.min(x, x + dx) - radius); column < lastColumn; column++) {
        double py = row + 0.5 - y;
        double px = column + 0.5 - x;
        double along = Math.max(0, Math.min(1, (py * dy + px * dx) / square));
        double awayY = py - along * dy;
        double awayX = px - along * dx;
        cover(row, column, radius - Math.sqrt(awayY * awayY + awayX * awayX) + 0.5);
      }
    }
  }

  /** The first pixel along an axis that may have a part behind this place. */
  private static int first(double place) {
    return Math.max(0, (int) Math.floor(place) - 1);
  }

  /** Behind the last pixel along an axis that may have a part before this place. */
  private static int end(double place, int size) {
    return Math.min(size, (int) Math.ceil(place) + 1);
  }

  /**
   * Puts the color on a pixel.
   *
   * @param share of the pixel that is covered; below 0 none, above 1 all of it
   */
  private void cover(int row, int column, double share) {
    if (share <= 0) {
      return;
    }
    float covered = (float) Math.min(1, share);
    int at = (row * stain.width() + column) * color.length;
    for (int c = 0; c < color.length; c++) {
      factor[at + c] *= 1 - covered;
      term[at + c] = term[at + c] * (1 - covered) + color[c] * covered;
    }
  }
}
