package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.DyingFileSystem;
import ai.narrows.DyingFileSystem.Moment;
import ai.narrows.Photos;
import ai.narrows.SparkFixture;
import ai.narrows.TestJvm;
import ai.narrows.jobs.console.Failure;
import ai.narrows.jobs.options.InputFormat;
import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Image files that are scored as they appear, each once, though the job is killed on the way. */
final class ScoreStreamIT extends SparkFixture {
  private static final long SECONDS = 120;
  private static final int TERMINATED = 128 + 15;

  /** An image's place in a batch is another. */
  private static final double SCORE_TOLERANCE = 1e-5;

  @TempDir static Path models;
  private static Path model;

  @TempDir Path folder;
  private Path watched;
  private final Deque<Path> photos = new ArrayDeque<>();

  @BeforeAll
  void train() throws IOException {
    spark
        .sparkContext()
        .hadoopConfiguration()
        .set("fs.dying.impl", DyingFileSystem.class.getName());
    Path normal = models.resolve("normal");
    Photos.slopes(normal, 20);
    AutoencoderModel trained =
        new Autoencoder()
            .setHeight(8)
            .setWidth(8)
            .setChannels(1)
            .setHidden(8)
            .setLatentDim(2)
            .setEpochs(5)
            .setNumWorkers(2)
            .fit(spark.read().format("imagefolder").load(normal.toString()));
    model = models.resolve("model");
    trained.save(model.toString());
  }

  @BeforeEach
  void makePhotos() throws IOException {
    Path made = folder.resolve("made");
    Photos.slopes(made, 20);
    Photos.boards(made, 5);
    photos.clear();
    try (Stream<Path> files = Files.list(made)) {
      files.sorted().forEach(photos::add);
    }
    watched = Files.createDirectory(folder.resolve("watched"));
  }

  /** Moves photos into a folder, as whoever has written them elsewhere does. */
  private void drop(Path into, int count) throws IOException {
    Files.createDirectories(into);
    for (int i = 0; i < count; i++) {
      Path photo = photos.remove();
      Files.move(photo, into.resolve(photo.getFileName()));
    }
  }

  /** Options, and those of these folders that are not among them. */
  private String[] args(String scheme, Object... options) {
    List<String> given = List.of(Scripts.words(options));
    List<String> args = new ArrayList<>(List.of("--stream"));
    args.addAll(given);
    Map<String, Object> others =
        Map.of(
            "--model-dir",
            model,
            "--input",
            watched,
            "--output",
            scheme + folder.resolve("out"),
            "--checkpoint",
            scheme + folder.resolve("checkpoint"));
    others.forEach(
        (option, value) -> {
          if (!given.contains(option)) {
            args.addAll(List.of(option, value.toString()));
          }
        });
    return args.toArray(String[]::new);
  }

  private Ran scoreNow(Object... more) {
    return score((Object[]) args("", "--available-now", List.of(more)));
  }

  private static Ran score(Object... args) {
    return Ran.of(() -> Score.run(Scripts.words(args)));
  }

  private static void assertDone(Ran ran) {
    assertThat(ran.exitCode()).as(ran.err()).isZero();
  }

  private void assertRefused(Ran ran, String sentence) {
    assertThat(ran.err().strip()).isEqualTo("jobs/score: " + sentence);
    assertThat(ran.exitCode()).isEqualTo(Failure.WRONG_INPUT);
  }

  private Dataset<Row> table(String scheme) {
    return spark.read().parquet(scheme + folder.resolve("out"));
  }

  /** Scores by id; fails where an id is there twice. */
  private static Map<String, Double> scores(Dataset<Row> table) {
    Map<String, Double> scores = new TreeMap<>();
    for (Row row : table.select("id", "anomalyScore").collectAsList()) {
      assertThat(scores.put(row.getString(0), row.getDouble(1))).as(row.getString(0)).isNull();
    }
    return scores;
  }

  /** The table has what the job without a stream makes of all files that are there now. */
  private void assertScoredOnce(Dataset<Row> table) {
    Path all = folder.resolve("all");
    assertDone(score("--model-dir", model, "--input", watched, "--output", all));
    Dataset<Row> expected = spark.read().parquet(all.toString());
    assertThat(table.columns()).isEqualTo(expected.columns());
    Map<String, Double> scores = scores(expected);
    assertThat(scores(table))
        .hasSameSizeAs(scores)
        .allSatisfy(
            (id, score) ->
                assertThat(score).isCloseTo(scores.get(id), within(SCORE_TOLERANCE * score)));
  }

  private void dies(Moment moment, String path) throws Exception {
    TestJvm.dies(
        folder.resolve("log"),
        DyingFileSystem.options(moment, path, 1),
        Score.class,
        args("dying:", "--available-now"));
  }

  private Process start() throws IOException {
    return TestJvm.start(
        folder.resolve("log"),
        DyingFileSystem.options(Moment.DELETE, "nothing", 1),
        Score.class,
        args("dying:", "--trigger-interval", "100ms"));
  }

  private void await(Process job, String words) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!log().contains(words)) {
      assertThat(job.isAlive() && System.nanoTime() < end).as(log()).isTrue();
      Thread.sleep(5);
    }
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  @Tag("cluster")
  @Test
  void eachFileIsScoredOnceThoughTheJobIsKilled() throws Exception {
    drop(watched, 6);
    for (String name : List.of("_hidden.png", ".hidden.png", "half.png.tmp", "notes.txt")) {
      Files.writeString(watched.resolve(name), "no image");
    }
    dies(Moment.RENAME, "_spark_metadata/0$"); // the scores are written, but do not count yet
    drop(watched, 3);
    dies(Moment.RENAME, "checkpoint/commits/0$"); // they count, but the query does not know
    assertThat(scores(table("dying:"))).hasSize(6);

    Process job = start();
    try {
      await(job, "(3 in all)"); // those that have come meanwhile
      Files.setLastModifiedTime(photos.element(), FileTime.from(Instant.EPOCH));
      drop(watched.resolve("camera/2"), 4);
      await(job, "(7 in all)");
      drop(watched, 5);
    } finally {
      job.destroyForcibly().waitFor(); // SIGKILL, wherever it is
    }
    assertThat(job.exitValue()).as(log()).isEqualTo(TestJvm.KILLED);

    job = start();
    try {
      drop(watched, 4);
      await(job, " in all)");
      job.destroy(); // SIGTERM
      assertThat(job.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      job.destroyForcibly();
    }
    assertThat(job.exitValue()).as(log()).isEqualTo(TERMINATED);
    assertThat(log().lines())
        .allMatch(line -> line.matches("\\[.* s] (Going on|Scored|Stopped).*"))
        .last()
        .asString()
        .endsWith("images scored: the same command goes on");

    drop(watched, 3);
    Ran last = score((Object[]) args("dying:", "--available-now"));
    assertDone(last);
    assertThat(last.err()).contains("Going on with").containsPattern("Scored [0-9]+ new images");
    assertThat(photos).isEmpty();
    Dataset<Row> table = table("dying:");
    assertScoredOnce(table);
    // What killed batches have left lies beside it, and does not count.
    assertThat(allDataFiles().count()).isGreaterThan(table.count());
  }

  private Dataset<Row> allDataFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      return spark
          .read()
          .option("ignoreCorruptFiles", true)
          .parquet(
              files
                  .map(Path::toString)
                  .filter(file -> file.endsWith(".parquet"))
                  .toArray(String[]::new));
    }
  }

  @Test
  void someAtATimeFromSeveralFolders() throws Exception {
    Path first = folder.resolve("line[1]"); // no pattern, for it is there
    Path second = folder.resolve("line2");
    drop(first, 3);
    drop(second.resolve("a"), 1);
    Object[] args = {
      List.of("--input", first, second, "--where", "id not like '%board-1.png'"),
      List.of("--max-files-per-trigger", 2, "--output-format", "json", "--latent-col", "latent")
    };
    Ran ran = scoreNow(args);
    assertDone(ran);
    assertThat(ran.err())
        .contains(String.format(Locale.ROOT, "Watching %s %s: scores go to ", first, second))
        .contains("Scored 3 new images: ");
    assertThat(ran.err().lines().filter(line -> line.endsWith(" in all)"))).hasSize(2);
    Dataset<Row> table = spark.read().json(folder.resolve("out").toString());
    assertThat(scores(table).keySet())
        .containsExactly("line2/a/board-3.png", "line[1]/board-0.png", "line[1]/board-2.png");
    assertThat(table.columns()).contains("latent");

    drop(second, 2);
    ran = scoreNow(args);
    assertDone(ran);
    assertThat(ran.err()).contains("Scored 2 images, ").contains("Scored 2 new images: ");
  }

  @Test
  void imagesThatCannotBeRead() throws Exception {
    drop(watched, 2);
    Files.writeString(watched.resolve("torn.png"), "no image");
    Ran ran = scoreNow();
    assertThat(ran.err())
        .containsPattern("jobs/score: \\S+/torn.png is no PNG")
        .doesNotContain("\tat ");
    assertThat(ran.exitCode()).isEqualTo(Failure.WRONG_INPUT);

    ran = scoreNow("--mode", "DROPMALFORMED"); // goes on: the columns are the same
    assertDone(ran);
    assertThat(ran.err())
        .contains("Scored 2 images (3 read, 1 unreadable left out, 2 written), ")
        .contains("(2 in all)");
    assertThat(scores(table("")).keySet()).containsExactly("board-0.png", "board-1.png");

    assertRefused(
        scoreNow("--mode", "PERMISSIVE"),
        String.format(
            Locale.ROOT,
            "the checkpoint file:%s belongs to another stream: columns was id string, reconstructionError double,"
                + " anomalyScore double, prediction double and is id string, reconstructionError double,"
                + " anomalyScore double, prediction double, corruptReason string; give what it was, or choose"
                + " another --checkpoint and --output",
            folder.resolve("checkpoint")));
    Path kept = folder.resolve("kept");
    ran =
        scoreNow(
            List.of(
                "--mode", "PERMISSIVE", "--output", kept, "--checkpoint", kept + ".checkpoint"));
    assertDone(ran);
    assertThat(spark.read().parquet(kept.toString()).where("anomalyScore is null").collectAsList())
        .singleElement()
        .satisfies(row -> assertThat(row.<String>getAs("corruptReason")).contains("is no PNG"));
  }

  @Test
  void aBatchThatFails() throws Exception {
    drop(watched, 1);
    Ran ran = scoreNow("--where", "raise_error('out of luck') is null");
    assertThat(ran.err()).contains("jobs/score: ").contains("out of luck").doesNotContain("\tat ");
    assertThat(ran.exitCode()).isEqualTo(Failure.FAILED);
  }

  @Test
  void otherFilesAndFiltersAsInBatches() throws Exception {
    drop(watched, 3);
    List<Path> files;
    try (Stream<Path> found = Files.list(watched)) {
      files = found.sorted().toList();
    }
    Files.move(files.get(0), watched.resolve("taken.JFIF"));
    Files.move(files.get(1), watched.resolve("taken_mask.png"));
    Files.writeString(watched.resolve("taken.json"), "{}");
    Files.createSymbolicLink(watched.resolve("taken-later.png"), Path.of("nowhere.png"));

    Ran ran = scoreNow("--input-option", "pathGlobFilter=taken[-.]*");

    assertDone(ran);
    assertThat(ran.err()).contains("Passed over: 1 .json").contains("Scored 1 new images");
    assertThat(scores(table(""))).containsOnlyKeys("taken.JFIF");
  }

  @Test
  void foldersThatCannotBeWatched() throws Exception {
    drop(watched, 1);
    Files.createSymbolicLink(watched.resolve("all"), Path.of("."));
    assertThat(scoreNow().err())
        .contains(
            "all/ is a link to what is read under another name, so its files would come twice");
    Files.delete(watched.resolve("all"));
    assertThat(scoreNow("--input-option", "maxFilesPerTriger=2").err())
        .contains("imagefolder has no option maxFilesPerTriger: did you mean maxFilesPerTrigger?");
  }

  @Test
  void whatDoesNotBelongTogether() throws Exception {
    drop(watched, 2);
    Path out = Files.createDirectory(folder.resolve("out"));
    Path checkpoint = folder.resolve("checkpoint");
    Files.writeString(out.resolve("notes"), "somebody's");
    assertRefused(
        scoreNow(),
        String.format(
            Locale.ROOT,
            "the output file:%s exists already and was not written by a stream: choose another",
            out));
    Files.delete(out.resolve("notes"));
    assertRefused(
        scoreNow("--checkpoint", out.resolve("checkpoint")),
        String.format(
            Locale.ROOT,
            "--checkpoint %s lies in the output %s: choose a directory beside it",
            out.resolve("checkpoint"),
            out));
    assertRefused(
        scoreNow("--checkpoint", model),
        String.format(
            Locale.ROOT,
            "the output %s cannot be overwritten: the input %s lies in it",
            model,
            model));
    assertRefused(
        scoreNow("--input", watched.resolve("nowhere")),
        watched.resolve("nowhere") + " does not exist");
    Path file = watched.resolve("board-0.png");
    assertRefused(scoreNow("--input", file), file + " is a file, but only folders can be watched");
    assertRefused(
        scoreNow("--input", watched, watched + "/camera*"),
        String.format(
            Locale.ROOT,
            "%s and %s/camera* may hold the same files: give one folder or pattern for both, such as photos/{a,b}",
            watched,
            watched));
    assertThat(checkpoint).doesNotExist();

    assertDone(scoreNow("--threshold", 0.5));
    assertRefused(
        scoreNow("--threshold", 0.25),
        String.format(
            Locale.ROOT,
            "the checkpoint file:%s belongs to another stream: threshold was 0.5 and is 0.25; give what it was, or choose another --checkpoint and --output",
            checkpoint));
    assertRefused(
        scoreNow("--threshold", 0.5, "--checkpoint", folder.resolve("another")),
        String.format(
            Locale.ROOT,
            "the output file:%s was written with another --checkpoint than file:%s: give that one, or choose another --output",
            out,
            folder.resolve("another")));
    Files.move(out, folder.resolve("elsewhere"));
    assertRefused(
        scoreNow("--threshold", 0.5),
        String.format(
            Locale.ROOT,
            "the scores of the checkpoint file:%s are not in file:%s any more: put them back, or choose another --checkpoint to score all images again",
            checkpoint,
            out));
    Files.move(folder.resolve("elsewhere"), out);
    Ran ran = scoreNow("--threshold", 0.5);
    assertDone(ran);
    assertThat(ran.err()).contains("Scored 0 new images: ");
    assertScoredOnce(InputFormat.table(spark, out.toString())); // as jobs/evaluate reads it
  }
}
