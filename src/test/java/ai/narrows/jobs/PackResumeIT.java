package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.images.Preprocessing;
import ai.narrows.images.source.ImageListing;
import ai.narrows.jobs.pack.PackSettings;
import ai.narrows.jobs.pack.PackState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.Test;

/** An unfinished pack, and what the same command or another makes of it. */
final class PackResumeIT extends PackFixture {
  @Test
  void goesOnWithoutThePictureThatStoppedIt() throws IOException {
    interrupted();
    Files.delete(photos.resolve(name(33)));
    // As a killed run leaves them: files of a chunk that is not recorded, and those of its tasks.
    Files.copy(
        parquet(packing()).get(0),
        packing().resolve("part-00000-5f1c6a52-0b7e-4d0b-9c55-3a6f0f7f5b11-c000.zstd.parquet"));
    Files.createDirectories(packing().resolve("_temporary/0"));
    Files.writeString(packing().resolve("_pack/chunk-000003.json.new"), "{");

    Ran resumed = packInChunks();

    assertDone(resumed);
    assertThat(resumed.err())
        .contains("Going on with an unfinished pack: 30 of 59 images are packed")
        .doesNotContain("Packed 30 of");
    assertThat(contents(packed())).isEqualTo(uninterrupted()).hasSize(IMAGES - 1);
  }

  @Test
  void goesOnWithOtherFileSizesAndNewImagesBehind() throws IOException {
    interrupted();
    write(name(33), 1);
    write("good/100.png", 2);

    Ran resumed = pack(LARGE_CHUNK, concat(SIZE, new Object[] {"--labels=folder"}));

    assertDone(resumed);
    assertThat(contents(packed())).isEqualTo(uninterrupted()).hasSize(IMAGES + 1);
    assertThat(parquet(out)).hasSize(7);
  }

  @Test
  void refusesToGoOnWithOtherFiles() throws IOException {
    interrupted();
    Path picture = photos.resolve(name(3));
    byte[] content = Files.readAllBytes(picture);
    FileTime time = Files.getLastModifiedTime(picture);

    Files.delete(picture);
    assertUnfit(name(3) + " is packed and has gone");
    Files.write(picture, content);
    Files.setLastModifiedTime(picture, FileTime.fromMillis(time.toMillis() + 3_600_000));
    assertUnfit(name(3) + " has changed since it was packed");
    Files.setLastModifiedTime(picture, FileTime.fromMillis(time.toMillis() - 3_600_000));
    assertUnfit(
        String.format(
            Locale.ROOT,
            "an image from %s to %s has changed since it was packed",
            name(0),
            name(9)));
    Files.setLastModifiedTime(picture, time);
    write("bad/0035.png", 1);
    assertUnfit("bad/0035.png is new among images that are packed");
    Files.delete(photos.resolve("bad/0035.png"));
    Path data = parquet(packing()).get(2);
    Files.move(data, folder.resolve("moved"));
    assertUnfit(
        String.format(
            Locale.ROOT, "its file %s is missing or has another length", data.getFileName()));
    Files.move(folder.resolve("moved"), data);

    // All as it was: nothing has come to harm.
    Files.delete(photos.resolve(name(33)));
    assertDone(packInChunks());
    assertThat(contents(packed())).isEqualTo(uninterrupted());
  }

  private void assertUnfit(String difference) {
    assertRefused(
        packInChunks(),
        String.format(
            Locale.ROOT,
            "file:%s holds an unfinished pack that does not fit: %s; put it right, or pass --overwrite to start over",
            packing(),
            difference));
    assertThat(out).doesNotExist();
  }

  @Test
  void refusesToGoOnWithOtherOptions() throws IOException {
    interrupted();
    String unfit =
        "file:%s holds an unfinished pack that does not fit: %s; put it right, or pass --overwrite to start over";
    assertRefused(
        pack(
            SMALL_CHUNK,
            "--height=9",
            "--width=8",
            "--channels=1",
            "--labels=folder",
            "--input-option=maxPixels=1000"),
        String.format(
            Locale.ROOT,
            unfit,
            packing(),
            "--height was '8' and is '9', --input-option maxPixels was not given and is '1000'"));
    assertRefused(
        pack(SMALL_CHUNK, concat(SIZE, new Object[] {"--labels=none"})),
        String.format(Locale.ROOT, unfit, packing(), "--labels was 'folder' and is 'none'"));
    write("ugly/1.png", 1);
    assertRefused(
        packInChunks(),
        String.format(
            Locale.ROOT, unfit, packing(), "the labels number other folders: ugly is new"));
    Files.delete(photos.resolve("ugly/1.png"));
    Files.delete(photos.resolve(name(33)));

    // --overwrite starts over where the unfinished pack does not fit, and goes on where it does.
    Ran fits = packInChunks("--overwrite");
    assertDone(fits);
    assertThat(fits.err()).contains("30 of 59 images are packed");
  }

  @Test
  void overwriteStartsOverWhereTheUnfinishedPackDoesNotFit() throws IOException {
    interrupted();
    Files.delete(photos.resolve(name(33)));
    Ran ran = pack(LARGE_CHUNK, "--overwrite", "--height=4", "--width=4");
    assertDone(ran);
    assertThat(ran.err()).doesNotContain("Going on");
    assertThat(packed().where("image.height = 4").count()).isEqualTo(IMAGES - 1);
    assertThat(packed().count()).isEqualTo(IMAGES - 1);
  }

  @Test
  void goesOnWithoutThoseLeftOutBefore() throws IOException {
    Files.writeString(photos.resolve(name(2)), "no picture");
    assertThat(packInChunks("--mode=DROPMALFORMED").exitCode()).isZero();
    Map<String, String> expected = contents(packed());
    Files.move(out, folder.resolve("expected"));
    firstChunkDropping();
    String unfit =
        "file:%s holds an unfinished pack that does not fit: %s; put it right, or pass --overwrite to start over";
    assertRefused(
        packInChunks(),
        String.format(
            Locale.ROOT, unfit, packing(), "--mode was 'DROPMALFORMED' and is 'FAILFAST'"));
    byte[] damaged = Files.readAllBytes(photos.resolve(name(2)));
    FileTime time = Files.getLastModifiedTime(photos.resolve(name(2)));
    write(name(2), 2);
    assertRefused(
        packInChunks("--mode=DROPMALFORMED"),
        String.format(Locale.ROOT, unfit, packing(), name(2) + " has changed since it was packed"));
    Files.write(photos.resolve(name(2)), damaged);
    Files.setLastModifiedTime(photos.resolve(name(2)), time);

    Ran resumed = packInChunks("--mode=DROPMALFORMED");

    assertThat(resumed.err())
        .contains("Going on with an unfinished pack: 10 of 60 images are packed")
        .endsWith(
            String.format(Locale.ROOT, "Packed 59 images (1 unreadable left out): %s\n", out));
    assertThat(contents(packed())).isEqualTo(expected);
  }

  /** What a pack that was killed leaves behind its first chunk. */
  private void firstChunkDropping() throws IOException {
    PackSettings settings =
        new PackSettings(
            Map.of(
                "--input",
                "file:" + photos,
                "--mode",
                "DROPMALFORMED",
                "--labels",
                "folder",
                "--height",
                "8",
                "--width",
                "8",
                "--channels",
                "1"),
            List.of("bad", "good"));
    ImageListing listing =
        ImageListing.of(
            List.of(photos.toString()), Map.of("labels", "folder", "mode", "DROPMALFORMED"));
    org.apache.hadoop.fs.Path directory = new org.apache.hadoop.fs.Path(packing().toUri());
    FileSystem files = directory.getFileSystem(spark.sessionState().newHadoopConf());
    long listed = System.currentTimeMillis();
    PackState state = PackState.open(spark, files, directory, settings, listing, false);
    listing
        .rows(spark, 0, 10, 5, new Preprocessing(8, 8, 1))
        .write()
        .mode(SaveMode.Append)
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .parquet(directory.toString());
    assertThat(state.add(listing, 0, 10, listed)).containsExactly(name(2));
    assertThat(state.dropped()).isEqualTo(1);
  }
}
