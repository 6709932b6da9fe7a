package ai.narrows.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.jobs.Ran;
import ai.narrows.jobs.console.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder is read as, by the names of its files. */
final class InputFormatTest {
  @TempDir Path folder;
  private String format;

  private void files(int count, String directory, String ending) throws IOException {
    Files.createDirectories(folder.resolve(directory));
    for (int i = 0; i < count; i++) {
      Files.createFile(folder.resolve(directory).resolve(i + ending));
    }
  }

  /** Sets the format, and gives what is said of it. */
  private String look(Object path) {
    Ran ran =
        Ran.of(
            () -> {
              format =
                  InputFormat.check(
                      List.of(path.toString()),
                      null,
                      "--input-format",
                      new Configuration(),
                      Progress.inLines());
              return 0;
            });
    return ran.err().replaceFirst("^\\[ *[0-9.]+ s] ", "");
  }

  @Test
  void picturesWin() throws IOException {
    files(20, ".", ".png");
    files(20, ".", ".json");
    files(1, ".", ".csv");
    assertThat(look(folder))
        .isEqualTo(
            "Reading 20 image files of %s, since images come first; other files beside them are ignored (1 .csv, 20 .json); give the input format to read those instead\n"
                .formatted(folder));
    assertThat(format).isEqualTo("imagefolder");
    for (String other : List.of(".parquet", "-ubyte", ".orc")) {
      files(1, ".", other);
      assertThat(look(folder)).isNotEmpty();
      assertThat(format).as(other).isEqualTo("imagefolder");
    }
    assertThat(look(folder + "/*")).contains("Reading 20 image files");
    assertThat(format).isEqualTo("imagefolder");
  }

  @Test
  void alsoBehindManyOthers() throws IOException {
    files(1500, "annotations", ".json");
    files(3, "zz/images", ".JPG");
    assertThat(look(folder)).contains("Reading at least ", "image files");
    assertThat(format).isEqualTo("imagefolder");
  }

  @Test
  void nothingIsSaidOfOneFormat() throws IOException {
    files(3, "a", ".csv");
    files(3, "a", ".txt");
    assertThat(look(folder.resolve("a"))).isEmpty();
    assertThat(format).isEqualTo("csv");
    files(3, "b", ".png");
    assertThat(look(folder.resolve("b"))).isEmpty();
    assertThat(format).isEqualTo("imagefolder");
  }

  @Test
  void tablesOfSeveralFormats() throws IOException {
    files(2, ".", ".json");
    files(3, ".", ".parquet");
    assertThat(look(folder))
        .isEqualTo(
            "Reading %s as parquet, which 3 of its files are; there are files of other formats (json); give the input format to read those instead\n"
                .formatted(folder));
    assertThat(format).isEqualTo("parquet");
  }

  @Test
  void filesThatSparkCannotRead() throws IOException {
    files(1, ".", ":30.parquet");
    assertThatThrownBy(() -> look(folder))
        .hasMessageContaining("Spark reads no local parquet file with a colon in its name");
    files(1, ".", ":30.png");
    assertThat(look(folder.resolve("0:30.png"))).isEmpty();
    assertThat(format).isEqualTo("imagefolder");
  }
}
