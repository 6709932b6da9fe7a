package ai.narrows.jobs.output;

import ai.narrows.images.source.PathName;
import ai.narrows.jobs.console.Progress;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * How an output takes the place of an earlier one: {@code NAME} becomes {@code NAME.old-ID}, what
 * was written aside becomes {@code NAME}, and the old one is deleted, under the name {@code
 * NAME.tmp-ID}. So what is called old is whole, and only what is called tmp may be half.
 *
 * <p>A job that is killed on the way leaves a whole output at {@code NAME}; or nothing there and a
 * whole one at {@code NAME.old-ID}, which {@link #settle} puts right. That holds where a rename is
 * atomic; object stores copy instead, and a kill in the middle of that leaves a part.
 */
record Swap(FileSystem fileSystem, Path target, String id) {
  private static final String TMP = ".tmp-";
  private static final String OLD = ".old-";
  private static final String LEFT = "\\.(tmp|old)-[0-9a-f-]{36}";

  static Swap of(FileSystem fileSystem, Path target) {
    return new Swap(fileSystem, target, UUID.randomUUID().toString());
  }

  /** Where an output is written that no later run is to go on with. */
  Path tmp() {
    return PathName.suffixed(target, TMP + id);
  }

  private Path old() {
    return PathName.suffixed(target, OLD + id);
  }

  /**
   * Puts what is complete in the target's place.
   *
   * @param overwrite whether there may be an earlier output
   */
  void run(Path pending, boolean overwrite) throws IOException {
    if (target.getParent() != null) {
      fileSystem.mkdirs(target.getParent());
    }
    boolean replaces = fileSystem.exists(target);
    if (replaces && !overwrite) {
      throw new IOException(String.format(Locale.ROOT, "%s has come into being meanwhile", target));
    }
    if (replaces) {
      move(target, old());
    }
    try {
      move(pending, target);
    } catch (IOException e) {
      if (replaces && !fileSystem.exists(target)) {
        move(old(), target);
      }
      throw e;
    }
    if (replaces) {
      discardOld();
    }
  }

  private void discardOld() throws IOException {
    move(old(), tmp());
    fileSystem.delete(tmp(), true);
  }

  /** A rename that never moves into a directory that is there already. */
  private void move(Path from, Path to) throws IOException {
    if (fileSystem.exists(to) || !fileSystem.rename(from, to)) {
      throw new IOException(String.format(Locale.ROOT, "cannot move %s to %s", from, to));
    }
  }

  /**
   * Finishes the swap that a killed job was in the middle of, or takes it back where what it had
   * written is not called tmp; says so, and what else lies beside the target.
   */
  static void settle(FileSystem fileSystem, Path target, Progress progress) throws IOException {
    Optional<Swap> interrupted =
        fileSystem.exists(target) ? Optional.empty() : interrupted(fileSystem, target);
    if (interrupted.isPresent()) {
      progress.say(interrupted.get().settle());
    }
    for (FileStatus left : left(fileSystem, target)) {
      progress.say(
          "%s is left of a job that was killed, or belongs to one that is running: remove it if none is",
          left.getPath());
    }
  }

  private String settle() throws IOException {
    boolean whole = fileSystem.exists(tmp());
    move(whole ? tmp() : old(), target);
    if (whole) {
      discardOld();
    }
    return String.format(
        Locale.ROOT,
        "A job was killed while it replaced %s: the %s output is in place now",
        target,
        whole ? "new" : "earlier");
  }

  /** The last swap that has left an old output. */
  private static Optional<Swap> interrupted(FileSystem fileSystem, Path target) throws IOException {
    return left(fileSystem, target).stream()
        .filter(left -> left.getPath().getName().startsWith(target.getName() + OLD))
        .max(Comparator.comparingLong(FileStatus::getModificationTime))
        .map(left -> left.getPath().getName().substring((target.getName() + OLD).length()))
        .map(id -> new Swap(fileSystem, target, id));
  }

  /** What swaps have left beside the target. */
  private static List<FileStatus> left(FileSystem fileSystem, Path target) throws IOException {
    if (target.getParent() == null) {
      return List.of();
    }
    try {
      Pattern name = Pattern.compile(Pattern.quote(target.getName()) + LEFT);
      return List.of(
          fileSystem.listStatus(
              target.getParent(), path -> name.matcher(path.getName()).matches()));
    } catch (FileNotFoundException e) {
      return List.of(); // there is no such folder yet
    }
  }
}
