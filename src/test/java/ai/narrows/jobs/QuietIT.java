package ai.narrows.jobs;

import static ai.narrows.jobs.Scripts.IMAGES;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What jobs print where nobody asks for more: their own lines, and nothing of what they stand on.
 */
@Tag("cluster")
final class QuietIT {
  private static final List<Object> INPUT = List.of("--input", IMAGES, "--where", "index < 300");
  private static final List<Object> TRAINING =
      List.of(INPUT, "--model", "vae", "--epochs", 2, "--workers", 2, "--hidden", 16);

  /** A line of a job's own, with the seconds in front. */
  private static final String LINE = "\\[ *[0-9]+\\.[0-9] s] ([A-Ze]|--contamination ).*";

  @TempDir Path folder;

  @BeforeAll
  static void needsTheJar() {
    Scripts.needTheJar();
  }

  private Ran run(String script, Object... args) throws Exception {
    Ran ran = new Scripts(folder).run(Map.of(), Scripts.script(script), args);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return ran;
  }

  private static void assertLines(Stream<String> lines, String... contents) {
    assertThat(lines)
        .allMatch(line -> line.matches(LINE))
        .zipSatisfy(List.of(contents), (line, content) -> assertThat(line).contains(content));
  }

  private static final String[] OF_TRAINING = {
    "Training on 270 images (30 for the threshold)",
    "Averaging every",
    "epoch 1/2  loss",
    "epoch 2/2  loss",
    "Threshold ",
    "--contamination 0.01 needs at least 99 images",
    "Saved the vae"
  };

  @Test
  void jobsPrintTheirOwnLines() throws Exception {
    Ran train = run("train", TRAINING, "--output", "model");
    assertLines(train.err().lines(), OF_TRAINING);
    Ran score = run("score", INPUT, "--model-dir", "model", "--output", "scores");
    assertLines(score.err().lines(), "Scored 300 images");
    Ran generate = run("generate", "--model-dir", "model", "--count", 3, "--output", "generated");
    assertLines(generate.err().lines(), "Generated 3 images");
    Ran pack = run("pack", "--input", "generated", "--output", "packed");
    assertLines(pack.err().lines(), "Found 4 images", "Packed 4 of 4", "Packed 4 images");
    for (Ran ran : List.of(train, score, generate, pack)) {
      assertThat(ran.out()).isEmpty();
    }
    Ran evaluate = run("evaluate", "--scores", "scores", "--anomalous", "label <> 1");
    assertThat(evaluate.out()).startsWith("{\n").endsWith("\n}\n");
    assertThat(evaluate.err().lines().filter(line -> !line.isEmpty()))
        .allMatch(
            line ->
                line.matches(
                    "300 rows, .*|  +95 % interval|[A-Za-z1 ]+[01]\\.[0-9]{4}( .*)?|label +rows .*"
                        + "|[0-9] +[0-9]+ .*"));
  }

  /** What spark-submit says before it starts the job is its own. */
  @Test
  void underPlainSparkSubmitToo() throws Exception {
    List<Object> submit =
        List.of(
            List.of("org.apache.spark.deploy.SparkSubmit", "--master", "local[2]"),
            List.of("--conf", "spark.ui.enabled=false", "--class", Train.class.getName()),
            List.of(System.getProperty("narrows.sparkJar")));
    Ran quiet = run("spark-class", submit, TRAINING, "--output", "model");
    assertLines(quiet.err().lines().dropWhile(line -> !line.startsWith("[")), OF_TRAINING);
    assertThat(quiet.err()).doesNotContain("INFO").doesNotContain("Loaded [");
  }

  @Test
  void verboseBringsTheLogBack() throws Exception {
    Ran ran = run("train", TRAINING, "--output", "model", "--verbose");
    assertThat(ran.err())
        .contains("INFO SparkContext: Running Spark version")
        .contains("INFO DAGScheduler:")
        .contains("epoch 2/2  loss");
  }
}
