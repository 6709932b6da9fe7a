package ai.narrows.images.source;

import static ai.narrows.images.source.IdxFixture.gzip;
import static ai.narrows.images.source.IdxFixture.random;
import static ai.narrows.images.source.IdxFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarSourceIT extends SparkFixture {

  private static final int PLANE = 32 * 32;

  @TempDir Path dir;

  /** A file of n random images; labels count up from 0, coarse ones too. */
  private static byte[] cifar(int n, int classes, int... coarse) {
    int labels = coarse.length + 1;
    byte[] file = random(n * (labels + 3 * PLANE));
    for (int i = 0; i < n; i++) {
      int at = i * (labels + 3 * PLANE);
      for (int j = 0; j < coarse.length; j++) {
        file[at + j] = (byte) (i % coarse[j]);
      }
      file[at + labels - 1] = (byte) (i % classes);
    }
    return file;
  }

  private static byte[] cifar10(int n) {
    return cifar(n, 10);
  }

  private static byte[] cifar100(int n) {
    return cifar(n, 100, 20);
  }

  /** Image i as the image struct must have it. */
  private static byte[] pixels(byte[] file, int labels, int i) {
    byte[] pixels = new byte[3 * PLANE];
    int at = i * (labels + 3 * PLANE) + labels;
    for (int p = 0; p < PLANE; p++) {
      pixels[3 * p + 2] = file[at + p];
      pixels[3 * p + 1] = file[at + PLANE + p];
      pixels[3 * p] = file[at + 2 * PLANE + p];
    }
    return pixels;
  }

  @Test
  void readsCifar10() throws IOException {
    byte[] file = cifar10(25);
    String path = write(dir.resolve("data_batch_1.bin"), file);
    spark.conf().set("spark.sql.files.maxPartitionBytes", "9999");
    try {
      Dataset<Row> read = spark.read().format("cifar").load(path);

      assertThat(read.columns()).containsExactly("id", "index", "label", "image");
      assertThat(read.schema().apply("image").dataType()).isEqualTo(ImageRows.schema());
      assertThat(read.rdd().getNumPartitions()).isEqualTo(9);
      List<Row> rows = read.collectAsList();
      assertThat(rows).hasSize(25);
      for (int i = 0; i < 25; i++) {
        Row row = rows.get(i);
        assertThat(row.getString(0)).isEqualTo("data_batch_1.bin#" + i);
        assertThat(row.getLong(1)).isEqualTo(i);
        assertThat(row.getInt(2)).isEqualTo(i % 10);
        assertThat(row.getStruct(3).toSeq().slice(1, 5).mkString(",")).isEqualTo("32,32,3,16");
        assertThat((byte[]) row.getStruct(3).get(5)).isEqualTo(pixels(file, 1, i));
      }
    } finally {
      spark.conf().unset("spark.sql.files.maxPartitionBytes");
    }
  }

  @Test
  void readsCifar100PlainAndPacked() throws IOException {
    byte[] file = cifar100(130);
    write(dir.resolve("plain/train.bin"), file);
    write(dir.resolve("packed/train.bin.gz"), gzip(file));
    String columns = "id, index, label, coarseLabel, hash(image.data)";

    Dataset<Row> plain = read("plain");
    assertThat(plain.columns()).containsExactly("id", "index", "label", "coarseLabel", "image");
    assertThat(rows(plain.selectExpr(columns.split(", "))))
        .isEqualTo(rows(read("packed").selectExpr(columns.split(", "))));
    assertThat(plain.where("index = 127").select("label", "coarseLabel").first())
        .hasToString("[27,7]");
    byte[] pixels = plain.where("index = 127").select("image.data").first().getAs(0);
    assertThat(pixels).isEqualTo(pixels(file, 2, 127));
  }

  @Test
  void directoriesGiveTheSetsOwnFiles() throws IOException {
    write(dir.resolve("data_batch_1.bin"), cifar10(2));
    write(dir.resolve("data_batch_2.bin"), cifar10(1));
    write(dir.resolve("test_batch.bin"), cifar10(1));
    write(dir.resolve("weights.bin"), random(10));
    write(dir.resolve("readme.html"), random(10));
    String names =
        IntStream.range(0, 10).mapToObj(i -> "class " + i).collect(Collectors.joining("\n"));
    write(dir.resolve("batches.meta.txt"), (names + "\n\n").getBytes(StandardCharsets.UTF_8));

    assertThat(rows(read("").select("id", "label", "labelName")))
        .containsExactly(
            "[data_batch_1.bin#0,0,class 0]",
            "[data_batch_1.bin#1,1,class 1]",
            "[data_batch_2.bin#0,0,class 0]",
            "[test_batch.bin#0,0,class 0]");
    assertThat(read("data_batch_?.bin").count()).isEqualTo(3);
    assertThat(read("data_batch_1.bin").where("labelName = 'class 1'").count()).isEqualTo(1);
  }

  @Test
  void wrongFilesAreRefusedWhenTheFrameIsMade() throws IOException {
    assertFileRefused(
        Arrays.copyOf(cifar10(2), 6145),
        " has 6145 bytes, which is a multiple of neither: 3073 (cifar10), 3074 (cifar100)");
    assertFileRefused(
        gzip(Arrays.copyOf(cifar10(2), 6000)),
        " has 6000 bytes, which is a multiple of neither: 3073 (cifar10), 3074 (cifar100)");
    byte[] packed = gzip(cifar10(3));
    assertFileRefused(
        Arrays.copyOf(packed, packed.length / 2),
        " is a truncated or damaged gzip file (Unexpected end of ZLIB input stream)");
    String both = write(dir.resolve("wrong"), new byte[3073 * 3074]);
    assertRefused(
        () -> spark.read().format("cifar").load(both),
        "file:"
            + both
            + " has 9446402 bytes, which is a multiple of both: 3073 (cifar10), 3074 (cifar100);"
            + " say which with the option variant");
    assertThat(spark.read().format("cifar").option("variant", "cifar100").load(both).count())
        .isEqualTo(3073);
    String ten = write(dir.resolve("wrong"), cifar10(2));
    assertRefused(
        () -> spark.read().format("cifar").option("variant", "cifar100").load(ten),
        "file:" + ten + " has 6146 bytes, but cifar100 has records of 3074");
    assertRefused(
        () -> spark.read().format("cifar").option("variant", "cifar").load(ten),
        "option variant must be cifar10 or cifar100, but is cifar");
    assertRefused(
        () -> read(""),
        dir + " has no CIFAR files (data_batch_1.bin, test_batch.bin, train.bin, test.bin)");
  }

  @Test
  void filesOfBothVariantsAreRefusedTogether() throws IOException {
    String ten = write(dir.resolve("data_batch_1.bin"), cifar10(2));
    String hundred = write(dir.resolve("train.bin"), cifar100(2));

    assertRefused(
        () -> read(""),
        String.format(
            Locale.ROOT,
            "all files must be of one variant, but file:%s is cifar10 and file:%s is cifar100",
            ten,
            hundred));
  }

  @Test
  void wrongLabelsAreNamed() throws IOException {
    byte[] file = cifar10(3);
    file[2 * 3073] = 10;
    String path = write(dir.resolve("test_batch.bin"), file);
    Dataset<Row> read = read("test_batch.bin");

    assertRefused(
        () -> read.select("label").collectAsList(),
        "file:" + path + ": image 2 has the label 10, but cifar10 has 10 classes");
    write(dir.resolve("batches.meta.txt"), "cat\ndog\n".getBytes(StandardCharsets.UTF_8));
    assertRefused(
        () -> read("test_batch.bin"),
        "file:" + dir + "/batches.meta.txt has 2 names, but cifar10 has 10 classes");
  }

  private void assertFileRefused(byte[] content, String message) throws IOException {
    String path = write(dir.resolve("wrong"), content);
    assertRefused(() -> spark.read().format("cifar").load(path), "file:" + path + message);
  }

  private Dataset<Row> read(String name) {
    return spark.read().format("cifar").load(dir.resolve(name).toString());
  }

  private static List<String> rows(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().toList();
  }
}
