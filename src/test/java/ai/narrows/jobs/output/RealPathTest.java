package ai.narrows.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spellings of one place are equal, whether it exists or not. */
final class RealPathTest {
  @TempDir Path folder;
  private final Configuration hadoop = new Configuration();
  private RealPath a;

  @BeforeEach
  void makeFolders() throws IOException {
    Files.createDirectories(folder.resolve("a/b"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a"));
    Files.createSymbolicLink(folder.resolve("a/up"), folder);
    a = of(folder + "/a");
  }

  private RealPath of(String name) throws IOException {
    return RealPath.of(new org.apache.hadoop.fs.Path(name), hadoop);
  }

  @Test
  void spellings() throws IOException {
    for (String name :
        new String[] {
          "file:%s/a", "file://%s/a", "%s/a/", "%s//a", "%s/link", "%s/a/b/..", "%s/link/up/link"
        }) {
      assertThat(of(name.formatted(folder))).as(name).isEqualTo(a);
    }
    assertThat(of("target")).isEqualTo(of(Path.of("target").toAbsolutePath().toString()));
  }

  @Test
  void whatDoesNotExistLiesWhereItsFolderDoes() throws IOException {
    assertThat(of(folder + "/link/new/er")).isEqualTo(of(folder + "/a/new/er"));
  }

  @Test
  void whatLiesInWhat() throws IOException {
    assertThat(a.isIn(a)).isTrue();
    assertThat(of(folder + "/link/b").isIn(a)).isTrue();
    assertThat(a.isIn(of(folder + "/link/b"))).isFalse();
    assertThat(of(folder + "/ab").isIn(a)).isFalse();
    assertThat(a.isIn(of("/"))).isTrue();
  }
}
