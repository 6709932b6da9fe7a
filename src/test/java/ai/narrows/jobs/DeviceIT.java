package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.distributed.DevicesOfTasks;
import java.io.IOException;
import java.io.InputStream;
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

/**
 * GPUs as Spark hands them out, found by {@code conf/find-gpus} with an nvidia-smi that makes them
 * up: there is none where the tests run.
 */
final class DeviceIT {
  @TempDir Path folder;

  @BeforeAll
  static void needsTheJar() {
    Scripts.needTheJar();
  }

  /** Spark's options for two tasks at a time that have a GPU each, and the environment for it. */
  private List<Object> gpus() {
    String script = Scripts.ROOT.resolve("conf/find-gpus").toString();
    return List.of(
        "--master",
        "local-cluster[1,2,1024]",
        "--conf",
        "spark.ui.enabled=false",
        "--conf",
        "spark.scheduler.minRegisteredResourcesRatio=1",
        "--conf",
        "spark.worker.resource.gpu.amount=2",
        "--conf",
        "spark.worker.resource.gpu.discoveryScript=" + script,
        "--conf",
        "spark.executor.resource.gpu.amount=2",
        "--conf",
        "spark.task.resource.gpu.amount=1");
  }

  private Map<String, String> withGpus(String... listed) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path smi = bin.resolve("nvidia-smi");
    Files.writeString(smi, "#!/bin/sh\nprintf '%s\\n' " + String.join(" ", listed) + "\n");
    assertThat(smi.toFile().setExecutable(true)).isTrue();
    return Map.of("PATH", bin + ":" + System.getenv("PATH"));
  }

  private static final String WITHOUT_ND4J =
      "ND4J's own backend was asked for, but this jar of Narrows does not have it: take narrows-*-spark-nd4j.jar"
          + " (mvn -Pnd4j package), or narrows-*-spark-cuda.jar (mvn -Pcuda package) for GPUs";

  private Path jarOf(Class<?> type) throws IOException {
    Path jar = folder.resolve("program.jar");
    String name = type.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        InputStream compiled = type.getClassLoader().getResourceAsStream(name)) {
      out.putNextEntry(new JarEntry(name));
      compiled.transferTo(out);
    }
    return jar;
  }

  @Tag("cluster")
  @Test
  void everyTaskComputesOnTheGpuThatSparkGaveIt() throws Exception {
    Map<String, String> environment =
        Map.of(
            "PATH",
            withGpus("3", "5").get("PATH"),
            "NARROWS_JAR",
            jarOf(DevicesOfTasks.class).toString());
    Ran ran =
        new Scripts(folder)
            .run(
                environment,
                Scripts.script("submit"),
                DevicesOfTasks.class.getName(),
                gpus(),
                "--jars",
                System.getProperty("narrows.sparkJar"),
                "--");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out().lines())
        .containsExactlyInAnyOrder("3: " + WITHOUT_ND4J, "5: " + WITHOUT_ND4J);
  }

  @Tag("cluster")
  @Test
  void gpusForAJarWithoutCudaAreAnErrorBeforeTheWork() throws Exception {
    Ran ran =
        new Scripts(folder)
            .run(
                withGpus("0", "1"),
                Scripts.script("train"),
                gpus(),
                "--",
                "--input",
                Scripts.IMAGES,
                "--output",
                "model");
    assertThat(ran.err())
        .endsWith(
            "jobs/train: spark.task.resource.gpu.amount is 1, but this jar computes on processors alone:"
                + " build one with \"mvn -Pcuda package\", or ask for no GPUs\n");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("model")).doesNotExist();
  }

  @Test
  void findingGpus() throws Exception {
    Path script = Scripts.ROOT.resolve("conf/find-gpus");
    Ran ran = new Scripts(folder).run(withGpus("0", "1", "12"), script);
    assertThat(ran.out()).isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\", \"12\"]}\n");
    assertThat(ran.exitCode()).isZero();
    Ran none = new Scripts(folder).run(withGpus("''"), script);
    assertThat(none.err()).startsWith("find-gpus: nvidia-smi lists no GPU on ");
    assertThat(none.exitCode()).isEqualTo(1);
  }
}
