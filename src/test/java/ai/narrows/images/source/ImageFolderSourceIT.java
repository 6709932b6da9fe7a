package ai.narrows.images.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.decode.ImageFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderSourceIT extends SparkFixture {

  private static final ImageShape COLOUR = new ImageShape(5, 4, 3);
  private static final ImageShape GREY = new ImageShape(5, 4, 1);

  @TempDir Path dir;

  @Test
  void readsImagesOfAllFormats() throws IOException {
    write("a.png", COLOUR, "png");
    write("b.BMP", COLOUR, "bmp");
    write("c.png", GREY, "png");
    write("d.jpg", GREY, "jpeg");
    write("e.jpeg", COLOUR, "jpeg");
    write("f.gif", COLOUR, "gif");
    write("g.TIF", COLOUR, "tiff");
    write("readme.txt", COLOUR, "png");

    Dataset<Row> read = read("");

    assertThat(read.columns()).containsExactly("id", "image");
    assertThat(read.schema().apply("image").dataType()).isEqualTo(ImageRows.schema());
    List<Row> rows = read.orderBy("id").collectAsList();
    assertThat(rows.stream().map(row -> row.getString(0)))
        .containsExactly("a.png", "b.BMP", "c.png", "d.jpg", "e.jpeg", "f.gif", "g.TIF");
    assertThat(rows.stream().map(row -> row.getStruct(1).getInt(3)))
        .containsExactly(3, 3, 1, 1, 3, 3, 3);
    assertThat(rows.stream().map(row -> row.getStruct(1).getInt(4)))
        .containsExactly(16, 16, 0, 0, 16, 16, 16);
    for (int lossless : new int[] {0, 1, 2, 6}) {
      Row image = rows.get(lossless).getStruct(1);
      int channels = image.getInt(3);
      assertThat(image.getString(0)).isEqualTo("file:" + dir + "/" + rows.get(lossless).get(0));
      assertThat((byte[]) image.get(5)).isEqualTo(IdxFixture.random(20 * channels));
    }
  }

  @Test
  void labelsAreTheFoldersOnRequest() throws IOException {
    write("test/good/1.png", GREY, "png");
    write("test/broken/1.png", GREY, "png");
    write("train/good/2.png", GREY, "png");
    write("top.png", GREY, "png");

    Dataset<Row> read =
        spark.read().format("imagefolder").option("labels", "folder").load(dir.toString());

    assertThat(read.columns()).containsExactly("id", "label", "labelName", "image");
    String top = dir.getFileName().toString();
    List<String> names = List.of("broken", "good", top).stream().sorted().toList();
    assertThat(rows(read.select("id", "label", "labelName")))
        .containsExactly(
            String.format(Locale.ROOT, "[test/broken/1.png,%d,broken]", names.indexOf("broken")),
            String.format(Locale.ROOT, "[test/good/1.png,%d,good]", names.indexOf("good")),
            String.format(Locale.ROOT, "[top.png,%d,%s]", names.indexOf(top), top),
            String.format(Locale.ROOT, "[train/good/2.png,%d,good]", names.indexOf("good")));
  }

  @Test
  void pathsMayBeManyPatternsAndFiles() throws IOException {
    write("x/cable/good/1.png", GREY, "png");
    write("x/hazel nut/good/a+b #1%.png", GREY, "png");
    write("y/1.png", GREY, "png");
    write("y/_hidden.png", GREY, "png");
    write("y/.hidden/1.png", GREY, "png");
    String x = dir.resolve("x").toString();
    String y = dir.resolve("y").toString();

    assertThat(rows(read("x/*/good").select("id")))
        .containsExactly("[cable/good/1.png]", "[hazel nut/good/a+b #1%.png]");
    assertThat(rows(spark.read().format("imagefolder").load(x, y).select("id")))
        .containsExactly("[x/cable/good/1.png]", "[x/hazel nut/good/a+b #1%.png]", "[y/1.png]");
    assertThat(rows(read("y/1.png").select("id"))).containsExactly("[1.png]");
    assertThat(rows(read("y/*").select("id"))).containsExactly("[1.png]");
    assertThat(rows(read("y/_*").select("id"))).containsExactly("[_hidden.png]");
    // Whatever the name, the file is found again and read.
    assertThat(rows(read("x").selectExpr("length(image.data)"))).containsExactly("[20]", "[20]");
    assertThat(rows(read("x/hazel nut").select("image.origin")).get(0))
        .endsWith("/x/hazel%20nut/good/a+b%20%231%25.png]");
  }

  @Test
  void overlappingPathsGiveAFileOnce() throws IOException {
    write("x/1.png", GREY, "png");
    String x = dir.resolve("x").toString();

    assertThat(spark.read().format("imagefolder").load(x, dir.toString()).count()).isEqualTo(1);
  }

  @Test
  void filesAreDealtOutToTasks() throws IOException {
    for (int i = 0; i < 40; i++) {
      write(String.format(Locale.ROOT, "%02d.png", i), GREY, "png");
    }
    spark.conf().set("spark.sql.files.maxPartitionBytes", "200000");
    try {
      Dataset<Row> read = read("");

      // Each file counts its length and 64 KiB for opening it.
      assertThat(read.rdd().getNumPartitions()).isEqualTo(14);
      assertThat(rows(read.select("id"))).hasSize(40).doesNotHaveDuplicates();
    } finally {
      spark.conf().unset("spark.sql.files.maxPartitionBytes");
    }
  }

  @Test
  void undecodableFilesAreNamed() throws IOException {
    write("good.png", GREY, "png");
    Path bad = Files.writeString(dir.resolve("bad.png"), "no picture");
    Dataset<Row> read = read("");

    // Without the image nothing is decoded.
    assertThat(read.count()).isEqualTo(2);
    assertThat(rows(read.select("id"))).containsExactly("[bad.png]", "[good.png]");
    assertRefused(
        () -> read.select("image.height").collectAsList(),
        "file:" + bad + " is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image");
  }

  /** A folder of one good picture and some that are none, by the reason. */
  private Map<String, String> damaged() throws IOException {
    write("b-good.png", GREY, "png");
    Map<String, byte[]> samples = ImageFiles.samples();
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a-text.png", "no picture".getBytes(StandardCharsets.UTF_8));
    files.put("c-empty.jpg", new byte[0]);
    files.put("d-cut.png", Arrays.copyOf(samples.get("png"), 300));
    files.put("e-cut.jpg", Arrays.copyOf(samples.get("jpeg"), 700));
    files.put("f-huge.png", ImageFiles.png(65535, 65535, 8, 0, new byte[] {0}));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(dir.resolve(file.getKey()), file.getValue());
    }
    String none = "is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image";
    Map<String, String> reasons = new LinkedHashMap<>();
    reasons.put("a-text.png", none);
    reasons.put("c-empty.jpg", none);
    reasons.put("d-cut.png", "cannot be decoded: ");
    reasons.put("e-cut.jpg", "cannot be decoded: ");
    reasons.put(
        "f-huge.png", "is 65535x65535, which is 4294836225 pixels, but maxPixels is 100000000");
    return reasons;
  }

  private Dataset<Row> readIn(String mode) {
    return spark.read().format("imagefolder").option("mode", mode).load(dir.toString());
  }

  @Test
  void permissiveKeepsRowsAndSaysWhy() throws IOException {
    Map<String, String> reasons = damaged();
    Dataset<Row> read = readIn("permissive");

    assertThat(read.columns()).containsExactly("id", "image", "corruptReason");
    assertThat(read.count()).isEqualTo(6);
    for (Dataset<Row> order :
        List.of(read, read.select("id", "corruptReason"), read.select("corruptReason", "id"))) {
      for (Row row : order.collectAsList()) {
        String id = row.getAs("id");
        String reason = row.getAs("corruptReason");
        if (id.equals("b-good.png")) {
          assertThat(reason).isNull();
        } else {
          assertThat(reason).startsWith("file:" + dir.resolve(id) + " " + reasons.get(id));
        }
      }
    }
    assertThat(rows(read.where("image IS NULL").select("id")))
        .hasSize(5)
        .isEqualTo(rows(read.where("corruptReason IS NOT NULL").select("id")));
  }

  @Test
  void dropMalformedLeavesRowsOutOfEveryQuery() throws IOException {
    damaged();
    Dataset<Row> read = readIn("DropMalformed");

    assertThat(read.columns()).containsExactly("id", "image");
    assertThat(rows(read.select("id"))).containsExactly("[b-good.png]");
    assertThat(rows(read.select("image.nChannels"))).containsExactly("[1]");
    assertThat(read.count()).isEqualTo(1);
  }

  @Test
  void failFastIsTheDefault() throws IOException {
    damaged();
    String message =
        "file:" + dir + "/a-text.png is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image";
    assertRefused(() -> read("").collectAsList(), message);
    assertRefused(() -> readIn("failfast").collectAsList(), message);
    assertRefused(
        () -> readIn("lenient"),
        "option mode must be FAILFAST, DROPMALFORMED or PERMISSIVE, but is lenient");
  }

  @Test
  void filesThatChangeAfterTheyWereListedAreDamaged() throws IOException {
    for (String name : List.of("gone.png", "grown.png", "same.png", "shrunk.png")) {
      write(name, GREY, "png");
    }
    long length = Files.size(dir.resolve("same.png"));
    Dataset<Row> failing = read("");
    Dataset<Row> dropping = readIn("DROPMALFORMED");
    Dataset<Row> keeping = readIn("PERMISSIVE");

    Files.delete(dir.resolve("gone.png"));
    Files.write(dir.resolve("grown.png"), new byte[1], StandardOpenOption.APPEND);
    Files.write(dir.resolve("shrunk.png"), new byte[9]);

    assertRefused(() -> failing.collectAsList(), "file:" + dir + "/gone.png does not exist");
    assertThat(rows(dropping.select("id"))).containsExactly("[same.png]");
    assertThat(rows(keeping.select("id", "corruptReason")))
        .containsExactly(
            String.format(Locale.ROOT, "[gone.png,file:%s/gone.png does not exist]", dir),
            String.format(
                Locale.ROOT,
                "[grown.png,file:%s/grown.png had %d bytes when it was listed, but has more]",
                dir,
                length),
            "[same.png,null]",
            String.format(
                Locale.ROOT,
                "[shrunk.png,file:%s/shrunk.png had %d bytes when it was listed, but has 9]",
                dir,
                length));
  }

  /** Local files on a disk that fails for a while. */
  public static final class FailingFileSystem extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("failing:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
      throw new IOException("the disk does not answer");
    }
  }

  /** Spark tries such tasks again; no image is lost to a disk's bad moment. */
  @Test
  void failuresOfTheFileSystemAreNoFaultOfTheFile() throws IOException {
    write("a.png", GREY, "png");
    for (ReadMode mode : ReadMode.values()) {
      Dataset<Row> read =
          spark
              .read()
              .format("imagefolder")
              .option("mode", mode.name())
              .option("fs.failing.impl", FailingFileSystem.class.getName())
              .load("failing://" + dir + "/a.png");
      assertThatThrownBy(() -> read.select("image").collectAsList())
          .as("%s", mode)
          .hasStackTraceContaining("the disk does not answer")
          .satisfies(e -> assertThat(InputException.in(e)).isEmpty());
    }
  }

  @Test
  void filesOfRecordsKnowNoMode() throws IOException {
    IdxFixture.write(dir.resolve("images-idx3-ubyte"), IdxFixture.images(2));
    IdxFixture.write(dir.resolve("test_batch.bin"), new byte[3073]);
    for (String format : List.of("idx", "cifar")) {
      assertThat(
              spark.read().format(format).option("mode", "failFast").load(dir.toString()).count())
          .isPositive();
      assertRefused(
          () -> spark.read().format(format).option("mode", "permissive").load(dir.toString()),
          "option mode must be FAILFAST for "
              + format
              + ", whose files are sound or refused as a whole, but is PERMISSIVE");
    }
  }

  @Test
  void largeImagesAreRefused() throws IOException {
    write("a.png", GREY, "png");

    assertRefused(
        () ->
            spark
                .read()
                .format("imagefolder")
                .option("maxPixels", 19)
                .load(dir.toString())
                .collectAsList(),
        "file:" + dir + "/a.png is 5x4, which is 20 pixels, but maxPixels is 19");
  }

  @Test
  void wrongPathsAndOptionsAreRefused() throws IOException {
    Files.createDirectories(dir.resolve("empty"));
    Files.writeString(dir.resolve("notes.txt"), "no picture");

    assertRefused(() -> read("nowhere"), dir + "/nowhere does not exist");
    assertRefused(() -> read("*.png"), "no file matches " + dir + "/*.png");
    for (String name : List.of("empty", "notes.txt", "*.txt")) {
      assertRefused(
          () -> read(name),
          "%s/%s has no image files (%s)%s"
              .formatted(
                  dir,
                  name,
                  ImageFile.EXTENSIONS,
                  name.equals("empty") ? "" : "; passed over: 1 .txt"));
    }
    assertRefused(
        () -> spark.read().format("imagefolder").option("labels", "dir").load(dir.toString()),
        "option labels must be folder or none, but is dir");
    for (String wrong : List.of("0", "-1", "many")) {
      assertRefused(
          () -> spark.read().format("imagefolder").option("maxPixels", wrong).load(dir.toString()),
          "option maxPixels must be a whole number of at least 1, but is " + wrong);
    }
  }

  @Test
  void optionsThatDoNotExistAreRefused() throws IOException {
    write("a.png", GREY, "png");
    IdxFixture.write(dir.resolve("images-idx3-ubyte"), IdxFixture.images(2));
    IdxFixture.write(dir.resolve("test_batch.bin"), new byte[3073]);
    String files =
        "pathGlobFilter, recursiveFileLookup, modifiedBefore, modifiedAfter, timeZone, ignoreMissingFiles,"
            + " ignoreCorruptFiles; keys of Hadoop's configuration have a dot in them";
    Map<String, String> own =
        Map.of(
            "imagefolder",
            "labels, mode, maxPixels, ",
            "idx",
            "mode, ",
            "cifar",
            "variant, mode, ");
    Map<String, String> meant =
        Map.of(
            "label",
            "labels",
            "pathGlobFilters",
            "pathGlobFilter",
            "modified_after",
            "modifiedAfter");
    for (String format : own.keySet()) {
      for (String wrong : meant.keySet()) {
        if (!wrong.equals("label") || format.equals("imagefolder")) {
          assertRefused(
              () -> spark.read().format(format).option(wrong, "folder").load(dir.toString()),
              "%s has no option %s: did you mean %s? It has %s%s"
                  .formatted(format, wrong, meant.get(wrong), own.get(format), files));
        }
      }
      assertThat(InputException.in(failure(format, "ignoreCorruptFiles"))).isPresent();
      assertThat(
              spark
                  .read()
                  .format(format)
                  .option("fs.any.key", "x")
                  .option("PATHGLOBFILTER", "*[agn-]*")
                  .option("ignoreMissingFiles", "true")
                  .load(dir.toString())
                  .count())
          .as(format)
          .isPositive();
    }
    assertRefused(
        () -> spark.read().format("idx").option("pathGlobFilter", "*.idx").load(dir.toString()),
        dir + " has no IDX files of images");
  }

  private Throwable failure(String format, String option) {
    return Assertions.catchThrowable(
        () -> spark.read().format(format).option(option, "true").load(dir.toString()));
  }

  @Test
  void filesThatHaveGoneMayBeIgnored() throws IOException {
    write("a.png", GREY, "png");
    write("b.png", GREY, "png");
    Files.createSymbolicLink(dir.resolve("c.png"), Path.of("nowhere.png"));
    Dataset<Row> ignoring =
        spark
            .read()
            .format("imagefolder")
            .option("ignoreMissingFiles", "true")
            .load(dir.toString());
    Files.delete(dir.resolve("b.png"));

    assertThat(rows(ignoring.select("id"))).containsExactly("[a.png]");
    assertThat(rows(readIn("PERMISSIVE").select("id"))).containsExactly("[a.png]", "[c.png]");
  }

  @Test
  void tellsWhatItPassedOver() throws IOException {
    write("a.png", GREY, "png");
    Files.writeString(dir.resolve("a.json"), "{}");
    Dataset<Row> read = read("");

    assertThat(PassedOver.of(read.where("id = 'a.png'").select("image")).kinds())
        .isEqualTo(Map.of(".json", 1L));
    assertThat(PassedOver.of(spark.range(3))).isEqualTo(PassedOver.NOTHING);
  }

  @Test
  void worksInSql() throws IOException {
    write("ok/1.png", GREY, "png");
    write("scratched/2.png", COLOUR, "png");
    spark.sql(
        String.format(
            Locale.ROOT,
            "CREATE TEMPORARY VIEW parts USING imagefolder OPTIONS (path '%s', labels 'folder')",
            dir));

    assertThat(rows(spark.sql("SELECT id, image.nChannels FROM parts WHERE labelName = 'ok'")))
        .containsExactly("[ok/1.png,1]");
    spark.catalog().dropTempView("parts");
  }

  private Dataset<Row> read(String name) {
    return spark.read().format("imagefolder").load(dir.resolve(name).toString());
  }

  private static List<String> rows(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  /** Writes random pixels, the same for every file of a shape. */
  private void write(String name, ImageShape shape, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] pixels = IdxFixture.random(shape.size());
    assertThat(ImageIO.write(ImageRows.toBufferedImage(shape, pixels, 0), format, out)).isTrue();
    IdxFixture.write(dir.resolve(name), out.toByteArray());
  }
}
