package io.narrows.images;

import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageMetadata;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes an image file into uint8 pixels, [height, width, channels]: PNG, JPEG, TIFF, WebP, BMP,
 * Netpbm (PGM, PPM, PBM, PAM) and GIF; of several images in a file the first.
 *
 * <p>Grey images keep one channel; all others get three, in the order blue, green, red: palettes
 * are looked up, alpha is composited over black, inks are taken for what they let through. Samples
 * are taken as they stand in the file, without colour management (grey would come out lighter
 * through Java's colour spaces); of 16 bits the upper 8. A camera's EXIF orientation is not
 * applied.
 *
 * @param maxPixels height * width above which an image is refused before it is decoded, since a
 *     header of a few bytes may claim gigabytes
 */
record ImageDecoder(long maxPixels) implements Serializable {

  /** Where nobody says otherwise: 100 million. */
  static final long DEFAULT_MAX_PIXELS = 100_000_000;

  /** Longer than what cameras and editors write before a JPEG's frame. */
  private static final int HEAD = 256 << 10;

  /** Four inks and alpha. */
  private static final int MAX_SAMPLES = 5;

  /**
   * Decodes an image file.
   *
   * @param file the file's content
   * @throws InputException if it is none of these formats, too large, truncated or damaged; the
   *     message goes on from the file's name
   */
  Picture decode(byte[] file) {
    if (PnmDecoder.isPnm(file)) {
      return PnmDecoder.decode(file, maxPixels);
    }
    // An own stream, because ImageIO.setUseCache would change it for the whole JVM.
    try (ImageInputStream in = new ByteArrayImageInputStream(file)) {
      JpegHeader jpeg = JpegHeader.isJpeg(file) ? JpegHeader.read(file) : null;
      ImageReader reader =
          jpeg != null && jpeg.lossless()
              ? ImageReaders.ofLosslessJpeg()
              : ImageReaders.of(in).orElseThrow(ImageDecoder::noImage);
      try {
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        reader.setInput(in, true, true);
        checkPixels(reader.getHeight(0), reader.getWidth(0), maxPixels);
        if (WebpFrames.isWebp(file)) {
          WebpFrames.check(file, maxPixels);
        }
        Picture picture = decode(reader, jpeg, greyPng(file));
        for (String warning : warnings) {
          // libjpeg paints missing pixels grey and goes on.
          if (warning.contains("premature end")) {
            throw new InputException("cannot be decoded: " + warning);
          }
        }
        return picture;
      } finally {
        reader.dispose();
      }
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // ImageIO's readers meet damaged files with all kinds of runtime exceptions.
      throw new InputException("cannot be decoded: " + InputException.reason(e), e);
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
    try {
      byte[] head = file.readNBytes(HEAD);
      if (PnmDecoder.isPnm(head)) {
        return PnmDecoder.shape(head);
      }
      if (JpegHeader.isJpeg(head)) {
        JpegHeader jpeg = JpegHeader.read(head);
        return new ImageShape(jpeg.height(), jpeg.width(), jpeg.components() == 1 ? 1 : 3);
      }
      try (ImageInputStream in =
          new MemoryCacheImageInputStream(
              new SequenceInputStream(new ByteArrayInputStream(head), file))) {
        ImageReader reader = ImageReaders.of(in).orElseThrow(ImageDecoder::noImage);
        try {
          reader.setInput(in, true, true);
          ColorModel model = reader.getImageTypes(0).next().getColorModel();
          boolean grey = model.getNumColorComponents() == 1;
          return new ImageShape(reader.getHeight(0), reader.getWidth(0), grey ? 1 : 3);
        } finally {
          reader.dispose();
        }
      }
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new InputException("has a damaged header: " + InputException.reason(e), e);
    }
  }

  private static InputException noImage() {
    return new InputException("is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image");
  }

  /**
   * Makes sure that an image is one, and not too large.
   *
   * @throws InputException if it is not; the message goes on from the file's name
   */
  static void checkPixels(int height, int width, long maxPixels) {
    if ((long) width * height > maxPixels) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "is %dx%d, which is %d pixels, but maxPixels is %d",
              height,
              width,
              (long) width * height,
              maxPixels));
    }
    new ImageShape(height, width, 3);
  }

  private Picture decode(ImageReader reader, JpegHeader jpeg, boolean greyPng) throws IOException {
    if (jpeg != null && jpeg.components() == 4) {
      return Inks.ofJpeg(reader.readRaster(0, null), jpeg);
    }
    if (!ImageReaders.isTwelveMonkeys(reader)) {
      return Samples.of(reader.read(0), greyPng);
    }
    ImageTypeSpecifier stored = reader.getRawImageType(0);
    checkSamples(reader, stored);
    ImageReadParam param = reader.getDefaultReadParam();
    param.setDestinationType(stored);
    BufferedImage image = reader.read(0, param);
    return Samples.of(image, Samples.isGreyPalette(image.getColorModel()));
  }

  /** What few bytes of TIFF may claim beside many pixels; and samples that are no 0 to 2^n - 1. */
  private void checkSamples(ImageReader reader, ImageTypeSpecifier stored) throws IOException {
    if (!(reader.getImageMetadata(0) instanceof TIFFImageMetadata tiff)) {
      return;
    }
    Entry samples = tiff.getTIFFField(TIFF.TAG_SAMPLES_PER_PIXEL);
    if (samples != null && ((Number) samples.getValue()).intValue() > MAX_SAMPLES) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "has %s samples a pixel, but may have %d",
              samples.getValue(),
              MAX_SAMPLES));
    }
    if (reader.isImageTiled(0)) {
      checkPixels(reader.getTileHeight(0), reader.getTileWidth(0), maxPixels);
    }
    boolean real = stored.getSampleModel().getDataType() > DataBuffer.TYPE_INT;
    if (real || isSigned(tiff)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "has %s samples, but must have unsigned integers",
              real ? "floating-point" : "signed"));
    }
  }

  private static boolean isSigned(TIFFImageMetadata tiff) {
    Entry format = tiff.getTIFFField(TIFF.TAG_SAMPLE_FORMAT);
    return format != null && format.getValueAsString().matches("\\D*2(\\D.*)?");
  }

  /** Whether the file is a PNG of colour type 0: with 1, 2 or 4 bits, Java gives it a palette. */
  private static boolean greyPng(byte[] file) {
    return file.length > 25 && (file[0] & 0xff) == 0x89 && file[1] == 'P' && file[25] == 0;
  }
}
