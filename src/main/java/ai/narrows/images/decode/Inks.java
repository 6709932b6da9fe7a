package ai.narrows.images.decode;

import ai.narrows.images.ImageShape;
import java.awt.image.Raster;

/**
 * Cyan, magenta, yellow and black to blue, green and red, without colour management: what one ink
 * and black let through of the light. A colour profile would give other colours on machines with
 * other profiles.
 */
final class Inks {

  private Inks() {}

  /**
   * Converts one pixel.
   *
   * @param line amounts of ink, 0 to 255, [cyan, magenta, yellow, black] from {@code from} on
   * @param out receives [blue, green, red] from {@code at} on
   */
  static void toColour(int[] line, int from, byte[] out, int at) {
    int light = 255 - line[from + 3];
    for (int c = 0; c < 3; c++) {
      out[at + c] = (byte) Channels.overBlack(255 - line[from + 2 - c], light);
    }
  }

  /**
   * The picture of a four-component JPEG file.
   *
   * @param raster the components as they are stored
   */
  static Picture ofJpeg(Raster raster, JpegHeader header) {
    int width = raster.getWidth();
    ImageShape shape = new ImageShape(raster.getHeight(), width, 3);
    byte[] pixels = new byte[shape.size()];
    int[] line = null; // [width, 4]
    for (int y = 0; y < shape.height(); y++) {
      line = raster.getPixels(0, y, width, 1, line);
      for (int x = 0; x < width; x++) {
        if (header.ycck()) {
          toInks(line, 4 * x);
        } else if (header.inverted()) {
          for (int c = 0; c < 4; c++) {
            line[4 * x + c] = 255 - line[4 * x + c];
          }
        }
        toColour(line, 4 * x, pixels, 3 * (y * width + x));
      }
    }
    return new Picture(shape, pixels);
  }

  /** YCCK as Adobe stores it: the three become inks by the equations of JFIF, black is inverted. */
  private static void toInks(int[] line, int at) {
    float luma = line[at];
    float blue = line[at + 1] - 128;
    float red = line[at + 2] - 128;
    line[at] = clip(luma + 1.402f * red);
    line[at + 1] = clip(luma - 0.344136f * blue - 0.714136f * red);
    line[at + 2] = clip(luma + 1.772f * blue);
    line[at + 3] = 255 - line[at + 3];
  }

  private static int clip(float value) {
    return Math.max(0, Math.min(255, Math.round(value)));
  }
}
