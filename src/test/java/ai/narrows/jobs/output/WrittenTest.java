package ai.narrows.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.InputException;
import ai.narrows.report.PngFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What jobs and Spark write is known by what is in it, and nothing else is. */
final class WrittenTest {
  private static final String PART = "part-00000-" + UUID.randomUUID() + "-c000.snappy.parquet";
  private static final BufferedImage PICTURE =
      new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);

  private static final String PAGE = "<!DOCTYPE html>\n<title>m – Narrows report</title>";

  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private void picture(String name) throws IOException {
    Files.write(file(name, ""), PngFiles.encode(PICTURE));
  }

  private List<String> foreign(String directory) throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration()).getRawFileSystem();
    return Written.foreign(files, new org.apache.hadoop.fs.Path(folder.resolve(directory).toUri()));
  }

  private void assertOurs(String directory) throws IOException {
    assertThat(foreign(directory)).isEmpty();
    for (String mine : List.of("notes.txt", "part-00001.png", "deep/er/mine.parquet", "0.png")) {
      Path file = file(directory + "/" + mine, "mine");
      assertThat(foreign(directory)).as(mine).containsExactly(mine);
      Files.delete(file);
    }
    Path link = Files.createSymbolicLink(folder.resolve(directory).resolve("link"), folder);
    assertThat(foreign(directory)).containsExactly("link (a link)");
    Files.delete(link);
  }

  @Test
  void tables() throws IOException {
    for (String name : List.of("_SUCCESS", "._SUCCESS.crc", PART, "." + PART + ".crc")) {
      file("table/" + name, "");
    }
    assertOurs("table");
    file("partitions/label=1/kind=a b/" + PART, "");
    file("partitions/_SUCCESS", "");
    assertOurs("partitions");
    file("stream/" + PART, "");
    file("stream/_spark_metadata/0", "");
    assertOurs("stream");
  }

  @Test
  void models() throws IOException {
    for (String name : List.of("weights.safetensors", "metadata/part-00000", "metadata/_SUCCESS")) {
      file("model/" + name, "");
    }
    assertOurs("model");
    file("model/history.jsonl", "");
    file("model/report.html", PAGE);
    assertOurs("model");
    file("model/mine.html", "<!DOCTYPE html>");
    assertThat(foreign("model")).containsExactly("mine.html");
    for (String name : List.of("metadata/part-00000", "stages/0_ae/weights.safetensors")) {
      file("pipeline/" + name, "");
    }
    assertOurs("pipeline");
  }

  @Test
  void pictures() throws IOException {
    file("maps/index.csv", Written.ERROR_MAPS_INDEX + "\n1,0001.png,a,1\n");
    picture("maps/0001.png");
    assertOurs("maps");
    ImageIO.write(PICTURE, "png", file("maps/0002.png", "").toFile());
    assertThat(foreign("maps")).containsExactly("0002.png");
    file("maps/index.csv", "name,age\n");
    assertThat(foreign("maps")).containsExactlyInAnyOrder("0002.png", "index.csv");

    picture("generated/sheet.png");
    picture("generated/0000.png");
    assertOurs("generated");

    picture("parts/train/good/0000.png");
    picture("parts/ground_truth/blob/0000_mask.png");
    assertOurs("parts");
  }

  @Test
  void anEmptyFolderIsNobodys() throws IOException {
    Files.createDirectory(folder.resolve("empty"));
    assertThat(foreign("empty")).isEmpty();
  }

  @Test
  void singleFiles() throws IOException {
    check(Written.PAGE, file("page.html", PAGE));
    check(Written.EVALUATION, file("e.json", "{\"auroc\": 1, \"averagePrecision\": 1}"));
    Path mine = file("mine.html", "<!DOCTYPE html><title>My page</title>");
    Path json = file("mine.json", "{\"auroc\": 1}");
    Path text = file("mine.txt", "Narrows");
    for (Path file : List.of(mine, json, text, folder)) {
      assertRefused(Written.PAGE, file);
      assertRefused(Written.EVALUATION, file);
    }
    assertRefused(Written.DIRECTORY, text);
  }

  private static void check(Written kind, Path path) throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration()).getRawFileSystem();
    kind.check(path.toString(), files, new org.apache.hadoop.fs.Path(path.toUri()));
  }

  private static void assertRefused(Written kind, Path path) {
    assertThatThrownBy(() -> check(kind, path))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("the output %s cannot be overwritten: it ", path)
        .hasMessageEndingWith("; choose another, or remove it yourself");
  }
}
