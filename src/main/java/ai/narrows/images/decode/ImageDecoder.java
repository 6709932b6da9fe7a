package ai.narrows.images.decode;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageMetadata;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

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
public record ImageDecoder(long maxPixels) implements Serializable {

  /** Where nobody says otherwise: 100 million. */
  public static final long DEFAULT_MAX_PIXELS = 100_000_000;

  /** TIFF's photometric interpretations that are read. */
  private static final Set<Integer> PHOTOMETRIC = Set.of(0, 1, 2, 3, 5, 6);

  /** Four inks and alpha. */
  private static final int MAX_SAMPLES = 5;

  /**
   * Decodes an image file.
   *
   * @param file the file's content
   * @throws InputException if it is none of these formats, too large, truncated or damaged; the
   *     message goes on from the file's name
   */
  public Picture decode(byte[] file) {
    try {
      if (PnmDecoder.isPnm(file)) {
        return PnmDecoder.decode(file, maxPixels);
      }
      if (JpegHeader.isJpeg(file)) {
        return JpegFile.decode(file, maxPixels);
      }
      return WebpFile.isWebp(file) ? WebpFile.decode(file, maxPixels) : decodeOther(file);
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // ImageIO's readers meet damaged files with all kinds of runtime exceptions.
      throw new InputException("cannot be decoded: " + InputException.reason(e), e);
    }
  }

  private Picture decodeOther(byte[] file) throws IOException {
    // An own stream, because ImageIO.setUseCache would change it for the whole JVM.
    try (ImageInputStream in = new ByteArrayImageInputStream(file)) {
      ImageReader reader = ImageReaders.of(in).orElseThrow(ImageDecoder::noImage);
      try {
        reader.setInput(in, true, true);
        checkPixels(reader.getHeight(0), reader.getWidth(0), maxPixels);
        if (GifScreen.isGif(file)) {
          GifScreen screen = GifScreen.read(file).orElseThrow(ImageDecoder::noImage);
          checkPixels(screen.height(), screen.width(), maxPixels);
          return screen.with(Samples.of(reader.read(0), false));
        }
        if (ImageReaders.isTwelveMonkeys(reader)) {
          checkSamples(reader, reader.getRawImageType(0));
          return asStored(reader);
        }
        OptionalInt key = PngGrey.key(file);
        return key.isPresent()
            ? Samples.ofKeyed(reader.read(0), key.getAsInt())
            : Samples.of(reader.read(0), PngGrey.isGrey(file));
      } finally {
        reader.dispose();
      }
    }
  }

  /**
   * Shape of an image as its header has it; the channels of formats that say little there are a
   * guess.
   *
   * @param file the file's content, read as far as the header goes
   * @throws InputException if it has no header of these formats, or one longer than 32 MiB; the
   *     message goes on from the file's name
   */
  public static ImageShape shape(InputStream file) {
    try {
      return ImageHeader.shape(file, ImageHeader.MAX_BYTES);
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new InputException("has a damaged header: " + InputException.reason(e), e);
    }
  }

  static InputException noImage() {
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

  /** The picture of a reader of TwelveMonkeys', its samples without conversion. */
  static Picture asStored(ImageReader reader) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    param.setDestinationType(reader.getRawImageType(0));
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
    Entry photometric = tiff.getTIFFField(TIFF.TAG_PHOTOMETRIC_INTERPRETATION);
    if (photometric != null
        && !PHOTOMETRIC.contains(((Number) photometric.getValue()).intValue())) {
      throw new InputException(
          "is a TIFF of photometric interpretation %s, but must have grey (0, 1), RGB (2), a palette"
                  .formatted(photometric.getValue())
              + " (3), CMYK (5) or YCbCr (6)");
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
}
