package ai.narrows.images.decode;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;
import javax.imageio.stream.ImageInputStream;

/**
 * The readers that decode image files: the JDK's own for PNG, JPEG, BMP and GIF, TwelveMonkeys' for
 * TIFF, WebP and lossless JPEG. They are chosen here and not through ImageIO's registry: what else
 * is registered in a JVM must not change pixels, and what Narrows brings must not change other
 * people's.
 */
final class ImageReaders {

  private static final Set<String> JDK_FORMATS = Set.of("png", "jpeg", "bmp", "gif");

  private static final List<ImageReaderSpi> JDK = jdk();
  private static final List<ImageReaderSpi> TWELVE_MONKEYS =
      List.of(new TIFFImageReaderSpi(), new BigTIFFImageReaderSpi());
  private static final ImageReaderSpi WEBP = new WebPImageReaderSpi();
  private static final ImageReaderSpi LOSSLESS_JPEG = losslessJpeg();

  private ImageReaders() {}

  /** The reader for a file, if there is one. */
  static Optional<ImageReader> of(ImageInputStream in) throws IOException {
    for (List<ImageReaderSpi> providers : List.of(JDK, TWELVE_MONKEYS)) {
      for (ImageReaderSpi provider : providers) {
        if (reads(provider, in)) {
          return Optional.of(provider.createReaderInstance());
        }
      }
    }
    return Optional.empty();
  }

  private static boolean reads(ImageReaderSpi provider, ImageInputStream in) throws IOException {
    in.seek(0);
    try {
      return provider.canDecodeInput(in);
    } catch (EOFException e) { // shorter than the beginning of a file that it reads
      return false;
    } finally {
      in.seek(0);
    }
  }

  /** A reader of JPEG that is not lossless. */
  static ImageReader ofJpeg() throws IOException {
    for (ImageReaderSpi provider : JDK) {
      if (List.of(provider.getFormatNames()).contains("jpeg")) {
        return provider.createReaderInstance();
      }
    }
    throw new IOException("this JDK has no reader of JPEG");
  }

  /** A reader of lossless JPEG. */
  static ImageReader ofLosslessJpeg() throws IOException {
    return LOSSLESS_JPEG.createReaderInstance();
  }

  /** A reader of WebP. */
  static ImageReader ofWebp() throws IOException {
    return WEBP.createReaderInstance();
  }

  /** Whether a reader is TwelveMonkeys', which gives samples as they are stored if asked to. */
  static boolean isTwelveMonkeys(ImageReader reader) {
    return !isJdk(reader.getOriginatingProvider());
  }

  private static boolean isJdk(ImageReaderSpi provider) {
    return provider.getClass().getModule() == ImageIO.class.getModule();
  }

  private static List<ImageReaderSpi> jdk() {
    List<ImageReaderSpi> found = new ArrayList<>();
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (all.hasNext()) {
      ImageReaderSpi provider = all.next();
      String format = provider.getFormatNames()[0].toLowerCase(Locale.ROOT);
      if (isJdk(provider) && JDK_FORMATS.contains(format.replace("jpg", "jpeg"))) {
        found.add(provider);
      }
    }
    return List.copyOf(found);
  }

  /** TwelveMonkeys' JPEG reader finds the JDK's, on which it builds, in the registry it is in. */
  private static ImageReaderSpi losslessJpeg() {
    ServiceRegistry own = new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
    own.registerServiceProviders(JDK.iterator());
    own.registerServiceProvider(new JPEGImageReaderSpi());
    return own.getServiceProviderByClass(JPEGImageReaderSpi.class);
  }
}
