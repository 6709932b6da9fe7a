package io.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged jar under SparkSubmit, as jobs/* start it, with executors that are processes of
 * their own.
 */
class LocalClusterIT {
  private static final List<String> CLUSTER =
      List.of(
          "--master",
          "local-cluster[2,1,2048]",
          "--conf",
          "spark.executor.memory=2048m",
          "--conf",
          "spark.ui.enabled=false",
          "--");
  private static final String IMAGES = "data/fashion-mnist/t10k-images-idx3-ubyte.gz";
  private static final long TIMEOUT_MINUTES = 5;

  @Test
  void trainsScoresAndEvaluatesOnExecutorProcesses(@TempDir Path folder) throws Exception {
    String model = folder.resolve("model").toString();
    String scores = folder.resolve("scores").toString();
    run(
        "train",
        List.of(
            "--input",
            IMAGES,
            "--where",
            "label = 1",
            "--hidden",
            "64,16",
            "--latent",
            "4",
            "--epochs",
            "15",
            "--batch-size",
            "32",
            "--workers",
            "2",
            "--output",
            model));
    JsonNode metadata = json(only(folder.resolve("model/metadata")));
    assertThat(metadata.at("/narrows/training/workers").asInt()).isEqualTo(2);
    assertThat(metadata.at("/narrows/training/rows").asInt()).isEqualTo(1000);
    run("score", List.of("--model-dir", model, "--input", IMAGES, "--output", scores));
    assertThat(folder.resolve("scores/_SUCCESS")).exists();
    Path evaluation = folder.resolve("evaluation.json");
    run(
        "evaluate",
        List.of(
            "--scores", scores, "--anomalous", "label <> 1", "--output", evaluation.toString()));
    JsonNode result = json(evaluation);
    assertThat(result.get("auroc").asDouble()).isGreaterThan(0.95);
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(Files.readString(file));
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("part-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void run(String job, List<String> options) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "jobs/" + job));
    command.addAll(CLUSTER);
    command.addAll(options);
    Path log = Files.createTempFile("narrows-" + job, ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().remove("SPARK_HOME");
    Process process = builder.start();
    boolean ended = process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    assertThat(ended && process.exitValue() == 0)
        .as("%s: %s", command, Files.readString(log))
        .isTrue();
    Files.delete(log);
  }
}
