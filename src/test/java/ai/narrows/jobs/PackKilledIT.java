package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.DyingFileSystem;
import ai.narrows.DyingFileSystem.Moment;
import ai.narrows.SparkFixture;
import ai.narrows.TestJvm;
import ai.narrows.jobs.pack.PackState;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver process that is killed while it packs, without a chance to tidy up. */
@Tag("cluster")
final class PackKilledIT extends SparkFixture {
  private static final int IMAGES = 1500;
  private static final long SECONDS_TO_START = 120;

  @TempDir Path folder;

  /** The job with a file for each task slot in a chunk, so that there are many. */
  static final class InSmallChunks {
    public static void main(String[] args) {
      Pack pack = new Pack();
      pack.chunkBytes = 1;
      System.exit(pack.execute(args));
    }
  }

  @Test
  void theSameCommandFinishesWhatAKilledDriverBegan() throws Exception {
    Path photos = folder.resolve("photos");
    for (int i = 0; i < IMAGES; i++) {
      write(photos.resolve(String.format(Locale.ROOT, "%d/%05d.png", i % 3, i)), i);
    }
    Path out = folder.resolve("out");
    Path packing = folder.resolve("out.packing");
    String[] args = {
      "--input", photos.toString(), "--output", out.toString(), "--file-size", "800"
    };
    Process driver = TestJvm.start(folder.resolve("log"), List.of(), InSmallChunks.class, args);
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_START);
      while (markers(packing) < 3 && System.nanoTime() < end && driver.isAlive()) {
        Thread.sleep(5);
      }
    } finally {
      driver.destroyForcibly().waitFor(); // SIGKILL
    }
    long recorded = markers(packing);
    assertThat(recorded).as(Files.readString(folder.resolve("log"))).isBetween(3L, 15L);
    assertThat(out).doesNotExist();

    Pack pack = new Pack();
    Ran resumed = Ran.of(() -> pack.execute(args));

    assertThat(resumed.err()).contains("Going on with an unfinished pack: ");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(packing).doesNotExist();
    Dataset<Row> packed = spark.read().parquet(out.toString());
    Dataset<Row> loose = spark.read().format("imagefolder").load(photos.toString());
    assertThat(packed.count()).isEqualTo(IMAGES);
    assertThat(packed.exceptAll(loose).count()).isZero();
  }

  /** Nothing stands at the output's name then, and the new pack is not called tmp. */
  @Test
  void killedWhileItReplacesAnEarlierPack() throws Exception {
    Path photos = folder.resolve("photos");
    Path out = folder.resolve("out");
    write(photos.resolve("0.png"), 0);
    List<String> args = List.of("--input", photos.toString(), "--overwrite", "--output");
    assertThat(pack(args, out.toString()).exitCode()).isZero();
    write(photos.resolve("1.png"), 1);
    TestJvm.dies(
        folder.resolve("log"),
        DyingFileSystem.options(Moment.RENAME, " -> [^ ]*/out$", 1),
        Pack.class,
        Stream.concat(args.stream(), Stream.of("dying:" + out)).toArray(String[]::new));
    assertThat(out).doesNotExist();

    Ran again = pack(args, out.toString());

    assertThat(again.err())
        .contains("A job was killed while it replaced file:" + out)
        .contains("the earlier output is in place now")
        .contains("Packed 2 images");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(spark.read().parquet(out.toString()).count()).isEqualTo(2);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(photos, out, folder.resolve("log"));
    }
  }

  private static Ran pack(List<String> args, String out) {
    return Ran.of(
        () -> Pack.run(Stream.concat(args.stream(), Stream.of(out)).toArray(String[]::new)));
  }

  /** A grey image of 4x4 pixels that differs from its neighbours. */
  private static void write(Path file, int seed) throws IOException {
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 16; i++) {
      image.getRaster().setSample(i % 4, i / 4, 0, (seed * (i + 1)) & 0xff);
    }
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  private static long markers(Path packing) throws IOException {
    Path state = packing.resolve(PackState.FOLDER);
    if (!Files.isDirectory(state)) {
      return 0;
    }
    try (var files = Files.list(state)) {
      return files.filter(file -> file.toString().matches(".*/chunk-[0-9]+\\.json")).count();
    }
  }
}
