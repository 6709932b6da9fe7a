package io.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.narrows.SparkFixture;
import io.narrows.TestJvm;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver process that is killed while it packs, without a chance to tidy up. */
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
