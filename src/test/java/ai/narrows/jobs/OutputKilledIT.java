package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.DyingFileSystem;
import ai.narrows.DyingFileSystem.Moment;
import ai.narrows.TestJvm;
import ai.narrows.jobs.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A driver that is killed while it replaces an earlier output, and the next job. */
@Tag("cluster")
final class OutputKilledIT extends TrainedModels {
  private static final long OLD = 100;
  private static final long NEW = 300;
  private static final long LATER = 200;

  private Path out() {
    return folder.resolve("out");
  }

  private static Object[] args(Object output, long rows) {
    return new Object[] {
      "--model-dir",
      autoencoder,
      "--input",
      IMAGES,
      "--where",
      "index < " + rows,
      "--output",
      output
    };
  }

  private static String[] overwriting(Object output, long rows) {
    return Scripts.words(List.of(args(output, rows)), "--overwrite");
  }

  private static Ran run(String job, String... args) {
    return Ran.of(() -> job.equals("score") ? Score.run(args) : Embed.run(args));
  }

  /**
   * @param at what stands at the output's name when the job has died
   * @param then what stands there after the next job has begun
   * @param says what that one says
   */
  @ParameterizedTest
  @CsvSource({
    "score, WRITE, /out.tmp-.*/part-, OLD, OLD, is left of a job that was killed",
    "score, RENAME, ' -> [^ ]*/out$', NOTHING, NEW, the new output is in place now",
    "score, RENAME, '/out.old-[^ ]* -> ', NEW, NEW, is left of a job that was killed",
    "embed, WRITE, /out.tmp-.*/part-, OLD, OLD, is left of a job that was killed",
    "embed, RENAME, ' -> [^ ]*/out$', NOTHING, NEW, the new output is in place now",
    "embed, DELETE, /out.tmp-[^/]*$, NEW, NEW, is left of a job that was killed",
  })
  void noneIsEverHalf(String job, Moment moment, String path, String at, String then, String says)
      throws Exception {
    Ran earlier = run(job, overwriting(out(), OLD));
    assertThat(earlier.exitCode()).as(earlier.err()).isZero();
    TestJvm.dies(
        folder.resolve("log"),
        DyingFileSystem.options(moment, path, 1),
        job.equals("score") ? Score.class : Embed.class,
        overwriting("dying:" + out(), NEW));
    assertStands(at);
    assertSuccessIsNeverOfHalf();

    Ran next = run(job, Scripts.words(List.of(args(out(), LATER))));
    assertThat(next.err()).contains(says).contains("exists already");
    assertThat(next.exitCode()).isEqualTo(Failure.WRONG_INPUT);
    assertStands(then);
    assertSuccessIsNeverOfHalf();

    Ran last = run(job, overwriting(out(), LATER));
    assertThat(last.exitCode()).as(last.err()).isZero();
    assertRows(out(), LATER);
  }

  private void assertStands(String which) {
    switch (which) {
      case "OLD" -> assertRows(out(), OLD);
      case "NEW" -> assertRows(out(), NEW);
      default -> assertThat(out()).doesNotExist();
    }
  }

  private static void assertRows(Path table, long rows) {
    assertThat(table.resolve("_SUCCESS")).exists();
    var counts =
        spark
            .read()
            .parquet(table.toString())
            .agg(functions.count(functions.lit(1)), functions.countDistinct("id"))
            .first();
    assertThat(counts.getLong(0)).isEqualTo(rows);
    assertThat(counts.getLong(1)).isEqualTo(rows);
  }

  /** Wherever a table says that it is complete, under whatever name, it is. */
  private void assertSuccessIsNeverOfHalf() throws IOException {
    try (var tables = Files.list(folder)) {
      for (Path table : tables.filter(t -> Files.exists(t.resolve("_SUCCESS"))).toList()) {
        assertThat(spark.read().parquet(table.toString()).count()).isIn(OLD, NEW);
      }
    }
  }

  @Test
  void anOutputOfOneFile() throws Exception {
    Path scores = folder.resolve("scores");
    assertThat(run("score", overwriting(scores, OLD)).exitCode()).isZero();
    Files.writeString(out(), "{\"auroc\": 1.0, \"averagePrecision\": 1.0}");
    List<Object> args =
        List.of("--scores", scores, "--anomalous", "label <> 1", "--overwrite", "--output");
    TestJvm.dies(
        folder.resolve("log"),
        DyingFileSystem.options(Moment.RENAME, " -> [^ ]*/out$", 1),
        Evaluate.class,
        Scripts.words(args, "dying:" + out()));
    assertThat(out()).doesNotExist();

    Ran refused =
        Ran.of(
            () ->
                Evaluate.run(
                    Scripts.words("--scores", scores, "--anomalous", "true", "--output", out())));

    assertThat(refused.err()).contains("the new output is in place now").contains("exists already");
    assertThat(out()).content().contains("\"rows\": 100");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(scores, out(), folder.resolve("log"));
    }
  }
}
