package ai.narrows.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a place can be written to shows before the work, and trying leaves nothing. */
final class ProbeTest {
  @TempDir Path folder;

  private static void probe(Path path) throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    Probe.beside("--output", path.toString(), files, new org.apache.hadoop.fs.Path(path.toUri()));
  }

  @Test
  void nothingIsLeft() throws IOException {
    probe(folder.resolve("new/and: newer/out"));
    probe(folder.resolve("out"));
    assertThat(folder).isEmptyDirectory();
    Files.createDirectory(folder.resolve("there"));
    probe(folder.resolve("there/out"));
    assertThat(folder.resolve("there")).isEmptyDirectory();
  }

  @Test
  void aFileInTheWay() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    for (String below : new String[] {"file/out", "file/deeper/out"}) {
      assertThatThrownBy(() -> probe(folder.resolve(below)))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "--output %s cannot be written: file:%s is a file, not a directory",
              folder.resolve(below), file);
    }
    assertThat(file).hasContent("mine");
  }

  @Test
  void whereNobodyMayWrite() {
    Path proc = Path.of("/proc/sys"); // not even root may make files there
    Assumptions.assumeTrue(Files.isDirectory(proc));
    assertThatThrownBy(() -> probe(proc.resolve("out")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("--output /proc/sys/out cannot be written: ");
  }
}
