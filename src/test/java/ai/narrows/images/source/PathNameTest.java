package ai.narrows.images.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A path is first what it says, then a pattern; a colon is no scheme. */
final class PathNameTest {
  private static final Configuration CONF = new Configuration();
  private static final String COLON = "2026-01-10T12:30";

  @TempDir Path folder;

  private void files(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }

  /** What a name below the folder leads to. */
  private List<String> find(String name) throws IOException {
    return PathName.find(folder + "/" + name, CONF).stream()
        .map(status -> folder.relativize(Path.of(status.getPath().toUri().getPath())).toString())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "parts [v2]",
        "{a,b}",
        "a*",
        "what?",
        COLON,
        "100% #1&x=y",
        "line\nbreak",
        "back\\slash"
      })
  void aPathIsFirstWhatItSays(String name) throws IOException {
    files(name + "/1.png", name + "/2:0.png", "parts v/3.png", "a/3.png", "whats/3.png");
    assertThat(find(name)).containsExactly(name);
    assertThat(find(name + "/2:0.png")).containsExactly(name + "/2:0.png");
    assertThat(find(name + "/*.png")).containsExactly(name + "/1.png", name + "/2:0.png");
    assertThat(find("*/2:0.png")).containsExactly(name + "/2:0.png");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "c?m",
        "c[ab]m",
        "{cam,cbm}",
        "c[a-b]*",
        "{cam,cbm/1.png}",
        "c*/*.png",
        "*/{1,2}.png",
        "c[^a]m",
        "cam/\\*",
        "nothing*",
        "*/nothing",
        ".*",
        "c*m/.hidden"
      })
  void patternsAreHadoops(String pattern) throws IOException {
    files("cam/1.png", "cam/2.png", "cam/.hidden", "cbm/1.png", "_temporary/1.png", ".h/1");
    FileSystem local = FileSystem.getLocal(CONF).getRawFileSystem();
    boolean hidden = pattern.contains(".h") || pattern.startsWith(".");
    FileStatus[] matches = local.globStatus(new org.apache.hadoop.fs.Path(folder + "/" + pattern));
    List<String> hadoops =
        Stream.ofNullable(matches)
            .flatMap(Arrays::stream)
            .map(s -> folder.relativize(Path.of(s.getPath().toUri().getPath())).toString())
            .filter(name -> hidden || !Path.of(name).getFileName().toString().matches("[._].*"))
            .sorted()
            .toList();
    assertThat(find(pattern)).isEqualTo(hadoops);
  }

  @Test
  void aColonIsNoScheme() {
    assertThat(PathName.path(COLON).toUri().getScheme()).isNull();
    assertThat(PathName.path(COLON).getName()).isEqualTo(COLON);
    assertThat(PathName.path("s3a://bucket/a:b").toUri().getScheme()).isEqualTo("s3a");
    org.apache.hadoop.fs.Path directory = new org.apache.hadoop.fs.Path("/x");
    assertThat(PathName.child(directory, COLON)).hasToString("/x/" + COLON);
    assertThat(PathName.suffixed(PathName.child(directory, COLON), ".tmp"))
        .hasToString("/x/" + COLON + ".tmp");
  }

  @ParameterizedTest
  @CsvSource({
    "s3a://key:secret@bucket/a@b, s3a://bucket/a@b",
    "S3A://key:se@cret@bucket, S3A://bucket",
    "s3a://:@bucket/a, s3a://bucket/a",
    "https://token@host:80/a, https://host:80/a",
    "http://name:token@host/a, http://host/a",
  })
  void credentialsAreLeftOut(String given, String shown) {
    assertThat(PathName.withoutCredentials(given)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hdfs://host:8020/b@c",
        "hdfs://user@host:8020/b:c@d",
        "abfss://container@account.dfs.core.windows.net/a",
        "/d:e@f",
        "photos//a:b@c",
        "a:b@c",
        "photos/good",
      })
  void otherNamesStay(String path) {
    assertThat(PathName.withoutCredentials(path)).isEqualTo(path);
  }
}
