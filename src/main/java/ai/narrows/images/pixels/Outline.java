package ai.narrows.images.pixels;

import java.util.Arrays;

/**
 * The outer boundary of a region, along the edges of its pixels. It goes clockwise, the region at
 * its right hand; where two pixels touch at a corner alone it passes from one to the other, and so
 * meets itself there. Holes are not seen from outside.
 */
final class Outline {
  // Right, down, left, up: the next is a turn to the right.
  private static final int[] DX = {1, 0, -1, 0};
  private static final int[] DY = {0, 1, 0, -1};

  private final boolean[] inside; // [height, width]
  private final int height;
  private final int width;
  private int[] corners = new int[16];
  private int count;

  private Outline(boolean[] inside, int height, int width) {
    this.inside = inside;
    this.height = height;
    this.width = width;
  }

  /**
   * The boundary of the region that a pixel is in.
   *
   * @param inside whether a pixel is in any region, [height, width]
   * @param first the region's first pixel in reading order
   * @return x and y of each corner
   */
  static int[] of(boolean[] inside, int height, int width, int first) {
    return new Outline(inside, height, width).around(first % width, first / width);
  }

  private int[] around(int left, int top) {
    int x = left;
    int y = top;
    int direction = 0;
    do {
      corner(x, y);
      do { // along a straight line
        x += DX[direction];
        y += DY[direction];
      } while (!ahead(x, y, direction, false) && ahead(x, y, direction, true));
      direction = (direction + (ahead(x, y, direction, false) ? 3 : 1)) % 4;
    } while (x != left || y != top);
    return Arrays.copyOf(corners, count);
  }

  /** Whether the pixel before a corner, to the right or the left of the way, is inside. */
  private boolean ahead(int x, int y, int direction, boolean right) {
    int side = right ? 1 : -1; // to the right of (dx, dy) lies (-dy, dx)
    int u = x + (DX[direction] - side * DY[direction] - 1) / 2;
    int v = y + (DY[direction] + side * DX[direction] - 1) / 2;
    return u >= 0 && u < width && v >= 0 && v < height && inside[v * width + u];
  }

  private void corner(int x, int y) {
    if (count == corners.length) {
      corners = Arrays.copyOf(corners, 2 * count);
    }
    corners[count++] = x;
    corners[count++] = y;
  }
}
