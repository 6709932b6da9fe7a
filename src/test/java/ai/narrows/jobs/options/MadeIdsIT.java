package ai.narrows.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.images.source.ReadMode;
import ai.narrows.jobs.console.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids of tables that have none: the same however many cores there are. */
class MadeIdsIT extends SparkFixture {
  private static final String CORES = "spark.sql.files.minPartitionNum";
  private static final String PIECE = "spark.sql.files.maxPartitionBytes";
  private static final String OPEN_COST = "spark.sql.files.openCostInBytes";

  @TempDir Path dir;

  @AfterEach
  void cleanSettings() {
    List.of(CORES, PIECE, OPEN_COST).forEach(spark.conf()::unset);
  }

  private InputOptions input(String format, String... paths) {
    InputOptions input = new InputOptions();
    input.format = format;
    input.paths = List.of(paths);
    input.imageColumn = format.equals("text") ? "value" : "image";
    input.mode = ReadMode.FAILFAST;
    return input;
  }

  /** Contents by id, with as many cores and pieces as long as told. */
  private Map<String, String> read(InputOptions input, int cores, String piece) {
    spark.conf().set(CORES, cores);
    spark.conf().set(PIECE, piece);
    spark.conf().set(OPEN_COST, "64");
    Map<String, String> rows = new TreeMap<>();
    try (Progress progress = Progress.inLines()) {
      for (Row row : input.read(spark, progress).select("id", "image").collectAsList()) {
        assertThat(rows.put(row.getString(0), row.getString(1))).as("id of two rows").isNull();
      }
    }
    return rows;
  }

  private void write(String format, String name) {
    for (int file = 0; file < 3; file++) {
      long rows = 40 + 400L * file;
      spark
          .range(file * 1000L, file * 1000L + rows)
          .select(functions.concat(functions.lit("image "), functions.col("id")).as("image"))
          .coalesce(1)
          .write()
          .mode("append")
          .option("orc.stripe.size", "2048")
          .format(format)
          .save(dir.resolve(name).toString());
    }
  }

  @Test
  void theSameHoweverFilesAreCut() throws IOException {
    for (String format : List.of("parquet", "orc", "csv", "json")) {
      write(format, format);
      InputOptions input = input(format, dir.resolve(format).toString());
      if (format.equals("csv")) {
        input.options = Map.of("header", "false");
        input.imageColumn = "_c0";
      }

      Map<String, String> whole = read(input, 1, "100m");

      assertThat(whole).as(format).hasSize(3 * 40 + 400 + 800);
      assertThat(whole.keySet()).as(format).allMatch(id -> id.matches("part-[^/]+#[0-9]+"));
      assertThat(read(input, 7, "100m")).as(format).isEqualTo(whole);
      assertThat(read(input, 2, "2k")).as(format).isEqualTo(whole);
      input.where = input.imageColumn + " LIKE '%7'";
      Map<String, String> some = read(input, 7, "3k");
      assertThat(some).as(format).hasSize(132);
      assertThat(whole.entrySet()).as(format).containsAll(some.entrySet());
    }
  }

  @Test
  void placesAreThoseInTheFile() throws IOException {
    Path lines = Files.createDirectories(dir.resolve("a b/day=1")).resolve("x %#1.txt");
    Files.writeString(lines, "zero\none\ntwo\n");

    Map<String, String> expected =
        Map.of("day=1/x %#1.txt#0", "zero", "day=1/x %#1.txt#1", "one", "day=1/x %#1.txt#2", "two");
    assertThat(read(input("text", dir.resolve("a b").toString()), 3, "4")).isEqualTo(expected);
    assertThat(read(input("text", lines.toString()), 1, "1m").keySet())
        .containsExactly("x %#1.txt#0", "x %#1.txt#1", "x %#1.txt#2");
    assertThat(read(input("text", dir + "/*/day=1"), 1, "1m").keySet())
        .contains("a b/day=1/x %#1.txt#2");
    Path other = Files.createDirectories(dir.resolve("c"));
    Files.writeString(other.resolve("y.txt"), "three\n");
    assertThat(read(input("text", dir + "/c", dir + "/a b/day=1"), 1, "1m").keySet())
        .contains("c/y.txt#0", "day=1/x %#1.txt#0");
  }

  @Test
  void damagedLinesAreLeftOutOfTheCount() throws IOException {
    StringBuilder lines = new StringBuilder("image,number\n");
    for (int i = 0; i < 300; i++) {
      lines.append("image ").append(i).append(i % 3 == 0 ? ",1,too many\n" : ",1\n");
    }
    Path file = Files.writeString(dir.resolve("t.csv"), lines);
    InputOptions input = input("csv", file.toString());
    input.options = Map.of("mode", "DROPMALFORMED", "header", "true");

    Map<String, String> whole = read(input, 1, "100m");
    assertThat(whole).hasSize(200).containsEntry("t.csv#199", "image 299");
    assertThat(read(input, 3, "500")).isEqualTo(whole);
  }

  @Test
  void withoutFilesTheyHoldForOneRun() {
    spark.range(5).selectExpr("cast(id AS string) AS image").createOrReplaceTempView("noFiles");
    InputOptions input = input("table", "noFiles");

    assertThat(read(input, 2, "1m")).hasSize(5);
    assertThat(input.hasIdsOfThisRun()).isTrue();
    InputOptions files = input("text", dir.toString());
    assertThat(files.hasIdsOfThisRun()).isFalse();
    spark.catalog().dropTempView("noFiles");
  }
}
