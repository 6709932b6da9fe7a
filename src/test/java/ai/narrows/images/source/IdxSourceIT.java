package ai.narrows.images.source;

import static ai.narrows.images.source.IdxFixture.gzip;
import static ai.narrows.images.source.IdxFixture.idx;
import static ai.narrows.images.source.IdxFixture.images;
import static ai.narrows.images.source.IdxFixture.labels;
import static ai.narrows.images.source.IdxFixture.random;
import static ai.narrows.images.source.IdxFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.PixelColumn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSourceIT extends SparkFixture {

  @TempDir Path dir;

  @Test
  void readsImagesWithTheirLabels() throws IOException {
    byte[] file = images(250);
    String path = write(dir.resolve("t10k-images-idx3-ubyte"), file);
    write(dir.resolve("t10k-labels-idx1-ubyte.gz"), gzip(labels(250)));

    Dataset<Row> read = spark.read().format("idx").load(path);

    assertThat(read.columns()).containsExactly("id", "index", "label", "image");
    assertThat(read.schema().apply("image").dataType()).isEqualTo(ImageRows.schema());
    List<Row> rows = read.orderBy("index").collectAsList();
    assertThat(rows).hasSize(250);
    for (int i = 0; i < 250; i++) {
      Row row = rows.get(i);
      assertThat(row.getString(0)).isEqualTo("t10k-images-idx3-ubyte#" + i);
      assertThat(row.getLong(1)).isEqualTo(i);
      assertThat(row.getInt(2)).isEqualTo(i % 200);
      Row image = row.getStruct(3);
      assertThat(image.getString(0)).startsWith("file:/").endsWith("/t10k-images-idx3-ubyte");
      assertThat(image.toSeq().slice(1, 5).mkString(",")).isEqualTo("4,3,1,0");
      assertThat((byte[]) image.get(5))
          .isEqualTo(Arrays.copyOfRange(file, 16 + 12 * i, 28 + 12 * i));
    }
  }

  @Test
  void gzipGivesTheSameRowsAsPlain() throws IOException {
    write(dir.resolve("plain/a-images-idx3-ubyte"), images(100));
    write(dir.resolve("plain/a-labels-idx1-ubyte"), labels(100));
    write(dir.resolve("packed/a-images-idx3-ubyte.gz"), gzip(images(100)));
    write(dir.resolve("packed/a-labels-idx1-ubyte.gz"), gzip(labels(100)));
    String columns = "hash(id, index, label, image.height, image.data)";

    assertThat(read("packed").selectExpr(columns + " AS h").orderBy("h").collectAsList())
        .isEqualTo(read("plain").selectExpr(columns + " AS h").orderBy("h").collectAsList());
  }

  @Test
  void splitsGiveEveryRowOnce() throws IOException {
    byte[] file = images(1000);
    String path = write(dir.resolve("images-idx3"), file);
    write(dir.resolve("labels-idx1"), labels(1000));
    spark.conf().set("spark.sql.files.maxPartitionBytes", "100");
    try {
      Dataset<Row> read = spark.read().format("idx").load(path);

      assertThat(read.rdd().getNumPartitions()).isEqualTo(125);
      List<Row> rows = read.collectAsList();
      assertThat(rows).hasSize(1000);
      for (int i = 0; i < 1000; i++) {
        assertThat(rows.get(i).getLong(1)).isEqualTo(i);
        assertThat(rows.get(i).getInt(2)).isEqualTo(i % 200);
        assertThat((byte[]) rows.get(i).getStruct(3).get(5))
            .isEqualTo(Arrays.copyOfRange(file, 16 + 12 * i, 28 + 12 * i));
      }
    } finally {
      spark.conf().unset("spark.sql.files.maxPartitionBytes");
    }
  }

  @Test
  void colourBecomesBlueGreenRed() throws IOException {
    String path = write(dir.resolve("rgb"), idx(new byte[] {1, 2, 3, 4, 5, 6}, 1, 2, 1, 3));

    Row image = spark.read().format("idx").load(path).select("image").first().getStruct(0);

    assertThat(image.toSeq().slice(1, 5).mkString(",")).isEqualTo("2,1,3,16");
    assertThat((byte[]) image.get(5)).containsExactly(3, 2, 1, 6, 5, 4);
  }

  @Test
  void columnsNotAskedForAreNotRead() throws IOException {
    Path file = dir.resolve("a-images-idx3.gz");
    write(file, gzip(images(50)));
    write(dir.resolve("a-labels-idx1"), labels(50));
    Dataset<Row> read = read("");
    // With the pixels gone, only reads that leave them alone succeed.
    Files.delete(file);

    assertThat(read.count()).isEqualTo(50);
    assertThat(read.select("id", "label").where("index = 7").collectAsList().toString())
        .isEqualTo("[[a-images-idx3#7,7]]");
    assertThat(read.select("label").queryExecution().executedPlan().toString())
        .contains("idx label")
        .doesNotContain("image");
    String path = "file:" + file;
    assertRefused(() -> read.select("image").collectAsList(), path + " does not exist");
  }

  @Test
  void pathsMayBeManyPatternsAndDirectories() throws IOException {
    String a = write(dir.resolve("x/a.idx3"), images(3));
    String b = write(dir.resolve("y/a.idx3.gz"), gzip(images(2)));
    write(dir.resolve("y/README"), random(10));
    write(dir.resolve("y/unnamed"), images(4));
    write(dir.resolve("y/labels.idx1"), labels(7));
    write(dir.resolve("y/_hidden.idx3"), random(10));

    assertThat(ids(spark.read().format("idx").load(a, b)))
        .containsExactly("x/a.idx3#0", "x/a.idx3#1", "x/a.idx3#2", "y/a.idx3#0", "y/a.idx3#1");
    assertThat(ids(spark.read().format("idx").load(dir + "/*/a*"))).hasSize(5);
    assertThat(ids(read("y")))
        .containsExactly(
            "a.idx3#0", "a.idx3#1", "unnamed#0", "unnamed#1", "unnamed#2", "unnamed#3");
    assertThat(ids(spark.read().format("idx").load(dir + "/?"))).hasSize(9);
    assertThat(ids(spark.read().format("idx").load(a, a))).hasSize(3);
  }

  @Test
  void worksInSql() throws IOException {
    String path = write(dir.resolve("images-idx3"), images(20));
    write(dir.resolve("labels-idx1"), labels(20));
    spark.sql("CREATE TEMPORARY VIEW digits USING idx OPTIONS (path '" + path + "')");

    assertThat(
            spark
                .sql(
                    "SELECT sum(label), max(image.width), max(length(image.data)) FROM digits"
                        + " WHERE index >= 18")
                .first())
        .hasToString("[37,3,12]");
    spark.catalog().dropTempView("digits");
  }

  @Test
  void pixelsReachThePixelColumn() throws IOException {
    byte[] file = images(1);
    Dataset<Row> read = spark.read().format("idx").load(write(dir.resolve("i"), file));
    PixelColumn column =
        PixelColumn.of(read.schema(), "image", Preprocessing.NONE, InputEncoding.ENCODED);
    byte[] pixels = new byte[12];
    column.readBytes(read.first(), new ImageShape(4, 3, 1), pixels, 0);

    assertThat(pixels).isEqualTo(Arrays.copyOfRange(file, 16, 28));
  }

  @Test
  void severalGzipMembersAreOneFile() throws IOException {
    byte[] file = images(10);
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write(gzip(Arrays.copyOf(file, 50)));
    members.write(gzip(Arrays.copyOfRange(file, 50, file.length)));

    assertThat(
            spark
                .read()
                .format("idx")
                .load(write(dir.resolve("m.gz"), members.toByteArray()))
                .count())
        .isEqualTo(10);
  }

  @Test
  void missingPathsAreRefused() throws IOException {
    Files.createDirectories(dir.resolve("empty"));

    assertRefused(() -> read("nowhere"), dir + "/nowhere does not exist");
    assertRefused(() -> read("*.idx"), "no file matches " + dir + "/*.idx");
    assertRefused(() -> read("empty"), dir + "/empty has no IDX files of images");
    assertRefused(() -> spark.read().format("idx").load(), "no path is given to read from");
    assertRefused(
        () -> spark.read().format("idx").load("nofs://x/y"),
        "cannot read nofs://x/y: No FileSystem for scheme \"nofs\"");
  }

  @Test
  void wrongFilesAreRefused() throws IOException {
    assertFileRefused(
        "hello, world".getBytes(StandardCharsets.US_ASCII),
        " is no IDX file: it begins with 68656c6c, but images of unsigned bytes begin with 00000803"
            + " or 00000804");
    assertFileRefused(new byte[] {0, 0, 8}, " is no IDX file: it ends within its header");
    assertFileRefused(
        labels(3),
        " holds labels, not images; name the file of images, its labels are found beside it");
    assertFileRefused(idx(new byte[0], -1, 4, 3), ": the header promises -1 images");
    assertFileRefused(
        idx(new byte[0], 1, 0, 3),
        ": the header is wrong: image height must be at least 1, but is 0");
    assertFileRefused(
        idx(new byte[0], 1, 4, 3, 2),
        ": the header is wrong: image channels must be 1 or 3, but are 2");
  }

  @Test
  void wrongLengthsAreRefused() throws IOException {
    byte[] promising = Arrays.copyOf(idx(new byte[0], 10000, 28, 28), 5000);
    String promise =
        ": the header promises 10000 images of 28x28 (7840016 bytes), but the file has ";

    assertFileRefused(promising, promise + "5000 bytes");
    assertFileRefused(gzip(promising), promise + "5000 bytes when uncompressed");
    assertFileRefused(
        Arrays.copyOf(images(10), 137),
        ": the header promises 10 images of 4x3 (136 bytes), but the file has 137 bytes");
    byte[] packed = gzip(images(1000));
    assertFileRefused(
        Arrays.copyOf(packed, packed.length / 2),
        " is a truncated or damaged gzip file (Unexpected end of ZLIB input stream)");
  }

  @Test
  void damageWithinGzipIsFoundByItsChecksum() throws IOException {
    byte[] packed = gzip(images(1000));
    packed[packed.length - 8] ^= 1;
    String path = write(dir.resolve("damaged"), packed);

    assertRefused(
        () -> spark.read().format("idx").load(path).selectExpr("sum(length(image.data))").first(),
        "file:" + path + " is a truncated or damaged gzip file (Corrupt GZIP trailer)");
  }

  @Test
  void wrongLabelsAreRefused() throws IOException {
    String images = write(dir.resolve("a-images-idx3"), images(3));
    String labels = write(dir.resolve("a-labels-idx1"), labels(4));
    assertRefused(
        () -> spark.read().format("idx").load(images),
        String.format(
            Locale.ROOT, "file:%s has 4 labels, but file:%s has 3 images", labels, images));

    write(dir.resolve("a-labels-idx1"), images(3));
    assertRefused(
        () -> spark.read().format("idx").load(images),
        String.format(Locale.ROOT, "file:%s must hold labels, but holds 3 images of 4x3", labels));

    write(dir.resolve("a-labels-idx1"), Arrays.copyOf(labels(3), 10));
    assertRefused(
        () -> spark.read().format("idx").load(images),
        String.format(
            Locale.ROOT,
            "file:%s: the header promises 3 labels (11 bytes), but the file has 10 bytes",
            labels));

    write(dir.resolve("a-labels-idx1"), labels(3));
    String without = write(dir.resolve("b-images-idx3"), images(3));
    assertRefused(
        () -> read(""),
        String.format(
            Locale.ROOT,
            "all files or none must have labels, but file:%s has them and file:%s has none",
            images,
            without));
  }

  @Test
  void theSameFilePlainAndPackedIsRefused() throws IOException {
    String plain = write(dir.resolve("images-idx3"), images(3));
    write(dir.resolve("images-idx3.gz"), gzip(images(3)));

    assertRefused(
        () -> read(""),
        String.format(
            Locale.ROOT, "file:%s stands beside file:%s.gz; name the one to read", plain, plain));
  }

  private void assertFileRefused(byte[] content, String message) throws IOException {
    String path = write(dir.resolve("wrong"), content);
    assertRefused(() -> spark.read().format("idx").load(path), "file:" + path + message);
  }

  private Dataset<Row> read(String name) {
    return spark.read().format("idx").load(dir.resolve(name).toString());
  }

  private static List<String> ids(Dataset<Row> rows) {
    return rows.select("id").collectAsList().stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }
}
