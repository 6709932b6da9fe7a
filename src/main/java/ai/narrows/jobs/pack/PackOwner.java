package ai.narrows.jobs.pack;

import ai.narrows.images.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The sign that a pack is at work on a directory: a file that is written again every few seconds. A
 * second pack that sees it change gives way; one whose writer was killed stands still and is put
 * away. No clocks are compared. Where a pack was held up for so long that another took over, it
 * finds its file gone and stops before it records anything more.
 */
public final class PackOwner implements AutoCloseable {
  /** How often the file is written. */
  public static final Duration BEAT = Duration.ofSeconds(3);

  private static final String PREFIX = "owner-";
  private static final int BEATS_TO_WAIT = 4;

  private final FileSystem fileSystem;
  private final Path directory;
  private final Path mine;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread beats;

  private PackOwner(FileSystem fileSystem, Path directory, Duration beat) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.mine = new Path(directory, PREFIX + UUID.randomUUID());
    this.beats = new Thread(() -> beat(beat), "pack-owner");
    beats.setDaemon(true);
  }

  /**
   * Takes a directory over; waits for some beats where another pack has left its sign.
   *
   * @param directory where the file goes; made if there is none
   * @param what the directory is for, for the message
   * @throws InputException if another pack is at work
   */
  public static PackOwner take(FileSystem fileSystem, Path directory, String what, Duration beat)
      throws IOException, InterruptedException {
    PackOwner owner = new PackOwner(fileSystem, directory, beat);
    Map<String, Long> before = owner.signs();
    for (int i = 0; i < BEATS_TO_WAIT && !before.isEmpty(); i++) {
      Thread.sleep(beat.toMillis());
      if (!owner.signs().equals(before)) {
        throw taken(what);
      }
    }
    owner.write();
    for (String other : owner.signs().keySet()) {
      if (before.containsKey(other)) {
        fileSystem.delete(new Path(directory, other), false);
      } else if (other.compareTo(owner.mine.getName()) < 0) { // both have just begun: one stays
        fileSystem.delete(owner.mine, false);
        throw taken(what);
      }
    }
    owner.beats.start();
    return owner;
  }

  private static InputException taken(String what) {
    return new InputException("another pack is writing " + what + ": wait for it, or stop it");
  }

  /** Whether a file in the directory is such a sign. */
  static boolean isSign(Path file) {
    return file.getName().startsWith(PREFIX);
  }

  /** When the signs in the directory were last written. */
  private Map<String, Long> signs() throws IOException {
    Map<String, Long> signs = new TreeMap<>();
    try {
      for (FileStatus file : fileSystem.listStatus(directory)) {
        if (isSign(file.getPath())) {
          signs.put(file.getPath().getName(), file.getModificationTime());
        }
      }
    } catch (FileNotFoundException e) {
      return signs; // nobody was here yet
    }
    return signs;
  }

  private void write() throws IOException {
    try (var out = fileSystem.create(mine, true)) {
      out.write("a pack is at work here\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private void beat(Duration beat) {
    try {
      while (!end.await(beat.toMillis(), TimeUnit.MILLISECONDS)) {
        if (holds()) {
          write();
        }
      }
    } catch (IOException | InterruptedException e) {
      // Whoever comes next may take over; check() says whether somebody has.
      return;
    }
  }

  /** Whether nobody has taken over. */
  boolean holds() throws IOException {
    return fileSystem.exists(mine);
  }

  /**
   * Makes sure that nobody has taken over.
   *
   * @throws IOException if somebody has
   */
  public void check() throws IOException {
    if (!holds()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "another pack has taken %s over, so this one stops",
              directory.getParent()));
    }
  }

  @Override
  public void close() throws IOException {
    end.countDown();
    try {
      beats.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    fileSystem.delete(mine, false);
  }
}
