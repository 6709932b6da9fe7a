package ai.narrows.images.decode;

/**
 * Luma and two chromas of half the resolution to blue, green and red, bit by bit as libwebp does
 * it: chroma is interpolated between the four nearest samples, 9 : 3 : 3 : 1, and ITU-R BT.601's
 * studio range becomes 0 to 255.
 */
final class Vp8Colours {

  private final Vp8Plane luma;
  private final Vp8Plane u;
  private final Vp8Plane v;
  private final int width;
  private final int height;

  Vp8Colours(Vp8Plane luma, Vp8Plane u, Vp8Plane v, int width, int height) {
    this.luma = luma;
    this.u = u;
    this.v = v;
    this.width = width;
    this.height = height;
  }

  /** The frame's pixels, [height, width, BGR]. */
  byte[] toPixels() {
    byte[] out = new byte[height * width * 3];
    int[] blue = new int[width]; // the chroma U of a line, and V
    int[] red = new int[width];
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int last = (height - 1) / 2;
      int far = Math.min(last, Math.max(0, y % 2 == 0 ? near - 1 : near + 1));
      interpolate(u, near, far, blue);
      interpolate(v, near, far, red);
      int line = luma.at(0, y);
      int to = y * width * 3;
      for (int x = 0; x < width; x++) {
        int light = ((luma.pixels[line + x] & 0xff) * 19077) >> 8;
        out[to++] = clip(light + ((blue[x] * 33050) >> 8) - 17685);
        out[to++] = clip(light - ((blue[x] * 6419) >> 8) - ((red[x] * 13320) >> 8) + 8708);
        out[to++] = clip(light + ((red[x] * 26149) >> 8) - 14234);
      }
    }
    return out;
  }

  /**
   * One line of a chroma.
   *
   * @param near line of the plane that the line lies in
   * @param far the next nearest
   * @param out [width], overwritten
   */
  private void interpolate(Vp8Plane plane, int near, int far, int[] out) {
    int at = plane.at(0, near);
    int other = plane.at(0, far);
    byte[] pixels = plane.pixels;
    int n = pixels[at] & 0xff;
    int f = pixels[other] & 0xff;
    out[0] = (3 * n + f + 2) >> 2;
    for (int x = 1; x <= (width - 1) / 2; x++) {
      int nextN = pixels[at + x] & 0xff;
      int nextF = pixels[other + x] & 0xff;
      int sum = n + nextN + f + nextF + 8;
      // libwebp rounds twice: half the sum of a sample and the average along a diagonal.
      out[2 * x - 1] = (((sum + 2 * (nextN + f)) >> 3) + n) >> 1;
      out[2 * x] = (((sum + 2 * (n + nextF)) >> 3) + nextN) >> 1;
      n = nextN;
      f = nextF;
    }
    if (width % 2 == 0) {
      out[width - 1] = (3 * n + f + 2) >> 2;
    }
  }

  /** Of a value times 64. */
  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value >> 6));
  }
}
