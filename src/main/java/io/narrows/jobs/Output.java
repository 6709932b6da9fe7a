package io.narrows.jobs;

import io.narrows.images.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * A file or directory that is written aside and moved into place when it is complete, so that a
 * failed job leaves nothing behind and an old result stays until the new one is there.
 */
final class Output implements AutoCloseable {
  private final Swap swap;
  private final Path pending;
  private final boolean overwrite;

  private Output(Swap swap, Path pending, boolean overwrite) {
    this.swap = swap;
    this.pending = pending;
    this.overwrite = overwrite;
  }

  /**
   * @param inputs paths that must not lie in the output
   * @param progress is told what jobs that were killed have left of it
   * @throws InputException if the output exists and is not to be overwritten, or must not be
   */
  static Output open(
      String name,
      boolean overwrite,
      Configuration hadoop,
      Iterable<String> inputs,
      Progress progress) {
    Swap swap = swap(name, overwrite, hadoop, inputs, progress);
    return new Output(swap, swap.tmp(), overwrite);
  }

  /**
   * An output that stays aside, under a name that a later run finds again, until it is committed.
   *
   * @param inputs paths that must not lie in the output
   * @param progress is told what jobs that were killed have left of it
   * @throws InputException if the output exists and is not to be overwritten, or must not be
   */
  static Output resume(
      String name,
      boolean overwrite,
      Configuration hadoop,
      Iterable<String> inputs,
      Progress progress) {
    Swap swap = swap(name, overwrite, hadoop, inputs, progress);
    Path pending = swap.target().suffix(".packing");
    refuse(pending.toString(), pending, inputs, hadoop);
    return new Output(swap, pending, overwrite);
  }

  private static Swap swap(
      String name,
      boolean overwrite,
      Configuration hadoop,
      Iterable<String> inputs,
      Progress progress) {
    try {
      Path path = new Path(name);
      FileSystem fileSystem = path.getFileSystem(hadoop);
      Path target = fileSystem.makeQualified(path);
      Swap.settle(fileSystem, target, progress);
      if (fileSystem.exists(target)) {
        if (!overwrite) {
          throw existing(name);
        }
        refuse(name, target, inputs, hadoop);
      }
      return Swap.of(fileSystem, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong where an output exists that is not to be overwritten. */
  static InputException existing(String name) {
    return new InputException(
        String.format(
            Locale.ROOT, "the output %s exists already: choose another or pass --overwrite", name));
  }

  private static void refuse(
      String name, Path target, Iterable<String> inputs, Configuration hadoop) {
    try {
      refuseInputs(name, target, inputs, hadoop);
      FileSystem fileSystem = target.getFileSystem(hadoop);
      refuse(name, target, fileSystem.getWorkingDirectory(), "the working directory", hadoop);
      refuse(name, target, fileSystem.getHomeDirectory(), "the home directory", hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Refuses an output in which an input lies. */
  static void refuseInputs(String name, Path target, Iterable<String> inputs, Configuration hadoop)
      throws IOException {
    for (String input : inputs) {
      if (isPath(input, hadoop)) {
        refuse(name, target, new Path(input), "the input", hadoop);
      }
    }
  }

  /** Whether a name is one of files, and not one that only a data source understands. */
  static boolean isPath(String name, Configuration hadoop) throws IOException {
    try {
      new Path(name).getFileSystem(hadoop);
      return true;
    } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
      return false;
    }
  }

  private static void refuse(String name, Path target, Path held, String what, Configuration hadoop)
      throws IOException {
    if (isIn(target, held, hadoop)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the output %s cannot be overwritten: %s %s lies in it",
              name,
              what,
              held));
    }
  }

  /** Whether a path is the target or lies in it. */
  static boolean isIn(Path target, Path held, Configuration hadoop) throws IOException {
    Path p = held.getFileSystem(hadoop).makeQualified(held);
    while (p != null && !p.equals(target)) {
      p = p.getParent();
    }
    return p != null;
  }

  /**
   * Refuses a path to which something is written that must last, whatever becomes of the output.
   *
   * @param option that names the path
   */
  void keepOut(String option, String path) throws IOException {
    keepOut(swap.target(), option, path, swap.fileSystem().getConf());
  }

  /** The same for any output. */
  static void keepOut(Path target, String option, String path, Configuration hadoop)
      throws IOException {
    if (isPath(path, hadoop) && isIn(target, new Path(path), hadoop)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s %s lies in the output %s, which is replaced as a whole at the end: choose a directory beside it",
              option,
              path,
              target));
    }
  }

  /** Where it is in the end, with its file system. */
  String place() {
    return swap.target().toString();
  }

  /** Where to write meanwhile. */
  String pending() {
    return pending.toString();
  }

  /** Writes the output where it is one file. */
  void write(byte[] bytes) throws IOException {
    create(pending, bytes);
  }

  /** Writes a file of the output where it is a directory. */
  void write(String file, byte[] bytes) throws IOException {
    create(new Path(pending, file), bytes);
  }

  private void create(Path file, byte[] bytes) throws IOException {
    // Local files get no checksum files beside them: these are for people to look at.
    FileSystem plain =
        swap.fileSystem() instanceof LocalFileSystem local
            ? local.getRawFileSystem()
            : swap.fileSystem();
    try (OutputStream out = plain.create(file, false)) {
      out.write(bytes);
    }
  }

  /** Moves what was written into place. */
  void commit() throws IOException {
    swap.run(pending, overwrite);
  }

  /** Removes what was written and not committed, unless a later run may go on with it. */
  @Override
  public void close() throws IOException {
    if (pending.equals(swap.tmp())) {
      swap.fileSystem().delete(pending, true);
    }
  }
}
