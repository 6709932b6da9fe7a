package ai.narrows.jobs;

import static ai.narrows.jobs.Scripts.IMAGES;
import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.jobs.console.Failure;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar under what managed platforms do to it, each time in a process of its own. */
@Tag("cluster")
final class PlatformsIT {
  private static final List<Object> TRAINING =
      List.of(
          List.of("--input", IMAGES, "--where", "index < 200", "--epochs", 1),
          List.of("--hidden", 8, "--latent", 2, "--output", "model"));

  @TempDir Path folder;

  @BeforeAll
  static void needsTheJar() {
    Scripts.needTheJar();
  }

  private Ran submit(Object... options) throws Exception {
    return new Scripts(folder)
        .run(
            Map.of(),
            Scripts.script("spark-class"),
            List.of("org.apache.spark.deploy.SparkSubmit", "--conf", "spark.ui.enabled=false"),
            List.of("--conf", "spark.jars.ivy=" + folder.resolve("ivy")),
            List.of(options));
  }

  private static List<Object> job() {
    return List.of("--class", Train.class.getName(), System.getProperty("narrows.sparkJar"));
  }

  private void assertTrained(Ran ran) {
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(folder.resolve("model/metadata/_SUCCESS")).exists();
    assertThat(ran.err()).doesNotContain("OpenBLAS multiplies");
  }

  /** Natives go to the working directory then. */
  @Test
  void aUserWithoutAHome() throws Exception {
    Ran ran =
        submit("--master", "local[2]", "--driver-java-options", "-Duser.home=?", job(), TRAINING);
    assertTrained(ran);
    assertThat(folder.resolve("narrows-natives/narrows.lock")).exists();
  }

  @Test
  void aFolderThatCannotBeUsed() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Ran ran =
        submit(
            List.of("--master", "local[2]", "--driver-java-options"),
            "-Dorg.bytedeco.javacpp.cachedir=" + file,
            job(),
            TRAINING);
    assertThat(ran.exitCode()).isEqualTo(Failure.FAILED);
    assertThat(ran.err())
        .contains(
            "jobs/train: the native libraries cannot be unpacked into %s, which org.bytedeco.javacpp.cachedir names: it"
                .formatted(file))
        .contains("; set -Dorg.bytedeco.javacpp.cachedir=DIR, in spark.driver.extraJavaOptions")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("model")).doesNotExist();
  }

  /** A small jar with the main class, and Narrows beside it. */
  @Test
  void aProgramThatCallsJobs() throws Exception {
    String entry = Nightly.class.getName().replace('.', '/') + ".class";
    Path jar = folder.resolve("nightly.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        var compiled = Nightly.class.getResourceAsStream("/" + entry)) {
      out.putNextEntry(new JarEntry(entry));
      out.write(compiled.readAllBytes());
    }
    Ran ran =
        submit(
            List.of("--master", "local[2]", "--jars", System.getProperty("narrows.sparkJar")),
            List.of("--class", Nightly.class.getName(), jar),
            TRAINING);
    assertTrained(ran);
    assertThat(ran.out()).isEqualTo("failed with 2\ntrained, and the session counts to 3\n");
  }

  @Test
  void theJarsClassesBeforeSparks() throws Exception {
    List<Object> driver = List.of("--conf", "spark.driver.userClassPathFirst=true");
    List<Object> executor = List.of("--conf", "spark.executor.userClassPathFirst=true");
    assertTrained(
        new Scripts(folder)
            .run(
                Map.of(),
                Scripts.script("train"), // which leaves nothing in Spark's installation
                List.of("--master", "local-cluster[1,2,1024]", "--conf", "spark.ui.enabled=false"),
                driver,
                executor,
                "--",
                TRAINING));
    Ran local = submit(List.of("--master", "local[2]"), driver, executor, job(), TRAINING);
    assertThat(local.exitCode()).isEqualTo(Failure.WRONG_INPUT);
    assertThat(local.err())
        .endsWith(
            "jobs/train: spark.executor.userClassPathFirst loads every class twice where driver and executor"
                + " share a JVM: leave it out with master local[2]\n")
        .doesNotContain("INFO");
  }
}
