package io.narrows.jobs;

import io.narrows.images.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file or directory that is written aside and moved into place when it is complete, so that a
 * failed job leaves nothing behind and an old result stays until the new one is there.
 */
final class Output implements AutoCloseable {
  private final FileSystem fileSystem;
  private final Path target;
  private final Path pending;
  private final boolean overwrite;

  private final boolean resumable;

  private Output(FileSystem fileSystem, Path target, Path pending, boolean overwrite) {
    this.fileSystem = fileSystem;
    this.target = target;
    this.pending = pending;
    this.overwrite = overwrite;
    this.resumable = pending.equals(unfinished(target));
  }

  /**
   * @param inputs paths that must not lie in the output
   * @throws InputException if the output exists and is not to be overwritten, or must not be
   */
  static Output open(
      String name, boolean overwrite, Configuration hadoop, Iterable<String> inputs) {
    Path target = target(name, overwrite, hadoop, inputs);
    return open(target, target.suffix(".tmp-" + UUID.randomUUID()), overwrite, hadoop);
  }

  /**
   * An output that stays aside, under a name that a later run finds again, until it is committed.
   *
   * @param inputs paths that must not lie in the output
   * @throws InputException if the output exists and is not to be overwritten, or must not be
   */
  static Output resume(
      String name, boolean overwrite, Configuration hadoop, Iterable<String> inputs) {
    Path target = target(name, overwrite, hadoop, inputs);
    Path pending = unfinished(target);
    refuse(pending.toString(), pending, inputs, hadoop);
    return open(target, pending, overwrite, hadoop);
  }

  private static Output open(Path target, Path pending, boolean overwrite, Configuration hadoop) {
    try {
      return new Output(target.getFileSystem(hadoop), target, pending, overwrite);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path unfinished(Path target) {
    return target.suffix(".packing");
  }

  private static Path target(
      String name, boolean overwrite, Configuration hadoop, Iterable<String> inputs) {
    try {
      Path path = new Path(name);
      FileSystem fileSystem = path.getFileSystem(hadoop);
      Path target = fileSystem.makeQualified(path);
      if (fileSystem.exists(target)) {
        if (!overwrite) {
          throw new InputException(
              "the output %s exists already: choose another or pass --overwrite".formatted(name));
        }
        refuse(name, target, inputs, hadoop);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void refuse(
      String name, Path target, Iterable<String> inputs, Configuration hadoop) {
    try {
      for (String input : inputs) {
        refuse(name, target, new Path(input), "the input", hadoop);
      }
      FileSystem fileSystem = target.getFileSystem(hadoop);
      refuse(name, target, fileSystem.getWorkingDirectory(), "the working directory", hadoop);
      refuse(name, target, fileSystem.getHomeDirectory(), "the home directory", hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void refuse(String name, Path target, Path held, String what, Configuration hadoop)
      throws IOException {
    for (Path p = held.getFileSystem(hadoop).makeQualified(held); p != null; p = p.getParent()) {
      if (p.equals(target)) {
        throw new InputException(
            "the output %s cannot be overwritten: %s %s lies in it".formatted(name, what, held));
      }
    }
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
        fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
    try (OutputStream out = plain.create(file, false)) {
      out.write(bytes);
    }
  }

  /** Moves what was written into place. */
  void commit() throws IOException {
    if (target.getParent() != null) {
      fileSystem.mkdirs(target.getParent());
    }
    Path old = target.suffix(".old-" + UUID.randomUUID());
    boolean replaces = fileSystem.exists(target);
    if (replaces && !overwrite) {
      throw new IOException("%s has come into being meanwhile".formatted(target));
    }
    if (replaces) {
      move(target, old);
    }
    try {
      move(pending, target);
    } catch (IOException e) {
      if (replaces) {
        move(old, target);
      }
      throw e;
    }
    if (replaces) {
      fileSystem.delete(old, true);
    }
  }

  private void move(Path from, Path to) throws IOException {
    if (!fileSystem.rename(from, to)) {
      throw new IOException("cannot move %s to %s".formatted(from, to));
    }
  }

  /** Removes what was written and not committed, unless a later run may go on with it. */
  @Override
  public void close() throws IOException {
    if (!resumable) {
      fileSystem.delete(pending, true);
    }
  }
}
