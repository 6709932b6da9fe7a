package ai.narrows.images.pixels;

import java.util.Arrays;

/**
 * Connected components of an image's pixels: two that touch, be it at a corner, belong together
 * (8-connectivity). Found line by line, each by a flood fill; takes one byte and at most one int
 * per pixel.
 */
public final class Components {
  private final int height;
  private final int width;
  private final boolean[] left; // pixels that no component has been found for yet, [height, width]
  private int[] pixels = new int[64];
  private int count;

  /** Takes a component. */
  public interface Visitor {
    /**
     * A component, the topmost first and of those on one line the leftmost.
     *
     * @param pixels holds its pixels, {@code y * width + x}, the first of them its first in reading
     *     order; changes when the next is found
     * @param count how many it has
     */
    void component(int[] pixels, int count);
  }

  private Components(boolean[] inside, int height, int width) {
    this.height = height;
    this.width = width;
    left = inside.clone();
  }

  /**
   * Finds all of them.
   *
   * @param inside [height, width]
   */
  public static void visit(boolean[] inside, int height, int width, Visitor visitor) {
    new Components(inside, height, width).visit(visitor);
  }

  private void visit(Visitor visitor) {
    for (int start = 0; start < left.length; start++) {
      if (left[start]) {
        count = 0;
        take(start);
        for (int done = 0; done < count; done++) {
          takeAround(pixels[done]);
        }
        visitor.component(pixels, count);
      }
    }
  }

  private void takeAround(int pixel) {
    int y = pixel / width;
    int x = pixel % width;
    for (int v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (int u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        if (left[v * width + u]) {
          take(v * width + u);
        }
      }
    }
  }

  private void take(int pixel) {
    left[pixel] = false;
    if (count == pixels.length) {
      pixels = Arrays.copyOf(pixels, Math.min(left.length, 2 * count));
    }
    pixels[count++] = pixel;
  }
}
