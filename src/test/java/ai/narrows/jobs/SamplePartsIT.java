package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.samples.PartDefect;
import ai.narrows.samples.PartKind;
import ai.narrows.samples.PartPainter;
import ai.narrows.samples.SamplePart;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Made-up parts in the folders of MVTec AD. */
final class SamplePartsIT extends SparkFixture {
  @TempDir Path folder;

  private static Ran draw(Object... options) {
    return Ran.of(
        () -> SampleParts.run(Arrays.stream(options).map(Object::toString).toArray(String[]::new)));
  }

  private static Ran done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return ran;
  }

  /** Number of files by the folder that they lie in. */
  private static Map<String, Long> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .collect(
              Collectors.groupingBy(
                  file -> root.relativize(file.getParent()).toString(), Collectors.counting()));
    }
  }

  private static byte[] samples(Path png) throws IOException {
    BufferedImage picture = ImageIO.read(png.toFile());
    return ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
  }

  @Test
  void imagefolderReadsThem() throws IOException {
    Path parts = folder.resolve("new/parts");
    Ran ran =
        done(
            draw(
                "--output",
                parts,
                "--size=32",
                "--train=3",
                "--test=9",
                "--channels=3",
                "--part=gear",
                "--seed=5",
                "--anomalous-fraction=0.8"));
    assertThat(ran.err())
        .endsWith(
            String.format(
                Locale.ROOT,
                "Drew 3 sound parts to train on, 2 sound and 7 defective ones to test with: %s\n",
                parts));
    assertThat(files(parts))
        .isEqualTo(
            Map.of(
                "train/good", 3L,
                "test/good", 2L,
                "test/scratch", 3L,
                "test/blob", 2L,
                "test/missing", 2L,
                "ground_truth/scratch", 3L,
                "ground_truth/blob", 2L,
                "ground_truth/missing", 2L));

    PartPainter painter = new PartPainter(PartKind.GEAR, 32, 3, 5);
    List<Row> train =
        spark
            .read()
            .format("imagefolder")
            .load(parts.resolve("train/good").toString())
            .select("id", "image.data")
            .collectAsList();
    assertThat(train).hasSize(3);
    assertThat(train.get(2).getString(0)).isEqualTo("0002.png");
    assertThat(train.get(2).<byte[]>getAs(1)).isEqualTo(painter.sound(0, 2).pixels());

    Map<String, Row> test =
        spark
            .read()
            .format("imagefolder")
            .option("labels", "folder")
            .load(parts.resolve("test").toString())
            .select("id", "labelName", "image.data")
            .collectAsList()
            .stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row));
    assertThat(test.values().stream().map(row -> row.getString(1)).distinct())
        .containsExactlyInAnyOrder("good", "scratch", "blob", "missing");
    assertThat(test.get("good/0001.png").<byte[]>getAs(2)).isEqualTo(painter.sound(1, 1).pixels());
    SamplePart blob = painter.defective(3, 1, PartDefect.BLOB);
    assertThat(test.get("blob/0001.png").<byte[]>getAs(2)).isEqualTo(blob.pixels());
    assertThat(samples(parts.resolve("ground_truth/blob/0001_mask.png"))).isEqualTo(blob.mask());
  }

  @Test
  void aPictureDoesNotDependOnHowManyThereAre() throws IOException {
    Path few = folder.resolve("few");
    Path many = folder.resolve("many");
    done(draw("--output", few, "--size=32", "--train=1", "--test=2", "--defects=missing"));
    done(draw("--output", many, "--size=32", "--train=2", "--test=8", "--anomalous-fraction=1"));
    assertThat(files(few))
        .isEqualTo(
            Map.of(
                "train/good", 1L,
                "test/good", 1L,
                "test/missing", 1L,
                "ground_truth/missing", 1L));
    assertThat(files(many)).doesNotContainKey("test/good").containsEntry("test/missing", 2L);
    for (String file :
        List.of(
            "train/good/0000.png", "test/missing/0000.png", "ground_truth/missing/0000_mask.png")) {
      assertThat(many.resolve(file)).hasSameBinaryContentAs(few.resolve(file));
    }
  }

  private void assertRefused(String sentence, Object... options) {
    Path out = folder.resolve("out");
    Ran ran = draw(Stream.concat(Stream.of("--output", out), Stream.of(options)).toArray());
    assertThat(ran.err()).startsWith("jobs/sample-parts: " + sentence).doesNotContain("\tat ");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(out).doesNotExist();
  }

  @Test
  void wrongOptions() throws IOException {
    assertRefused("--size must be from 32 to 1024, but is 16\n", "--size=16");
    assertRefused("--channels must be 1 or 3, but is 2\n", "--channels=2");
    assertRefused("--train must be from 1 to 100000, but is 0\n", "--train=0");
    assertRefused("--test must be from 0 to 100000, but is -1\n", "--test=-1");
    assertRefused(
        "--anomalous-fraction must be from 0 to 1, but is 1.5\n", "--anomalous-fraction=1.5");
    assertRefused(
        "--anomalous-fraction must be from 0 to 1, but is NaN\n", "--anomalous-fraction=NaN");
    assertRefused(
        "--defects must name each kind once, but is 'blob,blob'\n", "--defects=blob,blob");
    assertRefused("Invalid value for option '--defects'", "--defects=dent");
    assertRefused("Invalid value for option '--part'", "--part=cog");

    Path earlier = Files.createDirectory(folder.resolve("earlier"));
    Files.writeString(earlier.resolve("mine"), "keep");
    Object[] small = {"--output", earlier, "--size=32", "--train=1", "--test=0"};
    Ran refused = draw(small);
    assertThat(refused.err())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "jobs/sample-parts: the output %s exists already: choose another or pass --overwrite\n",
                earlier));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(earlier.resolve("mine")).exists();
    Object[] again = Stream.concat(Stream.of(small), Stream.of("--overwrite")).toArray();
    refused = draw(again);
    assertThat(refused.err())
        .contains("it holds files that no job has written (mine); choose another");
    assertThat(refused.exitCode()).isEqualTo(2);
    Files.delete(earlier.resolve("mine"));
    done(draw(again));
    done(draw(again));
    assertThat(files(earlier)).isEqualTo(Map.of("train/good", 1L));
    Files.copy(Path.of("docs/images/generated.png"), earlier.resolve("train/good/0001.png"));
    assertThat(draw(again).err()).contains("(train/good/0001.png)");
  }
}
