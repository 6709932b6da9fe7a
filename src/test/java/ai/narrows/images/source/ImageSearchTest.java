package ai.narrows.images.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.InputException;
import ai.narrows.images.decode.ImageFiles;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSearchTest {

  private static final Configuration HADOOP = new Configuration(false);

  @TempDir Path dir;

  private void write(String... names) throws IOException {
    for (String name : names) {
      IdxFixture.write(dir.resolve(name), ImageFiles.samples().get("png"));
    }
  }

  private void link(String name, String target) throws IOException {
    Files.createDirectories(dir.resolve(name).getParent());
    Files.createSymbolicLink(dir.resolve(name), Path.of(target));
  }

  private ImageSearch.Result list(Map<String, String> options, String... names) throws IOException {
    List<String> paths = Stream.of(names).map(name -> dir.resolve(name).toString()).toList();
    CaseInsensitiveStringMap given =
        new CaseInsensitiveStringMap(Map.of("paths", new ObjectMapper().writeValueAsString(paths)));
    FileFilters filters = FileFilters.of(new CaseInsensitiveStringMap(options));
    return new ImageSearch(filters, HADOOP).list(SourcePaths.find(given, HADOOP));
  }

  private List<String> ids(String... names) throws IOException {
    return list(Map.of(), names).files().stream().map(ImageFile::id).toList();
  }

  @Test
  void linksThatLeadNowhereAreUnreadableImages() throws IOException {
    write("raw/1.png");
    link("split/1.png", "../raw/1.png");
    link("split/2.png", "../raw/moved.png");
    link("split/circle.png", "circle.png");
    link("split/folder", "/not/mounted");
    link("split/notes.txt", "../raw/moved.txt");

    for (String given : List.of("split", "split/*")) {
      ImageSearch.Result found = list(Map.of(), given);
      assertThat(found.files().stream().map(ImageFile::id))
          .containsExactly("1.png", "2.png", "circle.png", "folder");
      assertThat(found.passedOver()).hasToString("1 .txt");
      assertThat(found.files().get(0).read(HADOOP)).isNotEmpty();
      assertThatThrownBy(() -> found.files().get(1).read(HADOOP))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "file:%s/split/2.png is a symbolic link to ../raw/moved.png, which does not exist"
                  .formatted(dir));
      assertThatThrownBy(() -> found.files().get(2).read(HADOOP))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("circle.png is a symbolic link");
    }
  }

  @Test
  void everyFileOnceHoweverLinksLead() throws IOException {
    write("a/1.png", "a/2.png", "b/3.png", "elsewhere/4.png", "elsewhere/.hidden/5.png");
    link("a/all", ".");
    link("a/up", "..");
    link("a/b", "../b");
    link("b/a", "../a");
    link("b/0.png", "../a/1.png");

    assertThat(ids("b")).containsExactly("0.png", "3.png", "a/2.png", "a/up/elsewhere/4.png");
    assertThat(ids("")).containsExactly("a/1.png", "a/2.png", "b/3.png", "elsewhere/4.png");
    assertThat(list(Map.of(), "").passedOver()).hasToString("1 reached twice by links");
    // The order of the paths names directories, but never makes a link the name of a file.
    assertThat(ids("a", "b")).isEqualTo(ids("b", "a")).contains("a/1.png", "a/2.png", "b/3.png");
    assertThat(ids("a/1.png", "a/1.png", "b/0.png")).hasSize(1);
  }

  /** The rule of Spark's own sources: partitions may begin with an underscore. */
  @Test
  void hiddenNames() throws IOException {
    write("a/1.png", "a/_2.png", "a/.3.png", "_kind=x/4.png", "_temporary/5.png", ".git/6.png");

    assertThat(ids("")).containsExactlyInAnyOrder("a/1.png", "_kind=x/4.png");
  }

  @Test
  void linksOutsideGoByTheirOwnNames() throws IOException {
    write("raw/x/1.png", "raw/2.png");
    link("split/good", "../raw/x");
    link("split/b.png", "../raw/2.png");
    link("split/c.png", "../raw/2.png");
    link("alias", "split");

    assertThat(ids("split")).containsExactly("b.png", "good/1.png");
    assertThat(ids("alias")).containsExactly("b.png", "good/1.png");
    assertThat(list(Map.of(), "split").files().get(1).folder()).isEqualTo("good");
  }

  @Test
  void whatIsPassedOverIsCountedByKind() throws IOException {
    write("1.png", "2.JPG", "3.jfif", "4.jpe", "5.dib", "6.PJPEG", "sub/7.jif");
    write("a", "b", "sub/c", "1.xmp", "2.XMP", "film.mp4", "odd.", "a.very-long-ending");
    write(".DS_Store", "_SUCCESS", "sub/.x/1.mp4");

    ImageSearch.Result found = list(Map.of(), "");

    assertThat(found.files()).hasSize(7);
    assertThat(found.passedOver())
        .hasToString("4 without an ending, 2 .xmp, 1 .mp4, 1 with other endings");
    for (int i = 0; i < 40; i++) {
      write(String.format(Locale.ROOT, "frame.%04d", i));
    }
    assertThat(list(Map.of(), "").passedOver().kinds()).hasSize(12);
    assertThat(list(Map.of(), "").passedOver().files()).isEqualTo(48);
  }

  @Test
  void aFileThatIsNamedIsKnownByItsContent() throws IOException {
    write("scan", "scan.xyz", "other");
    Files.writeString(dir.resolve("notes"), "no picture");

    assertThat(ids("scan")).containsExactly("scan");
    assertThat(ids("scan.xyz", "other")).containsExactly("other", "scan.xyz");
    assertThatThrownBy(() -> ids("notes"))
        .hasMessage(
            "%s/notes has no image files (%s); passed over: 1 without an ending"
                .formatted(dir, ImageFile.EXTENSIONS));
    assertThatThrownBy(() -> ids("*"))
        .hasMessageEndingWith("; passed over: 3 without an ending, 1 .xyz");
  }

  @Test
  void sparksFiltersForFiles() throws IOException {
    write("1.png", "1_mask.png", "sub/2.png");
    link("sub/3_mask.png", "nowhere");
    Files.setLastModifiedTime(
        dir.resolve("1.png"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));

    assertThat(list(Map.of("pathglobfilter", "*_mask.png"), "").files())
        .extracting(ImageFile::id)
        .containsExactly("1_mask.png", "sub/3_mask.png");
    assertThat(list(Map.of("recursiveFileLookup", "false"), "").files())
        .extracting(ImageFile::id)
        .containsExactly("1.png", "1_mask.png");
    assertThat(list(Map.of("modifiedAfter", "2021-01-01T00:00:00"), "*.png").files())
        .extracting(ImageFile::id)
        .containsExactly("1_mask.png");
    assertThat(list(Map.of("modifiedBefore", "2021-01-01T00:00:00", "timeZone", "CET"), "").files())
        .extracting(ImageFile::id)
        .containsExactly("1.png");
    assertThatThrownBy(() -> list(Map.of("pathGlobFilter", "*.gif"), ""))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("that satisfy pathGlobFilter");
    for (Map<String, String> wrong :
        List.of(
            Map.of("modifiedAfter", "yesterday"),
            Map.of("pathGlobFilter", "[a"),
            Map.of("recursiveFileLookup", "yes"))) {
      assertThatThrownBy(() -> list(wrong, ""))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(wrong.keySet().iterator().next());
    }
  }

  /** Bytes that no Java string would give in every locale. */
  private void writeBytes(String escaped) throws Exception {
    Process bash =
        new ProcessBuilder("bash", "-c", "cp 1.png $'" + escaped + "'")
            .directory(dir.toFile())
            .inheritIO()
            .start();
    assertThat(bash.waitFor()).isZero();
  }

  @Test
  void namesThatTheJvmCannotDecode() throws Exception {
    write("1.png");
    writeBytes("pr\\xc3\\xbcfling.txt");
    assertThat(ids("")).containsExactly("1.png");
    writeBytes("pr\\xc3\\xbcfling.png");
    for (String given : List.of("", "*.png")) {
      if (FileNames.isEncodable("\u00fc")) {
        assertThat(ids(given)).containsExactly("1.png", "pr\u00fcfling.png");
      } else {
        assertThatThrownBy(() -> ids(given))
            .isInstanceOf(InputException.class)
            .hasMessageContaining("cannot be read: the JVM's encoding of file names is")
            .hasMessageContaining("LC_ALL=C.UTF-8");
      }
    }
    Files.createDirectories(dir.resolve("latin"));
    writeBytes("latin/1.png");
    writeBytes("latin/pr\\xfcfling.png");
    assertThatThrownBy(() -> ids("latin"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the name of the file %s/latin/pr%%FCfling.png cannot be read: it is not UTF-8, so rename the file"
                .formatted(dir));
  }
}
