package ai.narrows.jobs.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of two packs at once one gives way; a killed one stands in nobody's way. */
final class PackOwnerTest {
  private static final Duration BEAT = Duration.ofMillis(200);
  private static final Duration NEVER = Duration.ofDays(1);

  @TempDir java.nio.file.Path folder;
  private FileSystem fileSystem;
  private Path directory;

  @BeforeEach
  void open() throws IOException {
    fileSystem = FileSystem.getLocal(new Configuration(false));
    directory = new Path(folder.resolve("out.packing/_pack").toString());
  }

  private PackOwner take(Duration beat) throws IOException, InterruptedException {
    return PackOwner.take(fileSystem, directory, "out", beat);
  }

  @Test
  void theSecondGivesWayToOneThatIsAtWork() throws Exception {
    try (PackOwner first = take(Duration.ofMillis(20))) {
      assertThatThrownBy(() -> take(BEAT))
          .isInstanceOf(InputException.class)
          .hasMessage("another pack is writing out: wait for it, or stop it");
      first.check();
    }
    assertThat(folder.resolve("out.packing/_pack")).isEmptyDirectory();
    take(BEAT).close();
  }

  @Test
  void oneThatIsHeldUpNoticesThatItWasReplaced() throws Exception {
    try (PackOwner still = take(NEVER);
        PackOwner next = take(BEAT)) {
      next.check();
      assertThatThrownBy(still::check)
          .isInstanceOf(IOException.class)
          .hasMessage("another pack has taken %s/out.packing over, so this one stops", folder);
    }
  }

  @Test
  void theSignOfAKilledOneIsPutAway() throws Exception {
    java.nio.file.Path left = folder.resolve("out.packing/_pack/owner-0");
    Files.createDirectories(left.getParent());
    Files.createFile(left);
    try (PackOwner owner = take(BEAT)) {
      owner.check();
      assertThat(left).doesNotExist();
    }
  }
}
