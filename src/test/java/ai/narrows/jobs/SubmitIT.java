package ai.narrows.jobs;

import static ai.narrows.jobs.Scripts.IMAGES;
import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.Photos;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged jar under SparkSubmit, through the scripts in jobs/, as a user starts it. */
final class SubmitIT {
  @TempDir Path folder;

  @BeforeAll
  static void needsTheJar() {
    Scripts.needTheJar();
  }

  private Ran run(Map<String, String> environment, Path script, Object... args)
      throws IOException, InterruptedException {
    return new Scripts(folder).run(environment, script, args);
  }

  /** Spark's options, then those of the job. */
  private Ran onExecutorProcesses(String job, Object... options) throws Exception {
    Ran ran =
        run(
            Map.of("TMPDIR", temporary().toString()),
            Scripts.script(job),
            "--master",
            "local-cluster[2,1,2048]",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.executor.memory=2g",
            "--",
            List.of(options));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertNothingLeft();
    return ran;
  }

  private Path temporary() throws IOException {
    return Files.createDirectories(folder.resolve("temporary files"));
  }

  /** Executors have folders of their own, each with a copy of the jar. */
  private void assertNothingLeft() throws Exception {
    assertThat(Scripts.ROOT.resolve("target/spark/work")).doesNotExist();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    List<Path> left;
    do {
      Thread.sleep(200);
      try (Stream<Path> files = Files.list(temporary())) {
        left = files.filter(f -> f.getFileName().toString().startsWith("narrows-")).toList();
      }
    } while (!left.isEmpty() && System.nanoTime() < end);
    assertThat(left).isEmpty();
  }

  @Tag("cluster")
  @Test
  void executorsLeaveNothingInAnInstalledSparkEither() throws Exception {
    Path home = Files.createDirectories(folder.resolve("spark home"));
    Path submit = Files.createDirectories(home.resolve("bin")).resolve("spark-submit");
    Files.writeString(
        submit, "#!/bin/sh\nmkdir \"$SPARK_HOME/work\" && ls \"$SPARK_HOME\" && kill -9 $$\n");
    assertThat(submit.toFile().setExecutable(true)).isTrue();
    Map<String, String> environment =
        Map.of("SPARK_HOME", home.toString(), "TMPDIR", temporary().toString());
    for (List<String> cluster :
        List.of(
            List.of("--master=local-cluster[1,1,1024]", "--"),
            List.of("--conf", "spark.master=local-cluster[1,1,1024]", "--"))) {
      Ran ran = run(environment, Scripts.script("score"), cluster);
      assertThat(ran.out()).isEqualTo("bin\nwork\n");
      assertThat(ran.exitCode()).isEqualTo(128 + 9);
      assertThat(home.resolve("work")).doesNotExist();
      assertNothingLeft();
    }
  }

  @Tag("cluster")
  @Test
  void trainsScoresAndEvaluatesOnExecutorProcesses() throws Exception {
    Ran trained =
        onExecutorProcesses(
            "train",
            "--input",
            IMAGES,
            "--where",
            "label = 1",
            "--hidden",
            "64,16",
            "--latent",
            "4",
            "--epochs",
            "10",
            "--batch-size",
            "32",
            "--averaging-frequency",
            "8",
            "--output",
            "a model");
    assertThat(trained.err())
        .contains("Training on 900 images (100 for the threshold) with 2 workers")
        .contains("Saved the autoencoder 784-64-16-4-16-64-784");
    assertThat(folder.resolve("a model").resolve("metadata").resolve("_SUCCESS")).exists();
    onExecutorProcesses("score", "--model-dir", "a model", "--input", IMAGES, "--output", "scores");
    Ran evaluated =
        onExecutorProcesses("evaluate", "--scores", "scores", "--anomalous", "label <> 1");
    JsonNode result = new ObjectMapper().readTree(evaluated.out());
    assertThat(result.get("rows").asInt()).isEqualTo(10_000);
    assertThat(result.get("auroc").asDouble()).isGreaterThan(0.95);
  }

  @Test
  void speaksInOneSentence() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("score it"), Scripts.script("score"));
    Ran ran =
        run(Map.of(), link, "--model-dir", "no model", "--input", IMAGES, "--output", "scores");
    assertThat(ran.err())
        .isEqualTo("jobs/score: no model is not a Narrows model: it has no folder metadata\n");
    assertThat(ran.out()).isEmpty();
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  @Tag("cluster")
  @Test
  void namesInThePosixLocale() throws Exception {
    Photos.slopes(folder.resolve("in"), 2);
    String script =
        "mv in/* . ; first=(*.png); mv \"$first\" $'in/pr\\xc3\\xbcfling.png'; exec "
            + Scripts.script("pack")
            + " --input in --output $'gr\\xc3\\xb6\\xc3\\x9fe'";
    Ran ran = run(Map.of("LC_ALL", "C"), Path.of("/bin/bash"), "-c", script);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("Packed 1 images: gr\u00f6\u00dfe");
    Ran read =
        run(
            Map.of("LC_ALL", "C"),
            Path.of("/bin/bash"),
            "-c",
            "cd $'gr\\xc3\\xb6\\xc3\\x9fe' && ls _SUCCESS");
    assertThat(read.out()).isEqualTo("_SUCCESS\n");
  }

  @Test
  void needsAJar() throws Exception {
    Ran ran = run(Map.of("NARROWS_JAR", "/no/narrows.jar"), Scripts.script("train"), "--help");
    assertThat(ran.err())
        .isEqualTo("There is no jar at /no/narrows.jar, which NARROWS_JAR names.\n");
    assertThat(ran.exitCode()).isEqualTo(2);
    Path elsewhere = Scripts.copy(Scripts.ROOT.resolve("jobs"), folder.resolve("clone/jobs"));
    Ran unbuilt = run(Map.of(), elsewhere.resolve("train"), "--help");
    assertThat(unbuilt.err())
        .startsWith(
            "The jar target/narrows-*-spark.jar is missing: run \"mvn -DskipTests package\"");
    assertThat(unbuilt.exitCode()).isEqualTo(2);
  }

  @Test
  void usesAnInstalledSpark() throws Exception {
    Path submit = executable("spark home/bin/spark-submit", "printf '<%s>' \"$@\"\nexit 7");
    Path bin = submit.getParent();
    Ran ran =
        run(
            Map.of("SPARK_HOME", bin.getParent().toString()),
            Scripts.script("embed"),
            "--master",
            "yarn",
            "--",
            "--input",
            "a b");
    assertThat(ran.out())
        .startsWith("<--master><yarn><--class><ai.narrows.jobs.Embed><")
        .endsWith("-spark.jar><--input><a b>");
    assertThat(ran.exitCode()).isEqualTo(7);
    Files.copy(submit, bin.resolve("spark-class"));
    assertThat(bin.resolve("spark-class").toFile().setExecutable(true)).isTrue();
    Ran daemon =
        run(
            Map.of("SPARK_HOME", bin.getParent().toString()),
            Scripts.script("spark-class"),
            "some.Daemon",
            "a b");
    assertThat(daemon.out()).isEqualTo("<some.Daemon><a b>");
    assertThat(daemon.exitCode()).isEqualTo(7);
    Ran local =
        run(Map.of("SPARK_HOME", bin.getParent().toString()), Scripts.script("embed"), "--help");
    assertThat(local.out())
        .startsWith("<--master><local[*]><--properties-file><")
        .endsWith("-spark.jar><--help>");
  }

  private Path executable(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  /** Spark and Java as an environment names them, in so far as scripts look before they start. */
  private Map<String, String> installed(String scala, String spark, String java)
      throws IOException {
    Path submit = executable("spark-" + spark + "/bin/spark-submit", "echo \"$@\"");
    Path sparkHome = submit.getParent().getParent();
    Path javaHome = executable("java-" + java + "/bin/java", "exit 3").getParent().getParent();
    Path jars = Files.createDirectories(sparkHome.resolve("jars"));
    Files.createFile(jars.resolve("spark-core_" + scala + "-" + spark + ".jar"));
    Files.writeString(javaHome.resolve("release"), "JAVA_VERSION=\"" + java + "\"\n");
    return Map.of("SPARK_HOME", sparkHome.toString(), "JAVA_HOME", javaHome.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2.13 | 4.0.5  | 25.0.3    | Spark 4.0.5 does not run on Java 25: set JAVA_HOME to Java 17 or 21, or SPARK_HOME to Spark 4.2 or newer.
          2.13 | 4.1.4  | 24.0.1    | Spark 4.1.4 does not run on Java 24: set JAVA_HOME to Java 17 or 21, or SPARK_HOME to Spark 4.2 or newer.
          2.12 | 3.5.9  | 25        | Spark 3.5.9 does not run on Java 25: set JAVA_HOME to Java 17 or 21, or SPARK_HOME to Spark 4.2 or newer.
          2.13 | 4.3.0  | 11.0.2    | Java 11 is here with Spark 4.3.0, but Narrows needs Java 17 or newer: set JAVA_HOME to one.
          2.12 | 3.5.1  | 1.8.0_392 | Java 8 is here with Spark 3.5.1, but Narrows needs Java 17 or newer: set JAVA_HOME to one.
          2.12 | 3.4.4  | 17.0.15   | SPARK_HOME has Spark 3.4.4, but Narrows is for Spark 4 and Spark 3.5: set SPARK_HOME to one of these.
          2.13 | 5.0.0  | 25        | SPARK_HOME has Spark 5.0.0, but Narrows is for Spark 4 and Spark 3.5: set SPARK_HOME to one of these.
          """)
  void pairsThatCannotWorkAreRefused(String scala, String spark, String java, String sentence)
      throws Exception {
    Ran ran = run(installed(scala, spark, java), Scripts.script("train"), "--help");
    assertThat(ran.err()).isEqualTo(sentence + "\n");
    assertThat(ran.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"2.13, 4.0.1, 23.0.1", "2.13, 4.2.0, 25", "2.13, 4.0.2-amzn-0, 17.0.9"})
  void othersAreNot(String scala, String spark, String java) throws Exception {
    Ran ran = run(installed(scala, spark, java), Scripts.script("train"), "--help");
    assertThat(ran.out()).endsWith("-spark.jar --help\n");
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void theJarIsTheOneForTheSpark() throws Exception {
    Path clone = folder.resolve("clone");
    Files.createDirectories(clone.resolve("target/spark-3.5_2.12"));
    Files.createFile(clone.resolve("target/narrows-1-spark.jar"));
    Path older =
        Files.createFile(clone.resolve("target/spark-3.5_2.12/narrows-spark-3.5_2.12-1-spark.jar"));
    Path jobs = Scripts.copy(Scripts.ROOT.resolve("jobs"), clone.resolve("jobs"));
    assertThat(run(installed("2.12", "3.5.9", "17"), jobs.resolve("submit"), "A").out())
        .endsWith(older + "\n");
    assertThat(run(installed("2.13", "3.5.8", "17"), jobs.resolve("submit"), "A").err())
        .startsWith(
            "The jar target/spark-3.5_2.13/narrows-*-spark.jar is missing: run \"mvn -Pspark-3.5,scala-2.13 -DskipTests package\"");
  }
}
