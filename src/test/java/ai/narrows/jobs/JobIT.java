package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.SparkFixture;
import ai.narrows.jobs.console.Progress;
import ai.narrows.jobs.options.InputOptions;
import ai.narrows.jobs.options.OutputOptions;
import ai.narrows.jobs.output.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all jobs have in common, on a job that does nothing else. */
final class JobIT extends SparkFixture {
  @TempDir Path folder;

  @Command(name = "jobs/count", sortOptions = false)
  static final class Count extends Job {
    @Mixin InputOptions input = new InputOptions();
    @Mixin OutputOptions output = new OutputOptions();

    @Option(names = "--times", defaultValue = "1")
    int times;

    @Option(names = "--break")
    String broken;

    @Override
    void run(SparkSession spark, Progress progress) throws Exception {
      try (Output out = output.open(input.addTo(sources(spark), spark), progress)) {
        var rows = input.read(spark, progress);
        progress.say(times * rows.count() + " rows of " + String.join(",", rows.columns()));
        rows.write().parquet(out.pending());
        if (broken != null) {
          throw new IllegalStateException("outer", new IOException(broken));
        }
        out.commit();
      }
    }
  }

  private static Ran count(Object... args) {
    String[] words = new String[args.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = args[i].toString();
    }
    return Ran.of(() -> new Count().execute(words));
  }

  /** A Parquet table with five rows. */
  private Path table() {
    Path table = folder.resolve("table");
    spark
        .range(5)
        .selectExpr(
            "id AS name",
            "CAST(id % 2 AS INT) AS kind",
            "encode(CAST(id AS STRING), 'UTF-8') AS image")
        .write()
        .parquet(table.toString());
    return table;
  }

  private void assertNothingWritten() throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.startsWith("out")))
          .isEmpty();
    }
  }

  private void assertRefused(Ran ran, String sentence) throws IOException {
    assertThat(ran.err()).endsWith("jobs/count: " + sentence + "\n").doesNotContain("\tat ");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertNothingWritten();
  }

  @Test
  void writesIntoPlace() throws IOException {
    Path out = folder.resolve("new").resolve("out");
    Ran ran = count("--input", table(), "--output", out, "--where", "kind = 1");
    assertThat(ran.err())
        .contains(
            "The input has no column `id`: an id is the file's path, #, and the place of the row in the file.")
        .contains("2 rows of name,kind,image,id");
    assertThat(ran.exitCode()).isZero();
    assertThat(out.resolve("_SUCCESS")).exists();
    try (var files = Files.list(out.getParent())) {
      assertThat(files).containsExactly(out);
    }
  }

  @Test
  void standardNames() {
    Ran ran =
        count(
            "--input",
            table(),
            "--output",
            folder.resolve("out"),
            "--id-col",
            "name",
            "--label-col",
            "kind");
    assertThat(ran.err()).contains("5 rows of id,label,image").doesNotContain("no column `id`");
    assertThat(spark.read().parquet(folder.resolve("out").toString()).dtypes()[0]._2())
        .isEqualTo("StringType");
  }

  @Test
  void overwritesOnlyWhenAsked() throws IOException {
    Path table = table();
    Path out = folder.resolve("old");
    assertThat(count("--input", table, "--output", out).exitCode()).isZero();
    List<Path> before = files(out);
    Ran refused = count("--input", table, "--output", out);
    assertRefused(
        refused, "the output %s exists already: choose another or pass --overwrite".formatted(out));
    Ran failed = count("--input", table, "--output", out, "--overwrite", "--break", "disk on fire");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(files(out)).isEqualTo(before);

    assertThat(count("--input", table, "--output", out, "--overwrite").exitCode()).isZero();
    assertThat(files(out)).isNotEqualTo(before).contains(out.resolve("_SUCCESS"));
    assertNothingWritten();

    Files.writeString(out.resolve("mine"), "keep");
    assertRefused(
        count("--input", table, "--output", out, "--overwrite"),
        "the output %s cannot be overwritten: it holds files that no job has written (mine); choose another, or remove it yourself"
            .formatted(out));
    assertThat(out.resolve("mine")).exists();
  }

  private static List<Path> files(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Test
  void neverReplacesItsInput() throws IOException {
    Path table = table();
    Ran ran = count("--input", table, "--output", folder, "--overwrite");
    assertRefused(
        ran,
        String.format(
            Locale.ROOT,
            "the output %s cannot be overwritten: the input %s lies in it",
            folder,
            table));
    assertThat(table).exists();
  }

  @Test
  void failuresAreOneSentence() throws IOException {
    Path table = table();
    Ran ran = count("--input", table, "--output", folder.resolve("out"), "--break", "disk on fire");
    assertThat(ran.err())
        .endsWith(
            "jobs/count: IOException: disk on fire\nRun again with --verbose for the stack trace.\n")
        .doesNotContain("\tat ");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertNothingWritten();

    String out = folder.resolve("out").toString();
    String[] words = {"--input", table.toString(), "--output", out, "--break", "disk on fire"};
    assertThatThrownBy(() -> new Count().call(Launch.GUEST, words))
        .isInstanceOf(JobException.class)
        .hasMessage("jobs/count: IOException: disk on fire (exit code 1)")
        .hasRootCauseMessage("disk on fire");
    assertNothingWritten();

    Ran verbose =
        count("--input", table, "--output", folder.resolve("out"), "--break", "x", "--verbose");
    assertThat(verbose.err())
        .contains("jobs/count: IOException: x\n")
        .contains("\tat ai.narrows.jobs");
    assertThat(verbose.exitCode()).isEqualTo(1);
    assertNothingWritten();
  }

  @Test
  void missingPath() throws IOException {
    Path nowhere = folder.resolve("nowhere");
    assertRefused(
        count("--input", nowhere, "--output", folder.resolve("out")),
        "there is no file or directory " + nowhere);
  }

  @Test
  void emptyDirectory() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Files.createFile(empty.resolve("_SUCCESS"));
    assertRefused(
        count("--input", empty, "--output", folder.resolve("out")),
        "the directory " + empty + " is empty");
    assertRefused(
        count("--input", empty, "--input-format", "imagefolder", "--output", folder.resolve("out")),
        "the directory " + empty + " is empty");
  }

  @Test
  void kindsAreToldByName() throws IOException {
    Path cifar = Files.createDirectory(folder.resolve("cifar"));
    Files.write(cifar.resolve("data_batch_1.bin"), new byte[2 * 3073]);
    assertThat(count("--input", cifar, "--output", folder.resolve("a")).err())
        .contains("2 rows of id,index,label,image");
    Path scans = Files.createDirectory(folder.resolve("scans"));
    Files.write(
        scans.resolve("1.PGM"), new byte[] {'P', '2', ' ', '1', ' ', '1', ' ', '9', ' ', '7'});
    assertThat(count("--input", scans, "--output", folder.resolve("b")).err())
        .contains("1 rows of id,image");
  }

  @Test
  void unknownKindOfFile() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "x");
    assertRefused(
        count("--input", text, "--output", folder.resolve("out")),
        text
            + " does not look like one of the formats idx, cifar, imagefolder and parquet: say which with --input-format");
  }

  @Test
  void mixedKinds() throws IOException {
    Path png = Files.createFile(folder.resolve("a.PNG"));
    assertRefused(
        count("--input", png, table(), "--output", folder.resolve("out")),
        "the input mixes the formats imagefolder and parquet: give one of them with --input-format, or run the job"
            + " once for each");
  }

  @Test
  void whereThatLeavesNothing() throws IOException {
    Path table = table();
    assertRefused(
        count("--input", table, "--where", "kind = 7", "--output", folder.resolve("out")),
        "no image in " + table + " satisfies --where \"kind = 7\"");
  }

  @Test
  void whereThatSparkDoesNotUnderstand() throws IOException {
    Path table = table();
    assertRefused(
        count("--input", table, "--where", "kind ==== 7", "--output", folder.resolve("out")),
        "--where \"kind ==== 7\": Syntax error at or near '=='.");
    Ran ran = count("--input", table, "--where", "knd = 7", "--output", folder.resolve("out"));
    assertThat(ran.err())
        .contains("jobs/count: --where \"knd = 7\": A column")
        .contains("`knd` cannot be resolved. Did you mean one of the following?")
        .doesNotContain("SQLSTATE");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  @Test
  void missingColumn() throws IOException {
    Path table = table();
    assertRefused(
        count("--input", table, "--image-col", "pixels", "--output", folder.resolve("out")),
        table + " has no column `pixels` (--image-col); it has name, kind, image");
    assertRefused(
        count(
            "--input",
            table,
            "--id-col",
            "kind",
            "--image-col",
            "name",
            "--output",
            folder.resolve("out")),
        "--image-col name: it would be called `image` in the output, but the input has another column `image`");
  }

  @Test
  void usageErrors() {
    Ran missing = count("--input", "x");
    assertThat(missing.err())
        .isEqualTo(
            "jobs/count: Missing required option: '--output=DIR' (jobs/count --help lists the options)\n");
    assertThat(missing.exitCode()).isEqualTo(2);
    Ran unknown = count("--input", "x", "--output", "y", "--overwrit");
    assertThat(unknown.err()).contains("Unknown option").contains("did you mean --overwrite?");
    assertThat(unknown.exitCode()).isEqualTo(2);
    Ran noNumber = count("--input", "x", "--output", "y", "--times", "three");
    assertThat(noNumber.err()).contains("Invalid value for option '--times'").contains("three");
    assertThat(noNumber.exitCode()).isEqualTo(2);
  }

  @Test
  void helpNeedsNothingElse() {
    Ran ran = count("--help");
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .contains("Usage: jobs/count")
        .contains("--where=SQL")
        .contains("Column with the images, or field of a struct such as image.bytes (default:");
  }

  @Test
  void configFile() throws IOException {
    Path table = table();
    Path config = folder.resolve("count.properties");
    Files.writeString(
        config,
        String.format(
            Locale.ROOT, "times = 3\ninput = %s\noutput = %s\n", table, folder.resolve("one")));
    assertThat(count("--config", config).err()).contains("15 rows");
    Path two = folder.resolve("two");
    assertThat(count("--times=2", "--config=" + config, "--output", two).err()).contains("10 rows");
    assertThat(two).exists();
    Files.writeString(config, "overwrite = true\ntimes = 1\n");
    assertThat(count("--config", config, "--input", table, "--output", two).exitCode()).isZero();

    Files.writeString(config, "tims = 3\n");
    assertRefused(
        count("--config", config, "--input", table, "--output", folder.resolve("out")),
        config + ": there is no option named `tims`");
    Path nowhere = folder.resolve("nowhere.properties");
    assertRefused(count("--config", nowhere), "there is no configuration file " + nowhere);
  }
}
