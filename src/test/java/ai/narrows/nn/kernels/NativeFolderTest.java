package ai.narrows.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the native libraries go, by what can be written to and what is mounted noexec. */
final class NativeFolderTest {
  @TempDir Path root;

  private final Properties system = new Properties();
  private Path home;
  private Path work;
  private Path temporary;

  @BeforeEach
  void folders() throws Exception {
    root = root.toRealPath();
    home = Files.createDirectory(root.resolve("home"));
    work = Files.createDirectory(root.resolve("work"));
    temporary = Files.createDirectory(root.resolve("tmp"));
    system.setProperty("user.name", "me");
    system.setProperty("user.home", home.toString());
    system.setProperty("user.dir", work.toString());
    system.setProperty("java.io.tmpdir", temporary.toString());
  }

  private static String noexec(Path point) {
    return "29 1 0:26 / " + point + " rw,nosuid,noexec,relatime shared:4 - tmpfs tmpfs rw";
  }

  private Path choose(Path... noexec) {
    return NativeFolder.choose(
        system, List.of(noexec).stream().map(NativeFolderTest::noexec).toList());
  }

  @Test
  void theFirstThatCanBeUsed() throws Exception {
    assertThat(choose()).isEqualTo(home.resolve(".javacpp/cache")).isDirectory();
    assertThat(choose(home)).isEqualTo(work.resolve("narrows-natives")).isDirectory();
    assertThat(choose(home, work)).isEqualTo(temporary.resolve(".javacpp-me/cache"));
    Files.createFile(root.resolve("file"));
    system.setProperty("user.home", root.resolve("file").toString());
    assertThat(choose()).isEqualTo(work.resolve("narrows-natives"));
    system.setProperty("user.home", "?"); // a user whom the system does not know
    assertThat(choose()).isEqualTo(work.resolve("narrows-natives"));
    try (var files = Files.list(work.resolve("narrows-natives"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void noneIsASentenceWithTheProperty() {
    assertThatThrownBy(() -> choose(root))
        .isInstanceOf(NativesException.class)
        .hasMessage(
            ("there is no folder to unpack the native libraries into: %s/.javacpp/cache is mounted noexec,"
                    + " %s/narrows-natives is mounted noexec, %s/.javacpp-me/cache is mounted noexec; set"
                    + " -Dorg.bytedeco.javacpp.cachedir=DIR, in spark.driver.extraJavaOptions and"
                    + " spark.executor.extraJavaOptions, to a folder that can be written to and is not mounted"
                    + " noexec")
                .formatted(home, work, temporary));
    assertThat(work.resolve("narrows-natives")).doesNotExist();
  }

  @Test
  void thePropertyIsTakenOrRefused() throws Exception {
    Path given = root.resolve("given/natives");
    system.setProperty(NativeFolder.PROPERTY, given.toString());
    assertThat(choose(home)).isEqualTo(given).isDirectory();
    assertThatThrownBy(() -> choose(root.resolve("given")))
        .hasMessageStartingWith(
            "the native libraries cannot be unpacked into %s, which org.bytedeco.javacpp.cachedir names: it is"
                .formatted(given))
        .hasMessageContaining("mounted noexec; set -D");
    Path file = Files.createFile(root.resolve("file"));
    system.setProperty(NativeFolder.PROPERTY, file.resolve("natives").toString());
    assertThatThrownBy(() -> choose()).hasMessageContaining(": it cannot be written to");
  }

  @Test
  void theInnermostMountCounts() {
    List<String> mounts =
        List.of(
            "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
            "29 21 0:26 / /tmp rw,noexec - tmpfs tmpfs rw",
            "30 29 0:27 / /tmp/my\\040jobs rw,exec - tmpfs tmpfs rw",
            "31 21 0:28 / /data rw,noexec - tmpfs tmpfs rw",
            "32 31 0:29 / /data rw - tmpfs tmpfs rw",
            "broken");
    assertThat(NativeFolder.isNoexec(Path.of("/tmp/x"), mounts)).isTrue();
    assertThat(NativeFolder.isNoexec(Path.of("/tmp"), mounts)).isTrue();
    assertThat(NativeFolder.isNoexec(Path.of("/tmp/my jobs/x"), mounts)).isFalse();
    assertThat(NativeFolder.isNoexec(Path.of("/tmpfs"), mounts)).isFalse();
    assertThat(NativeFolder.isNoexec(Path.of("/home"), mounts)).isFalse();
    assertThat(NativeFolder.isNoexec(Path.of("/data"), mounts)).isFalse(); // the later mount
  }
}
