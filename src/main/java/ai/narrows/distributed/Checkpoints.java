package ai.narrows.distributed;

import ai.narrows.images.InputException;
import ai.narrows.images.source.PathName;
import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.train.TrainingOptions;
import ai.narrows.train.TrainingProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one training in a directory, a folder {@code epoch-00005} for each, on any
 * file system that Hadoop knows. A training that goes on from one ends with the same bits as if it
 * had never been interrupted; one that is not the same training is refused.
 */
public final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final Pattern FOLDER = Pattern.compile("epoch-([0-9]{5,9})");

  private final FileSystem files; // null: nothing is kept
  private final Path directory;
  private final int interval;
  private final int keep;
  private final Checkpoint newest; // null where there is none to go on from

  private Checkpoints(FileSystem files, Path directory, int interval, int keep, Checkpoint newest) {
    this.files = files;
    this.directory = directory;
    this.interval = interval;
    this.keep = keep;
    this.newest = newest;
  }

  /**
   * When to write, and how many to keep.
   *
   * @param interval epochs between checkpoints, at least 1; the last epoch always has one
   * @param keep how many of the newest stay, at least 1
   * @param resume whether to go on from the newest
   */
  public record Options(int interval, int keep, boolean resume) {
    public Options {
      if (interval < 1) {
        throw new ParamException("checkpointInterval", "must be at least 1", interval);
      }
      if (keep < 1) {
        throw new ParamException("keepCheckpoints", "must be at least 1", keep);
      }
    }
  }

  /** None are written and none are read. */
  public static Checkpoints none() {
    return new Checkpoints(null, null, 0, 0, null);
  }

  /**
   * Looks into a directory, which need not exist.
   *
   * @throws InputException if there are checkpoints which nobody asked to go on from, or all that
   *     were completed are damaged
   */
  public static Checkpoints open(String directory, Options options, Configuration hadoop) {
    try {
      Path path = PathName.path(directory);
      FileSystem files = path.getFileSystem(hadoop);
      List<Path> complete = new ArrayList<>();
      for (Path folder : folders(files, path)) {
        if (Checkpoint.isComplete(files, folder)) {
          complete.add(folder);
        }
      }
      if (!options.resume() && !complete.isEmpty()) {
        throw new InputException(
            Message.of(
                "%s holds checkpoints, the newest %s: go on from it with %s, or choose another %s",
                directory,
                complete.get(0).getName(),
                Message.param("resume"),
                Message.param("checkpointDir")));
      }
      return new Checkpoints(
          files, path, options.interval(), options.keep(), newest(files, complete));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the checkpoints in " + directory, e);
    }
  }

  private static Checkpoint newest(FileSystem files, List<Path> folders) throws IOException {
    InputException damaged = null;
    for (Path folder : folders) {
      try {
        Optional<Checkpoint> found = Checkpoint.open(files, folder);
        if (found.isPresent()) {
          return found.get();
        }
      } catch (InputException e) {
        LOG.warn("{}; trying the one before", e.getMessage());
        damaged = damaged == null ? e : damaged;
      }
    }
    if (damaged != null) {
      throw damaged;
    }
    return null;
  }

  /** Folders of checkpoints, complete or not, the newest first. */
  private static List<Path> folders(FileSystem files, Path directory) throws IOException {
    if (!files.exists(directory)) {
      return List.of();
    }
    return Arrays.stream(files.listStatus(directory))
        .filter(FileStatus::isDirectory)
        .map(status -> new Path(directory, status.getPath().getName()))
        .filter(path -> FOLDER.matcher(path.getName()).matches())
        .sorted(Comparator.comparingInt(Checkpoints::epoch).reversed())
        .toList();
  }

  private static int epoch(Path folder) {
    Matcher name = FOLDER.matcher(folder.getName());
    return name.matches() ? Integer.parseInt(name.group(1)) : -1;
  }

  /** Number of workers of the training that is gone on with, where there is one. */
  public OptionalInt workers() {
    return newest == null ? OptionalInt.empty() : newest.identity().workers();
  }

  /** Threads per worker of the training that is gone on with, where there is one. */
  public OptionalInt threads() {
    return newest == null ? OptionalInt.empty() : newest.identity().threads();
  }

  /**
   * Where to go on: what the newest checkpoint holds, or the start.
   *
   * @param identity what tells this training from others
   * @throws InputException if the checkpoint is of another training; the message says what differs
   */
  TrainingProgress progress(Identity identity, TrainingProgress start, TrainingOptions options) {
    if (newest == null) {
      return start;
    }
    List<Message> differences = identity.differences(newest.identity());
    if (!differences.isEmpty()) {
      throw new InputException(
          Message.of(
              "the checkpoint %s is of another training: %s",
              newest.folder(), Message.joined("; ", differences)));
    }
    if (newest.epochs() > options.epochs()) {
      throw new InputException(
          Message.of(
              "the checkpoint %s has %s epochs behind it, but %s is %s",
              newest.folder(), newest.epochs(), Message.param("epochs"), options.epochs()));
    }
    try {
      return newest.progress(start);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the checkpoint " + newest.folder(), e);
    }
  }

  /** Writes a checkpoint where one is due, and removes those that are not to be kept any more. */
  void keep(Identity identity, TrainingProgress progress, boolean ended) {
    if (files == null || !(ended || progress.epochs() % interval == 0)) {
      return;
    }
    Path folder = new Path(directory, String.format(Locale.ROOT, "epoch-%05d", progress.epochs()));
    try {
      Checkpoint.write(files, folder, identity, progress);
      int kept = 0;
      for (Path old : folders(files, directory)) {
        if (epoch(old) <= progress.epochs()
            && (!Checkpoint.isComplete(files, old) || ++kept > keep)) {
          Checkpoint.delete(files, old);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the checkpoint " + folder, e);
    }
  }
}
