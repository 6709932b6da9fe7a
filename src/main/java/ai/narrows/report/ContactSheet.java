package ai.narrows.report;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * One picture with many images of equal shape in a grid, row by row, on white. Small images are
 * enlarged by a whole factor, each pixel a square, until their longer side has 64 pixels or more.
 */
public final class ContactSheet {

  private static final int VISIBLE = 64; // pixels along an image's longer side
  private static final int GAP = 4; // pixels between images and around them

  private ContactSheet() {}

  /**
   * Lays images out in a grid about as wide as it is high.
   *
   * @param shape of each image
   * @param pixels [n, height, width, channels], in [0, 1]
   * @throws IllegalArgumentException if pixels are no whole number of images, or none
   */
  public static BufferedImage of(ImageShape shape, float[] pixels) {
    return of(shape, pixels, square(count(shape, pixels)));
  }

  /**
   * Lays images out in a grid; the last row may stay incomplete.
   *
   * @param shape of each image
   * @param pixels [n, height, width, channels], in [0, 1]
   * @param columns images in a row, at least 1
   * @return a picture of type {@code TYPE_BYTE_GRAY} or {@code TYPE_3BYTE_BGR}
   * @throws IllegalArgumentException if pixels are no whole number of images, or none
   * @throws InputException if columns is less than 1, or the sheet too large for a picture
   */
  public static BufferedImage of(ImageShape shape, float[] pixels, int columns) {
    int size = shape.size();
    return of(
        shape,
        count(shape, pixels),
        columns,
        i -> ImageRows.toBufferedImage(shape, pixels, i * size));
  }

  /**
   * Lays images out in a grid about as wide as it is high.
   *
   * @param shape of each image
   * @param images one or more of [height, width, channels], uint8
   */
  public static BufferedImage of(ImageShape shape, List<byte[]> images) {
    return of(shape, images, square(images.size()));
  }

  /**
   * Lays images out in a grid; the last row may stay incomplete.
   *
   * @param shape of each image
   * @param images one or more of [height, width, channels], uint8
   * @param columns images in a row, at least 1
   * @return a picture of type {@code TYPE_BYTE_GRAY} or {@code TYPE_3BYTE_BGR}
   * @throws InputException if columns is less than 1, or the sheet too large for a picture
   */
  public static BufferedImage of(ImageShape shape, List<byte[]> images, int columns) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("a contact sheet needs one or more images");
    }
    return of(
        shape, images.size(), columns, i -> ImageRows.toBufferedImage(shape, images.get(i), 0));
  }

  private static int square(int count) {
    return (int) Math.ceil(Math.sqrt(count));
  }

  private static BufferedImage of(
      ImageShape shape, int count, int columns, IntFunction<BufferedImage> images) {
    if (columns < 1) {
      throw new InputException("columns must be at least 1, but is " + columns);
    }
    int wide = Math.min(columns, count);
    int high = (count + wide - 1) / wide;
    int scale = scale(shape, VISIBLE);
    int cellWidth = shape.width() * scale;
    int cellHeight = shape.height() * scale;
    BufferedImage sheet =
        empty(shape, GAP + (long) wide * (cellWidth + GAP), GAP + (long) high * (cellHeight + GAP));
    for (int i = 0; i < count; i++) {
      int left = GAP + i % wide * (cellWidth + GAP);
      int top = GAP + i / wide * (cellHeight + GAP);
      enlarge(images.apply(i), sheet, left, top, scale);
    }
    return sheet;
  }

  private static int count(ImageShape shape, float[] pixels) {
    if (pixels.length == 0 || pixels.length % shape.size() != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "pixels must be one or more images of %s (%d values each), but are %d values",
              shape,
              shape.size(),
              pixels.length));
    }
    return pixels.length / shape.size();
  }

  /** The least whole factor by which an image's longer side gets this many pixels. */
  static int scale(ImageShape shape, int visible) {
    int longer = Math.max(shape.height(), shape.width());
    return Math.max(1, (visible + longer - 1) / longer);
  }

  private static BufferedImage empty(ImageShape shape, long width, long height) {
    if (width > Integer.MAX_VALUE / shape.channels() / height) {
      throw new InputException(
          String.format(
              Locale.ROOT, "a contact sheet of %d x %d pixels is too large", height, width));
    }
    BufferedImage sheet =
        new BufferedImage(
            (int) width,
            (int) height,
            shape.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    Arrays.fill(((DataBufferByte) sheet.getRaster().getDataBuffer()).getData(), (byte) 255);
    return sheet;
  }

  /**
   * Copies samples, not colours: those would go through Java's grey colour space. A grey image may
   * go onto a sheet of colours.
   */
  static void enlarge(BufferedImage image, BufferedImage sheet, int left, int top, int scale) {
    Raster from = image.getRaster();
    WritableRaster to = sheet.getRaster();
    int bands = from.getNumBands();
    int[] pixel = new int[to.getNumBands()];
    for (int y = 0; y < image.getHeight() * scale; y++) {
      for (int x = 0; x < image.getWidth() * scale; x++) {
        from.getPixel(x / scale, y / scale, pixel);
        Arrays.fill(pixel, bands, pixel.length, pixel[0]);
        to.setPixel(left + x, top + y, pixel);
      }
    }
  }
}
