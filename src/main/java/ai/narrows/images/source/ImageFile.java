package ai.narrows.images.source;

import ai.narrows.images.InputException;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One image file of a folder. Kept small, for folders hold millions: base and prefix are shared.
 *
 * @param base directory that names are told relative to
 * @param prefix what ids begin with: nothing, or the base's name and a slash
 * @param name path below the base
 * @param length bytes on disk
 * @param modified time of its last change, in milliseconds, as the file system tells it
 */
record ImageFile(Path base, String prefix, String name, long length, long modified)
    implements Serializable {

  static final String EXTENSIONS =
      ".png, .jpg, .jpeg, .jpe, .jfif, .jfi, .jif, .pjpeg, .pjp, .tif, .tiff, .webp, .bmp, .dib, .gif,"
          + " .pgm, .ppm, .pbm, .pnm, .pam";

  private static final Set<String> ACCEPTED = Set.of(EXTENSIONS.split(", "));

  /** Whether a file of this name is taken for an image. */
  static boolean accepts(String name) {
    int dot = name.lastIndexOf('.');
    return dot >= 0 && ACCEPTED.contains(name.substring(dot).toLowerCase(Locale.ROOT));
  }

  String id() {
    return prefix + name;
  }

  Path path() {
    return PathName.child(base, name);
  }

  /** Name of the directory that the file lies in. */
  String folder() {
    int end = name.lastIndexOf('/');
    return end < 0 ? base.getName() : name.substring(name.lastIndexOf('/', end - 1) + 1, end);
  }

  /**
   * Reads the whole file.
   *
   * @throws InputException if it is gone, may not be read, is larger than an array may be or has
   *     changed its length
   */
  byte[] read(Configuration conf) {
    Path path = path();
    return SourcePaths.orExplain(
        path.toString(),
        () -> {
          if (length > Integer.MAX_VALUE - 16) {
            throw new InputException(
                String.format(Locale.ROOT, "%s is too large: %d bytes", path, length));
          }
          return readFully(path, conf);
        });
  }

  /** Opens a file for one read from its beginning. */
  static InputStream open(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    if (!(fs instanceof LocalFileSystem local)) {
      return fs.open(path);
    }
    // Hadoop's stream looks for a checksum file and gathers statistics: longer than a small read.
    File file = local.pathToFile(path);
    try {
      return new FileInputStream(file);
    } catch (FileNotFoundException e) {
      if (Files.isSymbolicLink(file.toPath()) && !file.exists()) {
        throw new InputException(path + " " + LocalFiles.nowhere(file.toPath()), e);
      }
      throw e;
    }
  }

  private byte[] readFully(Path path, Configuration conf) throws IOException {
    byte[] content = new byte[(int) length];
    try (InputStream in = open(path, conf)) {
      int read = in.readNBytes(content, 0, content.length);
      if (read < content.length) {
        throw new InputException(
            String.format(
                Locale.ROOT, "%s had %d bytes when it was listed, but has %d", path, length, read));
      }
      if (in.read() >= 0) {
        throw new InputException(
            String.format(
                Locale.ROOT, "%s had %d bytes when it was listed, but has more", path, length));
      }
    }
    return content;
  }
}
