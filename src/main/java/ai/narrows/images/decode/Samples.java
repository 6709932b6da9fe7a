package ai.narrows.images.decode;

import ai.narrows.images.ImageShape;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.IIOException;

/** The samples of Java's images as they stand in the file, in our order of channels. */
final class Samples {

  private Samples() {}

  /** Whether a palette has nothing but greys, which is what TIFF's grey of few bits comes as. */
  static boolean isGreyPalette(ColorModel model) {
    if (!(model instanceof IndexColorModel palette) || palette.hasAlpha()) {
      return false;
    }
    for (int i = 0; i < palette.getMapSize(); i++) {
      int red = palette.getRed(i);
      if (palette.getGreen(i) != red || palette.getBlue(i) != red) {
        return false;
      }
    }
    return true;
  }

  /**
   * The picture of a decoded image.
   *
   * @param greyPalette whether a palette, where there is one, means grey
   * @throws IIOException if its colours are none that we know
   */
  static Picture of(BufferedImage image, boolean greyPalette) throws IOException {
    ColorModel model = image.getColorModel();
    boolean grey =
        model instanceof IndexColorModel
            ? greyPalette
            : !model.hasAlpha() && model.getNumColorComponents() == 1;
    ImageShape shape = new ImageShape(image.getHeight(), image.getWidth(), grey ? 1 : 3);
    byte[] pixels = new byte[shape.size()];
    for (int y = 0; y < shape.height(); y++) {
      int at = y * shape.width() * shape.channels();
      if (model instanceof ComponentColorModel) {
        readSamples(image, y, pixels, at, shape.channels());
      } else {
        readColours(image, y, pixels, at, shape.channels());
      }
    }
    return new Picture(shape, pixels);
  }

  /**
   * The picture of a grey image of which one value is transparent.
   *
   * @param image whose first samples are 0 to 255, or indexes of a palette of such
   * @param key that value
   */
  static Picture ofKeyed(BufferedImage image, int key) {
    ImageShape shape = new ImageShape(image.getHeight(), image.getWidth(), 3);
    byte[] pixels = new byte[shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      int sample = image.getRaster().getSample(i / 3 % shape.width(), i / 3 / shape.width(), 0);
      int value =
          image.getColorModel() instanceof IndexColorModel palette
              ? palette.getRed(sample)
              : sample;
      pixels[i] = (byte) (value == key ? 0 : value);
    }
    return new Picture(shape, pixels);
  }

  /** One line of samples: grey, RGB or inks, then alpha, then what the colour model leaves out. */
  private static void readSamples(BufferedImage image, int y, byte[] out, int at, int channels)
      throws IOException {
    Raster raster = image.getRaster();
    ColorModel model = image.getColorModel();
    int bands = raster.getNumBands();
    int colours = model.getNumColorComponents();
    int bits = model.getComponentSize(0);
    int[] line = raster.getPixels(0, y, image.getWidth(), 1, (int[]) null); // [width, bands]
    for (int i = 0; i < line.length; i++) {
      line[i] = bits < 8 ? line[i] * 255 / ((1 << bits) - 1) : line[i] >>> (bits - 8);
    }
    boolean inks = model.getColorSpace().getType() == ColorSpace.TYPE_CMYK;
    if (!inks && colours != 1 && colours != 3) {
      throw new IIOException(String.format(Locale.ROOT, "it has %d colour components", colours));
    }
    for (int x = 0; x < image.getWidth(); x++) {
      int from = x * bands;
      int to = at + x * channels;
      if (inks) {
        Inks.toColour(line, from, out, to);
        continue;
      }
      int alpha = model.hasAlpha() && !model.isAlphaPremultiplied() ? line[from + colours] : 255;
      for (int c = 0; c < channels; c++) {
        int value = line[from + (colours == 1 ? 0 : 2 - c)];
        out[to + c] = (byte) Channels.overBlack(value, alpha);
      }
    }
  }

  /** One line of a palette or packed image. */
  private static void readColours(BufferedImage image, int y, byte[] out, int at, int channels) {
    int[] line = image.getRGB(0, y, image.getWidth(), 1, null, 0, image.getWidth());
    for (int x = 0; x < line.length; x++) {
      int alpha = line[x] >>> 24;
      for (int c = 0; c < channels; c++) {
        int value = line[x] >> (8 * c) & 0xff;
        out[at + x * channels + c] = (byte) Channels.overBlack(value, alpha);
      }
    }
  }
}
