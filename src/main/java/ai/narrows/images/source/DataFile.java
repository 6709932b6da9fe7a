package ai.narrows.images.source;

import ai.narrows.images.InputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A binary file, plain or gzip.
 *
 * @param path where it lies
 * @param length bytes on disk
 * @param gzip whether its content is compressed; told by its first bytes, not by its name
 */
record DataFile(Path path, long length, boolean gzip) implements Serializable {

  private static final int BUFFER = 64 << 10;

  /** Looks at a file's first bytes. */
  static DataFile of(FileStatus status, Configuration conf) throws IOException {
    try (InputStream in = files(status.getPath(), conf).open(status.getPath())) {
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      return new DataFile(status.getPath(), status.getLen(), gzip);
    }
  }

  /** Without checksum files, which a local file with a colon in its name cannot have. */
  private static FileSystem files(Path path, Configuration conf) throws IOException {
    FileSystem files = path.getFileSystem(conf);
    return path.getName().indexOf(':') < 0 ? files : PathName.plain(files);
  }

  /** The file's name without {@code .gz}. */
  String name() {
    return withoutGz(path).getName();
  }

  static Path withoutGz(Path path) {
    String name = path.getName();
    return name.endsWith(".gz")
        ? PathName.child(path.getParent(), name.substring(0, name.length() - 3))
        : path;
  }

  /**
   * Opens the content.
   *
   * @param offset where to begin, in bytes of the uncompressed content
   */
  InputStream open(Configuration conf, long offset) throws IOException {
    FileSystem fs = files(path, conf);
    FSDataInputStream in = fs.open(path, BUFFER);
    try {
      if (!gzip) {
        in.seek(offset);
        return in;
      }
      InputStream content = new GZIPInputStream(in, BUFFER);
      content.skipNBytes(offset);
      return content;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Makes sure that the content is as long as its header says. Of a gzip file the length stands at
   * its end; where that disagrees, it is read through once to be certain.
   *
   * @param promised bytes that the content must have
   * @param promise what the header says, for the message: {@code 10 images of 28x28}
   * @throws InputException if it is shorter or longer, or damaged gzip
   */
  void checkLength(long promised, String promise, Configuration conf) throws IOException {
    if (gzip && lastFourBytes(conf) == (promised & 0xffffffffL)) {
      return;
    }
    long actual = contentLength(conf);
    if (actual != promised) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s: the header promises %s (%d bytes), but the file has %d bytes%s",
              path,
              promise,
              promised,
              actual,
              gzip ? " when uncompressed" : ""));
    }
  }

  /** RFC 1952's ISIZE: the uncompressed length modulo 2^32, little-endian. */
  private long lastFourBytes(Configuration conf) throws IOException {
    if (length < 18) {
      return -1;
    }
    try (FSDataInputStream in = files(path, conf).open(path)) {
      in.seek(length - 4);
      return Integer.reverseBytes(in.readInt()) & 0xffffffffL;
    }
  }

  /**
   * Length of the content; a gzip file is read through for it.
   *
   * @throws InputException if it is damaged gzip
   */
  long contentLength(Configuration conf) throws IOException {
    if (!gzip) {
      return length;
    }
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    try (InputStream in = open(conf, 0)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        total += n;
      }
      return total;
    } catch (EOFException | ZipException e) {
      throw damaged(e);
    }
  }

  /** What to throw where reading met an end too early, or bytes that are no gzip. */
  InputException damaged(IOException e) {
    String what = gzip ? "a truncated or damaged gzip file" : "truncated";
    return new InputException(
        String.format(Locale.ROOT, "%s is %s (%s)", path, what, InputException.reason(e)), e);
  }
}
