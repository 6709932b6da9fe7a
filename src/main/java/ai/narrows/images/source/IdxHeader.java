package ai.narrows.images.source;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Locale;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;

/**
 * The head of an IDX file of unsigned bytes, as LeCun's MNIST page defines it: two zero bytes, the
 * type (8 = uint8), the number of dimensions, then each dimension as a big-endian int32.
 *
 * @param dimensions 1 for labels [n], 3 for images [n, height, width], 4 for images [n, height,
 *     width, channels] with 1 channel or 3 (red, green, blue)
 * @param count n, at least 0
 * @param shape of one image; 1x1x1 for labels
 */
record IdxHeader(int dimensions, int count, ImageShape shape) implements Serializable {

  /** Length of the header of a file of labels. */
  static final int LABELS_LENGTH = 8;

  private static final int UNSIGNED_BYTES = 0x00000800;

  /** Whether these are the first four bytes of a file of images. */
  static boolean isImages(int magic) {
    return magic == (UNSIGNED_BYTES | 3) || magic == (UNSIGNED_BYTES | 4);
  }

  /** Whether these are the first four bytes of a file of labels. */
  static boolean isLabels(int magic) {
    return magic == (UNSIGNED_BYTES | 1);
  }

  /** The first four bytes of a file's content, or 0 if it has fewer or is no sound gzip. */
  static int magic(DataFile file, Configuration conf) throws IOException {
    try (InputStream in = file.open(conf, 0)) {
      return new DataInputStream(in).readInt();
    } catch (EOFException | ZipException e) {
      return 0;
    }
  }

  /**
   * Reads the head of a file.
   *
   * @throws InputException if it is neither of images nor of labels, or a dimension is out of range
   */
  static IdxHeader read(DataFile file, Configuration conf) throws IOException {
    try (DataInputStream in = new DataInputStream(file.open(conf, 0))) {
      int magic = in.readInt();
      if (!isImages(magic) && !isLabels(magic)) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s is no IDX file: it begins with %08x, but images of unsigned bytes begin with"
                    + " 00000803 or 00000804",
                file.path(),
                magic));
      }
      int dimensions = magic & 0xff;
      int[] sizes = {0, 1, 1, 1}; // [count, height, width, channels]
      for (int i = 0; i < dimensions; i++) {
        sizes[i] = in.readInt();
      }
      return of(file, dimensions, sizes);
    } catch (EOFException e) {
      throw new InputException(
          String.format(Locale.ROOT, "%s is no IDX file: it ends within its header", file.path()),
          e);
    }
  }

  private static IdxHeader of(DataFile file, int dimensions, int[] sizes) {
    if (sizes[0] < 0) {
      throw new InputException(
          String.format(Locale.ROOT, "%s: the header promises %d images", file.path(), sizes[0]));
    }
    try {
      return new IdxHeader(
          dimensions, sizes[0], ImageShape.ofPicture(sizes[1], sizes[2], sizes[3]));
    } catch (InputException e) {
      throw new InputException(
          String.format(Locale.ROOT, "%s: the header is wrong: %s", file.path(), e.getMessage()),
          e);
    }
  }

  /** Where the first image or label begins. */
  int length() {
    return 4 + 4 * dimensions;
  }

  /** Length of a file with this head. */
  long fileLength() {
    return length() + (long) count * shape.size();
  }

  /** For example {@code 10000 images of 28x28}. */
  String promise() {
    return dimensions == 1
        ? count + " labels"
        : String.format(
            Locale.ROOT,
            "%d images of %dx%d%s",
            count,
            shape.height(),
            shape.width(),
            dimensions == 4 ? "x" + shape.channels() : "");
  }
}
