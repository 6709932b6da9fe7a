package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.images.ImageRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Files packed once, whatever happens on the way, are what the folder is. */
final class PackIT extends PackFixture {
  private static final double SAME_SCORE = 1e-5;

  @Test
  void imagesThatKeepTheirSizeAreTheFolder() throws IOException {
    assertDone(pack(LARGE_CHUNK, "--labels", "folder"));
    Dataset<Row> loose =
        spark.read().format("imagefolder").option("labels", "folder").load(photos.toString());
    assertThat(packed().columns()).containsExactly(loose.columns());
    assertThat(packed().schema().apply("image").dataType().catalogString())
        .isEqualTo(ImageRows.schema().catalogString());
    assertThat(contents(packed())).isEqualTo(contents(loose)).hasSize(IMAGES);
    assertThat(parquet(out)).hasSize(1);
  }

  @Test
  void filesHaveTheSizeAskedForAndNeighboursStayTogether() throws IOException {
    Ran ran = pack(SMALL_CHUNK, "--height=8", "--width=8", "--file-size", "1k", "--channels=1");
    assertDone(ran);
    assertThat(ran.err())
        .contains("Found 60 images: 16 for a file, 32 for a chunk")
        .contains("Packed 32 of 60 images, ")
        .contains("Packed 60 of 60 images, ");
    assertThat(packed().columns()).containsExactly("id", "image");
    List<List<String>> ids = new ArrayList<>();
    for (Path file : parquet(out)) {
      List<Row> rows = spark.read().parquet(file.toString()).select("id").collectAsList();
      ids.add(rows.stream().map(row -> row.getString(0)).toList());
    }
    assertThat(ids).extracting(List::size).containsExactlyInAnyOrder(16, 16, 16, 12);
    assertThat(
            ids.stream()
                .sorted((a, b) -> a.get(0).compareTo(b.get(0)))
                .flatMap(List::stream)
                .toList())
        .hasSize(IMAGES)
        .isSorted();
    assertThat(packed().where("image.height = 8 AND image.width = 8").count()).isEqualTo(IMAGES);
  }

  @Test
  void headersTellHowManyImagesKeepingTheirSizeMakeAFile() {
    // 20 of 60 images have 12x10x3 bytes, the others 8x8: 162 on average.
    Ran ran = pack(SMALL_CHUNK, "--file-size", "1k");
    assertDone(ran);
    assertThat(ran.err()).contains("6 for a file, 12 for a chunk");
  }

  /** As agencies write them: the frame header stands behind 600 kB of segments. */
  @Test
  void picturesBehindLargeProfiles() throws IOException {
    Path profiles = Files.createDirectories(folder.resolve("profiles"));
    for (String name : List.of("jpeg/cmyk.jpg", "jpeg/420.jpg", "jpeg/grey.jpg")) {
      byte[] file = Files.readAllBytes(Path.of("src/test/resources/decoders", name));
      ByteBuffer out = ByteBuffer.allocate(file.length + 10 * 60_004);
      out.put(file, 0, 2);
      for (int i = 0; i < 10; i++) {
        out.putShort((short) 0xffe2).putShort((short) 60_002).position(out.position() + 60_000);
      }
      out.put(file, 2, file.length - 2);
      Files.write(profiles.resolve(Path.of(name).getFileName()), out.array());
    }
    Ran ran =
        Ran.of(
            () ->
                new Pack()
                    .execute(
                        words(
                            List.of("--input", profiles, "--labels", "folder", "--output", out))));

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    Dataset<Row> loose =
        spark.read().format("imagefolder").option("labels", "folder").load(profiles.toString());
    assertThat(contents(packed())).isEqualTo(contents(loose)).hasSize(3);
  }

  @Test
  void modelsSeeNoDifference() {
    assertDone(pack(LARGE_CHUNK, SIZE));
    Object[] network = {"--hidden", 16, "--latent", 2, "--epochs", 2, "--workers", 2};
    Path loose = folder.resolve("loose");
    Path tight = folder.resolve("tight");
    train(photos, loose, concat(SIZE, network));
    train(out, tight, network);
    List<Row> expected = scores(loose, photos);
    List<Row> scores = scores(tight, out);
    assertThat(scores).hasSize(IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      assertThat(scores.get(i).getString(0)).isEqualTo(expected.get(i).getString(0));
      assertThat(scores.get(i).getDouble(1))
          .isCloseTo(expected.get(i).getDouble(1), within(SAME_SCORE));
    }
  }

  private static void train(Path images, Path model, Object... options) {
    List<Object> args = new ArrayList<>(List.of("--input", images, "--output", model));
    args.addAll(Arrays.asList(options));
    Ran ran = Ran.of(() -> Train.run(words(args)));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
  }

  private List<Row> scores(Path model, Path images) {
    Path scores = model.resolveSibling(model.getFileName() + "-scores");
    Ran ran =
        Ran.of(
            () ->
                Score.run(
                    words(List.of("--model-dir", model, "--input", images, "--output", scores))));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return spark
        .read()
        .parquet(scores.toString())
        .select("id", "anomalyScore")
        .orderBy("id")
        .collectAsList();
  }

  @Test
  void leavesOutWhatCannotBeReadIfAsked() throws IOException {
    Files.writeString(photos.resolve(name(2)), "no picture");
    Files.write(photos.resolve(name(33)), new byte[0]);

    Ran ran = packInChunks("--mode", "dropmalformed");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err())
        .contains("Left out 1 that cannot be read: " + name(2))
        .contains("Left out 1 that cannot be read: " + name(33))
        .endsWith(
            String.format(Locale.ROOT, "Packed 58 images (2 unreadable left out): %s\n", out));
    assertThat(contents(packed())).hasSize(IMAGES - 2).doesNotContainKeys(name(2), name(33));
    for (String option : List.of("--mode=PERMISSIVE", "--mode=permissive")) {
      assertRefused(
          packInChunks(option),
          "--mode must be FAILFAST or DROPMALFORMED: a pack holds images, so there is no PERMISSIVE");
    }
  }

  @Test
  void nothingPackedLeavesNothing() throws IOException {
    Files.writeString(photos.resolve(name(2)), "no picture");
    assertRefused(
        packInChunks(),
        String.format(
            Locale.ROOT,
            "file:%s is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image",
            photos.resolve(name(2))));
    assertThat(packing()).doesNotExist();
    assertThat(out).doesNotExist();
  }

  @Test
  void replacesAnOutputOnlyWhenAsked() throws IOException {
    Files.createDirectory(out);
    Files.writeString(out.resolve("mine"), "keep");
    assertRefused(
        packInChunks(),
        String.format(
            Locale.ROOT, "the output %s exists already: choose another or pass --overwrite", out));
    assertThat(out.resolve("mine")).exists();
    assertRefused(
        packInChunks("--overwrite"),
        String.format(
            Locale.ROOT,
            "the output %s cannot be overwritten: it holds files that no job has written (mine); choose another, or remove it yourself",
            out));
    assertThat(out.resolve("mine")).hasContent("keep");
    Files.delete(out.resolve("mine"));
    assertDone(packInChunks("--overwrite"));
    List<Path> earlier = parquet(out);
    assertDone(packInChunks("--overwrite"));
    assertThat(earlier).noneMatch(Files::exists);
  }

  @Test
  void leavesADirectoryAloneThatIsNoPack() throws IOException {
    Files.createDirectory(packing());
    Files.writeString(packing().resolve("mine"), "keep");
    for (String option : List.of("--verbose=false", "--overwrite")) {
      assertRefused(
          pack(LARGE_CHUNK, option),
          String.format(
              Locale.ROOT,
              "file:%s is in the way: it is no unfinished pack, so remove or rename it",
              packing()));
    }
    assertThat(packing().resolve("mine")).hasContent("keep");
  }

  @Test
  void wrongOptions() {
    String[][] wrong = {
      {"--labels=file", "--labels must be folder or none, but is 'file'"},
      {"--compression=lzo", "--compression must be one of none, snappy, zstd, but is 'lzo'"},
      {"--file-size=12x", "--file-size must be a number of bytes such as 128m, but is '12x'"},
      {"--file-size=0m", "--file-size must be a number of bytes such as 128m, but is '0m'"},
      {"--input-option=Labels=folder", "--input-option labels: give --labels instead"},
      {"--channels=2", "--channels must be one of 0, 1, 3, but is 2"},
      {
        "--height=8",
        "--height and --width must be given together, but --height is 8 and --width is 0"
      },
      {
        "--input-option=maxPixels=none",
        "option maxPixels must be a whole number of at least 1, but is none"
      },
    };
    for (String[] option : wrong) {
      assertRefused(pack(LARGE_CHUNK, option[0]), option[1]);
    }
    assertThat(packing()).doesNotExist();
    assertRefused(
        Ran.of(() -> Pack.run("--input", photos + "/none", "--output", out.toString())),
        photos + "/none does not exist");
  }
}
