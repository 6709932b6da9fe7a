package ai.narrows.images.decode;

import ai.narrows.images.ImageShape;
import java.awt.image.Raster;
import java.util.Arrays;

/** Colours of JPEG files whose components are read as they are stored. */
final class JpegColours {

  private JpegColours() {}

  /** The picture of red, green and blue. */
  static Picture ofRgb(Raster raster) {
    int width = raster.getWidth();
    ImageShape shape = new ImageShape(raster.getHeight(), width, 3);
    byte[] pixels = new byte[shape.size()];
    int[] line = null;
    for (int y = 0; y < shape.height(); y++) {
      line = raster.getPixels(0, y, width, 1, line);
      int at = 3 * y * width;
      for (int i = 0; i < 3 * width; i += 3) {
        pixels[at + i] = (byte) line[i + 2];
        pixels[at + i + 1] = (byte) line[i + 1];
        pixels[at + i + 2] = (byte) line[i];
      }
    }
    return new Picture(shape, pixels);
  }

  /**
   * The picture of luma and chroma, of which some have half of the rows, as cameras' pictures have
   * it that were turned without loss. The JDK's own libjpeg repeats these rows; libjpeg-turbo, with
   * which some JDKs are built, interpolates between them, 3 : 1.
   *
   * @param raster luma and two chromas; rows that were half stand there twice or are interpolated
   */
  static Picture ofHalfRows(Raster raster, JpegHeader header) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    boolean[] repeated = new boolean[3];
    for (int c = 0; c < 3; c++) {
      repeated[c] = header.halfRows(c) && isRepeated(raster, c);
    }
    ImageShape shape = new ImageShape(height, width, 3);
    byte[] pixels = new byte[shape.size()];
    int[] near = null; // [width, 3]
    int[] far = null;
    int last = (height - 1) / 2;
    for (int y = 0; y < height; y++) {
      int other = Math.max(0, Math.min(last, y / 2 + (y % 2 == 0 ? -1 : 1)));
      near = raster.getPixels(0, y, width, 1, near);
      far = raster.getPixels(0, 2 * other, width, 1, far);
      int bias = y % 2 == 0 ? 1 : 2;
      for (int i = 0; i < near.length; i++) {
        near[i] = repeated[i % 3] ? (3 * near[i] + far[i] + bias) >> 2 : near[i];
      }
      for (int i = 0; i < near.length; i += 3) {
        int at = 3 * y * width + i;
        toColour(near[i], near[i + 1] - 128, near[i + 2] - 128, pixels, at);
      }
    }
    return new Picture(shape, pixels);
  }

  private static boolean isRepeated(Raster raster, int band) {
    int[] first = null;
    int[] second = null;
    for (int y = 0; y + 1 < raster.getHeight(); y += 2) {
      first = raster.getSamples(0, y, raster.getWidth(), 1, band, first);
      second = raster.getSamples(0, y + 1, raster.getWidth(), 1, band, second);
      if (!Arrays.equals(first, second)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The equations of JFIF in 16 bits, rounded as libjpeg rounds them.
   *
   * @param out receives [blue, green, red] from {@code at} on
   */
  static void toColour(int luma, int blue, int red, byte[] out, int at) {
    out[at] = clip(luma + ((116130 * blue + 32768) >> 16));
    out[at + 1] = clip(luma + ((-22554 * blue - 46802 * red + 32768) >> 16));
    out[at + 2] = clip(luma + ((91881 * red + 32768) >> 16));
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
