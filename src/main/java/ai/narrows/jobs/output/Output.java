package ai.narrows.jobs.output;

import ai.narrows.images.InputException;
import ai.narrows.images.source.PathName;
import ai.narrows.jobs.console.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * A file or directory that is written aside and moved into place when it is complete, so that a
 * failed job leaves nothing behind and an old result stays until the new one is there.
 */
public final class Output implements AutoCloseable {
  private static final String OPTION = "--output";
  private static final int MOST_LINKS = 40;

  private final Swap swap;
  private final Path pending;
  private final boolean overwrite;

  private Output(Swap swap, Path pending, boolean overwrite) {
    this.swap = swap;
    this.pending = pending;
    this.overwrite = overwrite;
  }

  /**
   * Opens an output.
   *
   * @param option that names it
   * @param kind what may be replaced
   * @param sources what is read meanwhile
   * @param progress is told what jobs that were killed have left of it
   * @throws InputException if the output exists and is not to be overwritten, or must not be, or
   *     cannot be written
   */
  public static Output open(
      String option,
      String name,
      Written kind,
      boolean overwrite,
      Sources sources,
      Progress progress) {
    Swap swap = swap(option, name, kind, overwrite, sources, progress);
    return new Output(swap, swap.tmp(), overwrite);
  }

  /**
   * A directory that stays aside, under a name that a later run finds again, until it is committed.
   *
   * @param sources what is read meanwhile
   * @param progress is told what jobs that were killed have left of it
   * @throws InputException as {@link #open} does
   */
  public static Output resume(String name, boolean overwrite, Sources sources, Progress progress) {
    Swap swap = swap(OPTION, name, Written.DIRECTORY, overwrite, sources, progress);
    Path pending = PathName.suffixed(swap.target(), ".packing");
    try {
      sources.refuseReplacing(pending.toString(), pending);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Output(swap, pending, overwrite);
  }

  private static Swap swap(
      String option,
      String name,
      Written kind,
      boolean overwrite,
      Sources sources,
      Progress progress) {
    try {
      Path path = PathName.path(name);
      FileSystem fileSystem = PathName.plain(path.getFileSystem(sources.hadoop()));
      Path target = target(fileSystem, fileSystem.makeQualified(path), name, progress);
      Swap.settle(fileSystem, target, progress);
      if (fileSystem.exists(target)) {
        if (!overwrite) {
          throw existing(name);
        }
        sources.refuseReplacing(name, target);
        kind.check(name, fileSystem, target);
      } else {
        sources.refuseWritingInto(name, target);
      }
      Probe.beside(option, name, fileSystem, target);
      return Swap.of(fileSystem, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a symbolic link leads to: the link stays, and what it stands for is written. */
  private static Path target(FileSystem fileSystem, Path path, String name, Progress progress)
      throws IOException {
    Optional<java.nio.file.Path> link =
        RealPath.local(fileSystem, path).filter(Files::isSymbolicLink);
    if (link.isEmpty()) {
      return path;
    }
    java.nio.file.Path to = link.get();
    for (int links = 0; Files.isSymbolicLink(to); links++) {
      if (links == MOST_LINKS) {
        throw new InputException("%s is a symbolic link that leads nowhere".formatted(name));
      }
      to = to.resolveSibling(Files.readSymbolicLink(to));
    }
    Path target = PathName.child(path, RealPath.ofLocal(to).path());
    progress.say("%s is a symbolic link, so the output goes to %s", name, target.toUri().getPath());
    return target;
  }

  /** What is wrong where an output exists that is not to be overwritten. */
  public static InputException existing(String name) {
    return new InputException(
        String.format(
            Locale.ROOT, "the output %s exists already: choose another or pass --overwrite", name));
  }

  /**
   * Refuses a path to which something is written that must last, whatever becomes of the output.
   *
   * @param option that names the path
   */
  public void keepOut(String option, String path) throws IOException {
    keepOut(swap.target(), option, path, swap.fileSystem().getConf());
  }

  /** The same for any output. */
  public static void keepOut(Path target, String option, String path, Configuration hadoop)
      throws IOException {
    boolean isIn;
    try {
      isIn = isIn(target, PathName.path(path), hadoop);
    } catch (UnsupportedFileSystemException e) { // only a data source knows where it is
      return;
    }
    if (isIn) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s %s lies in the output %s, which is replaced as a whole at the end: choose a directory beside it",
              option,
              path,
              target));
    }
  }

  /** Whether a path is the target or lies in it, wherever links lead. */
  public static boolean isIn(Path target, Path held, Configuration hadoop) throws IOException {
    return RealPath.of(held, hadoop).isIn(RealPath.of(target, hadoop));
  }

  /** Where it is in the end, with its file system. */
  public String place() {
    return swap.target().toString();
  }

  /** Where to write meanwhile. */
  public String pending() {
    return pending.toString();
  }

  /** Writes the output where it is one file. */
  public void write(byte[] bytes) throws IOException {
    create(pending, bytes);
  }

  /** Opens the output where it is one file that is too long to hold. */
  public OutputStream create() throws IOException {
    return swap.fileSystem().create(pending, false);
  }

  /** Writes a file of the output where it is a directory. */
  public void write(String file, byte[] bytes) throws IOException {
    create(new Path(pending, file), bytes);
  }

  private void create(Path file, byte[] bytes) throws IOException {
    // Local files get no checksum files beside them, since Swap's file system is the plain one:
    // these are for people to look at.
    try (OutputStream out = swap.fileSystem().create(file, false)) {
      out.write(bytes);
    }
  }

  /** Moves what was written into place. */
  public void commit() throws IOException {
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
