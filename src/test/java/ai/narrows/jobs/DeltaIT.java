package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.jobs.console.Failure;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.ml.AutoencoderModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Tables of Delta, by their paths and in a catalog, as input and as output. */
final class DeltaIT extends SparkFixture {
  private static final List<String> NETWORK =
      List.of("--hidden=16", "--latent=2", "--epochs=1", "--workers=2");
  private static final List<String> DELTA =
      List.of("--input-format", "delta", "--output-format", "delta");
  private static final List<String> TABLE =
      List.of("--input-format", "table", "--output-format", "table");

  @TempDir static Path folder;
  private static Path images;
  private static Path model;

  @Override
  protected Map<String, Object> sparkSettings() {
    return Map.of(
        "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.sources.default", "delta",
        "spark.sql.warehouse.dir", folder.resolve("warehouse").toString(),
        "spark.databricks.delta.snapshotPartitions", 1);
  }

  /** Two versions of a table, so that half of its files do not count. */
  @BeforeAll
  void writeImages() {
    images = folder.resolve("images");
    write("index BETWEEN 200 AND 249", SaveMode.ErrorIfExists);
    write("index < 200", SaveMode.Overwrite);
    model = folder.resolve("model");
    done(Ran.of(() -> Train.run(words("--input", images, "--output", model, NETWORK))));
  }

  private void write(String where, SaveMode mode) {
    Dataset<Row> rows =
        spark.read().format("idx").load(TrainedModels.IMAGES).where(where).repartition(2);
    rows.write().format("delta").mode(mode).save(images.toString());
  }

  private static String[] words(Object... args) {
    return Scripts.words(args);
  }

  private static Ran done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return ran;
  }

  private static Ran score(Object... args) {
    return Ran.of(() -> Score.run(words("--model-dir", model, List.of(args))));
  }

  private static Ran embed(Object... args) {
    return Ran.of(() -> Embed.run(words("--model-dir", model, List.of(args))));
  }

  private static void assertNotDone(Ran ran, String sentence) {
    assertThat(ran.err().strip()).isEqualTo("jobs/score: " + sentence);
    assertThat(ran.exitCode()).isEqualTo(Failure.WRONG_INPUT);
  }

  private Dataset<Row> delta(Path table) {
    return spark.read().format("delta").load(table.toString());
  }

  @Test
  void aTableIsReadAsItsLogSays() {
    Path plain = folder.resolve("plain");
    done(
        Ran.of(
            () ->
                Train.run(
                    words(
                        "--input",
                        TrainedModels.IMAGES,
                        "--where=index < 200",
                        "--output",
                        plain,
                        NETWORK))));
    assertThat(AutoencoderModel.load(model.toString()).parameters())
        .isEqualTo(AutoencoderModel.load(plain.toString()).parameters());
    Path earlier = folder.resolve("earlier");
    Ran ran =
        done(score("--input", images, "--input-option", "versionAsOf=0", "--output", earlier));
    assertThat(ran.err()).contains("Scored 50 images");
  }

  /** Of files that the table no longer has there are no rows. */
  @Test
  void idsAreMadeOfFileAndPlace() {
    Path table = folder.resolve("without-ids");
    spark
        .range(6)
        .selectExpr("cast(id AS string) AS image")
        .coalesce(1)
        .write()
        .format("delta")
        .save(table.toString());
    InputOptions input =
        CommandLine.populateCommand(
            new InputOptions(), "--input=" + table, "--input-format=delta", "--image-col=image");
    Dataset<Row> rows = input.read(spark, Progress.inLines());
    assertThat(rows.where("image = '4'").first().<String>getAs("id"))
        .matches("part-[^/]+\\.parquet#4");
  }

  @Test
  void scoresAndEmbeddingsAreCommittedByDelta() throws IOException {
    Path scores = folder.resolve("scores");
    List<Object> scoring = List.of(DELTA, "--input", images, "--output", scores);
    assertThat(done(score(scoring, "--where", "index < 150")).err()).contains("Scored 150 images");
    assertNotDone(
        score(scoring),
        String.format(
            Locale.ROOT,
            "the output %s exists already: choose another or pass --overwrite",
            scores));
    assertThat(done(score(scoring, "--overwrite")).err()).contains("Scored 200 images");
    assertThat(delta(scores).select("id").distinct().count()).isEqualTo(200);
    assertThat(
            spark
                .read()
                .format("delta")
                .option("versionAsOf", 0)
                .load(scores.toString())
                .where("anomalyScore > 0")
                .count())
        .isEqualTo(150);
    Ran evaluated =
        done(
            Ran.of(
                () ->
                    Evaluate.run(
                        words("--scores", scores, "--anomalous=label > 4", "--bootstrap=0"))));
    assertThat(evaluated.out()).contains("\"rows\": 200");

    Path embeddings = folder.resolve("embeddings");
    List<Object> embedding = List.of(DELTA, "--input", images, "--output", embeddings);
    done(embed(embedding));
    assertThat(delta(embeddings).where("size(latent) = 2").count()).isEqualTo(200);
    Ran narrower = embed(embedding, "--with-variance");
    assertThat(narrower.exitCode()).isEqualTo(Failure.WRONG_INPUT);
    try (Stream<Path> beside = Files.list(folder)) {
      assertThat(beside.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.contains(".tmp-") || name.contains(".old-"));
    }
  }

  @Test
  void columnsThatChangeNeedDeltasOption() {
    Path out = folder.resolve("changing");
    List<Object> scoring = List.of(DELTA, "--input", images, "--output", out);
    done(score(scoring));
    List<String> wider = List.of("--overwrite", "--latent-col", "latent");
    assertThat(score(scoring, wider).exitCode()).isEqualTo(Failure.WRONG_INPUT);
    assertThat(delta(out).columns()).doesNotContain("latent");
    done(score(scoring, wider, "--output-option", "overwriteSchema=true"));
    assertThat(delta(out).columns()).contains("latent");
  }

  @Test
  void tablesOfACatalog() {
    delta(images).where("index < 20").write().saveAsTable("photos");
    List<Object> scoring = List.of(TABLE, "--input", "photos");
    assertThat(done(score(scoring, "--output", "photo_scores")).err()).contains("Scored 20 images");
    assertNotDone(
        score(scoring, "--output", "default.photo_scores"),
        "the output default.photo_scores exists already: choose another or pass --overwrite");
    done(score(scoring, "--output", "default.photo_scores", "--overwrite"));
    assertThat(spark.table("photo_scores").count()).isEqualTo(20);
    assertThat(spark.sql("DESCRIBE HISTORY photo_scores").count()).isEqualTo(2);
    assertNotDone(
        score(scoring, "--output", "default.photos", "--overwrite"),
        "the output default.photos cannot be overwritten: it is the input");
    Ran evaluated =
        done(
            Ran.of(
                () ->
                    Evaluate.run(
                        words(
                            "--scores=photo_scores",
                            "--scores-format=table",
                            "--anomalous=label > 4",
                            "--bootstrap=0"))));
    assertThat(evaluated.out()).contains("\"rows\": 20");
    Ran nowhere = score(scoring, "--output", "nowhere.of.scores");
    assertThat(nowhere.err()).startsWith("jobs/score: --output nowhere.of.scores: ");
    assertThat(nowhere.exitCode()).isEqualTo(Failure.WRONG_INPUT);
  }

  @Test
  void whatIsNoTableOfDeltaIsLeftAlone() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("notes.txt"), "mine");
    List<Object> scoring = List.of(DELTA, "--input", images, "--overwrite", "--output");
    assertNotDone(
        score(scoring, other),
        String.format(
            Locale.ROOT,
            "the output %s cannot be overwritten: it holds other files than those of a table of delta",
            other));
    assertThat(other.toFile().list()).containsExactly("notes.txt");
    assertNotDone(
        score(scoring, images),
        String.format(
            Locale.ROOT,
            "the output %s cannot be overwritten: the input %s lies in it",
            images,
            images));
    assertNotDone(
        score(DELTA, "--input", images, other, "--output", folder.resolve("none")),
        String.format(
            Locale.ROOT,
            "--input-format delta reads one table, but --input names %s, %s",
            images,
            other));
    assertNotDone(
        score(scoring, folder.resolve("around"), "--error-maps", folder.resolve("around/maps")),
        String.format(
            Locale.ROOT,
            "--error-maps %s lies in the output file:%s, which is replaced as a whole at the end: choose a directory beside it",
            folder.resolve("around/maps"),
            folder.resolve("around")));
    Path iceberg = Files.createDirectories(folder.resolve("iceberg/metadata"));
    Files.createFile(iceberg.resolve("v1.metadata.json"));
    assertNotDone(
        score("--input", iceberg.getParent(), "--output", folder.resolve("none")),
        String.format(
            Locale.ROOT,
            "%s is a table of Iceberg: give its name in a catalog, with the format table",
            iceberg.getParent()));
  }
}
