package ai.narrows.jobs.output;

import ai.narrows.images.InputException;
import ai.narrows.images.source.PathName;
import ai.narrows.jobs.console.Failure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Tries out whether a place can be written to, before the work whose result is to go there. */
public final class Probe {
  /** More than what file systems keep back for names and small files. */
  private static final int BYTES = 256 << 10;

  private Probe() {}

  /**
   * Writes a file beside a path, and removes it with the directories that were made for it.
   *
   * @param option that names the path
   * @param given the path as the user wrote it
   * @throws InputException if that fails, with the reason
   */
  public static void beside(String option, String given, FileSystem files, Path path) {
    Path parent = path.getParent();
    if (parent != null) {
      into(option, given, files, parent);
    }
  }

  /** The same in a directory, which need not exist. */
  public static void into(String option, String given, FileSystem fileSystem, Path directory) {
    FileSystem files = PathName.plain(fileSystem);
    Path probe = new Path(directory, ".narrows-probe-" + UUID.randomUUID());
    Deque<Path> made = new ArrayDeque<>(); // the deepest last
    try {
      for (Path p = directory; p != null && !isThere(files, p); p = p.getParent()) {
        made.addFirst(p);
      }
      try {
        try (OutputStream out = files.create(probe, false)) {
          out.write(new byte[BYTES]);
        }
      } finally {
        files.delete(probe, false);
        while (!made.isEmpty()) {
          if (isThere(files, made.peekLast()) && files.listStatus(made.peekLast()).length > 0) {
            break; // somebody else has begun to write here
          }
          files.delete(made.removeLast(), false);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException(
          "%s %s cannot be written: %s".formatted(option, given, Failure.tidy(e)), e);
    }
  }

  /** Whether a directory is there, not a file. */
  private static boolean isThere(FileSystem files, Path path) throws IOException {
    try {
      if (!files.getFileStatus(path).isDirectory()) {
        throw new IOException(path + " is a file, not a directory");
      }
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }
}
