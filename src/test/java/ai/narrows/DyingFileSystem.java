package ai.narrows;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Local files under the scheme {@code dying}, and a process that kills itself (SIGKILL, without a
 * chance to tidy up) at a moment that {@link #options} tell.
 */
public final class DyingFileSystem extends RawLocalFileSystem {
  private static final URI NAME = URI.create("dying:///");
  private static final AtomicInteger SEEN = new AtomicInteger();

  /** What a process dies of. */
  public enum Moment {
    /** Before a file is created. */
    CREATE,
    /** When half of what is being written to a file has been written. */
    WRITE,
    /** When all of a file is written, but before it is closed. */
    CLOSE,
    /** Before a file or directory is renamed. */
    RENAME,
    /** Before a file or directory is deleted. */
    DELETE
  }

  /**
   * Options for the Java of a process that is to die, under which Spark and Hadoop find this.
   *
   * @param path regular expression for a part of the path that it happens to; of a renamed one, of
   *     {@code FROM -> TO}
   * @param count at which such moment, from 1
   */
  public static List<String> options(Moment moment, String path, int count) {
    return List.of(
        "-Dspark.hadoop.fs.dying.impl=" + DyingFileSystem.class.getName(),
        "-Ddying.moment=" + moment,
        "-Ddying.path=" + path,
        "-Ddying.count=" + count);
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  private static boolean isNow(Moment moment, Object path) {
    return moment.name().equals(System.getProperty("dying.moment"))
        && Pattern.compile(System.getProperty("dying.path")).matcher(path.toString()).find()
        && SEEN.incrementAndGet() == Integer.getInteger("dying.count");
  }

  private static void dieIf(boolean now) throws IOException {
    if (now) {
      new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start();
      while (true) {
        try {
          Thread.sleep(1000);
        } catch (InterruptedException e) {
          // dying all the same
        }
      }
    }
  }

  @Override
  protected OutputStream createOutputStreamWithMode(
      Path path, boolean append, FsPermission permission) throws IOException {
    dieIf(isNow(Moment.CREATE, path));
    OutputStream whole = super.createOutputStreamWithMode(path, append, permission);
    return new FilterOutputStream(whole) {
      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        if (isNow(Moment.WRITE, path)) {
          out.write(bytes, from, length / 2);
          out.flush();
          dieIf(true);
        }
        out.write(bytes, from, length);
      }

      @Override
      public void close() throws IOException {
        dieIf(isNow(Moment.CLOSE, path));
        super.close();
      }
    };
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    dieIf(isNow(Moment.RENAME, from + " -> " + to));
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    dieIf(isNow(Moment.DELETE, path));
    return super.delete(path, recursive);
  }
}
