package io.narrows.images;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG, JPEG, BMP and GIF (its first frame) into uint8 pixels, [height, width, channels].
 *
 * <p>Grey images keep one channel; all others get three, in the order blue, green, red: palettes
 * are looked up, alpha is composited over black. Samples are taken as they stand in the file,
 * without colour management (grey would come out lighter through Java's colour spaces); of 16 bits
 * the upper 8. A camera's EXIF orientation is not applied.
 *
 * @param maxPixels height * width above which an image is refused before it is decoded, since a
 *     header of a few bytes may claim gigabytes
 */
record ImageDecoder(long maxPixels) implements Serializable {

  private static final Set<String> FORMATS = Set.of("png", "jpeg", "bmp", "gif");

  /** An image's pixels. */
  @SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
  record Decoded(ImageShape shape, byte[] pixels) {}

  /**
   * Decodes an image file.
   *
   * @param file the file's content
   * @throws InputException if it is none of these formats, too large, truncated or damaged; the
   *     message goes on from the file's name
   */
  Decoded decode(byte[] file) {
    // An own stream, because ImageIO.setUseCache would change it for the whole JVM.
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      ImageReader reader = reader(in);
      try {
        return decode(reader, in, file);
      } finally {
        reader.dispose();
      }
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // ImageIO's readers meet damaged files with all kinds of runtime exceptions.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new InputException("cannot be decoded: " + reason, e);
    }
  }

  /**
   * Shape of an image as its header tells it; the channels of formats that say little there are a
   * guess.
   *
   * @param file the file's content, read as far as the header goes
   * @throws InputException if it has no header of these formats; the message goes on from the
   *     file's name
   */
  static ImageShape shape(InputStream file) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(file)) {
      ImageReader reader = reader(in);
      try {
        reader.setInput(in, true, true);
        ImageTypeSpecifier type = reader.getImageTypes(0).next();
        boolean grey = type.getNumBands() < 3 && !(type.getColorModel() instanceof IndexColorModel);
        return new ImageShape(reader.getHeight(0), reader.getWidth(0), grey ? 1 : 3);
      } finally {
        reader.dispose();
      }
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new InputException("has a damaged header: " + e.getMessage(), e);
    }
  }

  private static ImageReader reader(ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    throw new InputException("is no PNG, JPEG, BMP or GIF image");
  }

  private Decoded decode(ImageReader reader, ImageInputStream in, byte[] file) throws IOException {
    reader.setInput(in, true, true);
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if ((long) width * height > maxPixels) {
      throw new InputException(
          "is %dx%d, which is %d pixels, but maxPixels is %d"
              .formatted(height, width, (long) width * height, maxPixels));
    }
    new ImageShape(height, width, 3);
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    BufferedImage image = reader.read(0);
    for (String warning : warnings) {
      // libjpeg paints missing pixels grey and goes on.
      if (warning.contains("premature end")) {
        throw new InputException("cannot be decoded: " + warning);
      }
    }
    return pixels(image, greyPng(file));
  }

  /** Whether the file is a PNG of colour type 0: with 1, 2 or 4 bits, Java gives it a palette. */
  private static boolean greyPng(byte[] file) {
    return file.length > 25 && (file[0] & 0xff) == 0x89 && file[1] == 'P' && file[25] == 0;
  }

  private static Decoded pixels(BufferedImage image, boolean greyPng) {
    ColorModel model = image.getColorModel();
    boolean grey =
        model instanceof IndexColorModel ? greyPng : image.getRaster().getNumBands() == 1;
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
    return new Decoded(shape, pixels);
  }

  /** One line of samples in 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha) bands. */
  private static void readSamples(BufferedImage image, int y, byte[] out, int at, int channels) {
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    int shift = Math.max(0, image.getColorModel().getComponentSize(0) - 8);
    int[] line = raster.getPixels(0, y, image.getWidth(), 1, (int[]) null); // [width, bands]
    int colours = bands < 3 ? 1 : 3;
    for (int x = 0; x < image.getWidth(); x++) {
      int alpha = colours == bands ? 255 : line[x * bands + colours] >> shift;
      for (int c = 0; c < channels; c++) {
        int value = line[x * bands + (colours == 1 ? 0 : 2 - c)] >> shift;
        out[at + x * channels + c] = (byte) Channels.overBlack(value, alpha);
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
