package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.compat.Build;
import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.jobs.tracking.MlflowTrackingTest;
import ai.narrows.ml.Autoencoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings on record with a real MLflow server, and what it then says of them. */
@Tag("extras")
final class MlflowIT extends SparkFixture {
  private static final Duration PATIENCE = PipServer.PATIENCE;
  private static final List<Object> TRAINING =
      List.of("--input", Scripts.IMAGES, "--where", "index < 300", "--hidden", 16, "--workers", 2);

  @TempDir static Path folder;
  private static PipServer server;
  private static String address;

  @BeforeAll
  static void startServer() throws Exception {
    int port = MlflowTrackingTest.closedPort();
    server =
        PipServer.start(
            folder,
            Map.of("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false"),
            port,
            "/health",
            "mlflow",
            "server",
            "--backend-store-uri=sqlite:///" + folder.resolve("mlflow.db"),
            "--artifacts-destination=" + folder.resolve("artifacts"),
            "--host=127.0.0.1",
            "--port=" + port,
            "--workers=1");
    address = server.address();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.stop();
  }

  private JsonNode answer(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response = PipServer.ask(request);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  private JsonNode get(String path) throws Exception {
    return answer(HttpRequest.newBuilder(URI.create(address + "/api/2.0/mlflow/" + path)));
  }

  /** The runs of an experiment, the newest first. */
  private JsonNode runs(String experiment) throws Exception {
    JsonNode found = get("experiments/get-by-name?experiment_name=" + experiment);
    String ids = found.at("/experiment/experiment_id").asText();
    return answer(
            HttpRequest.newBuilder(URI.create(address + "/api/2.0/mlflow/runs/search"))
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        String.format(Locale.ROOT, "{\"experiment_ids\": [\"%s\"]}", ids))))
        .path("runs");
  }

  private static Map<String, String> entries(JsonNode run, String list) {
    Map<String, String> entries = new TreeMap<>();
    run.path("data")
        .path(list)
        .forEach(entry -> entries.put(entry.path("key").asText(), entry.path("value").asText()));
    return entries;
  }

  /** A metric by epoch. */
  private Map<Integer, Double> history(JsonNode run, String metric) throws Exception {
    String id = run.at("/info/run_id").asText();
    Map<Integer, Double> values = new TreeMap<>();
    get(String.format(Locale.ROOT, "metrics/get-history?run_id=%s&metric_key=%s", id, metric))
        .path("metrics")
        .forEach(value -> values.put(value.path("step").asInt(), value.path("value").asDouble()));
    return values;
  }

  /** The same, as the model has it. */
  private static Map<Integer, Double> history(Path model, String metric) throws IOException {
    Map<Integer, Double> values = new TreeMap<>();
    for (String line : Files.readAllLines(model.resolve("history.jsonl"))) {
      JsonNode epoch = new ObjectMapper().readTree(line);
      values.put(epoch.path("epoch").asInt(), epoch.path(metric).asDouble());
    }
    return values;
  }

  private static Ran train(Object... args) {
    return Ran.of(() -> Train.run(Scripts.words(TRAINING, List.of(args))));
  }

  @Test
  void aRunHasWhatTheModelHas() throws Exception {
    Path model = folder.resolve("model");
    Ran ran =
        train(
            List.of("--epochs", 2, "--validation-fraction", 0.1, "--output", model),
            List.of("--mode", "DROPMALFORMED"),
            List.of("--report", folder.resolve("report.html"), "--mlflow-tracking-uri", address),
            List.of("--mlflow-experiment", "photos", "--mlflow-run-name", "first"));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err())
        .contains("Tracking: " + address + "/#/experiments/")
        .doesNotContain("Warning");

    JsonNode runs = runs("photos");
    assertThat(runs).hasSize(1);
    JsonNode run = runs.get(0);
    assertThat(run.at("/info/status").asText()).isEqualTo("FINISHED");
    assertThat(run.at("/info/run_name").asText()).isEqualTo("first");
    assertThat(run.at("/info/end_time").asLong())
        .isGreaterThan(run.at("/info/start_time").asLong());

    Map<String, String> params = new LinkedHashMap<>(ParamOptions.values(new Autoencoder()));
    params.putAll(Map.of("model", "autoencoder", "hidden", "16", "epochs", "2"));
    params.putAll(Map.of("numWorkers", "2", "validationFraction", "0.1", "calibrationRows", "27"));
    params.putAll(Map.of("rows", "243", "validationRows", "30", "skippedRows", "0"));
    params.putAll(Map.of("workers", "2", "planned.averagingFrequency", "1"));
    params.putAll(Map.of("planned.outerMomentum", "0.0", "handleInvalid", "skip"));
    assertThat(entries(run, "params")).containsExactlyInAnyOrderEntriesOf(params);

    for (String metric :
        List.of("loss", "validationLoss", "imagesPerSecond", "communicationShare", "seconds")) {
      assertThat(history(run, metric)).hasSize(2).isEqualTo(history(model, metric));
    }
    Map<String, String> metrics = entries(run, "metrics");
    assertThat(metrics.keySet())
        .containsExactlyInAnyOrder(
            "loss",
            "validationLoss",
            "imagesPerSecond",
            "communicationShare",
            "seconds",
            "threshold",
            "bestEpoch",
            "totalSeconds");
    assertThat(ran.err())
        .contains(
            String.format(Locale.ROOT, "threshold %.6g", Double.valueOf(metrics.get("threshold"))));
    assertThat(history(run, "bestEpoch")).containsOnlyKeys(2);

    assertThat(entries(run, "tags"))
        .containsEntry("narrows.model", "file:" + model)
        .containsEntry("narrows.report", "file:" + folder.resolve("report.html"))
        .containsEntry("narrows.input", Scripts.IMAGES.toString())
        .containsEntry("narrows.version", Build.here().version())
        .containsEntry("spark.applicationId", spark.sparkContext().applicationId())
        .containsEntry("mlflow.source.name", "jobs/train")
        .doesNotContainKey("narrows.resumedAfterEpoch");
  }

  @Test
  void aRunThatGoesOnHasAllEpochs() throws Exception {
    Path checkpoints = folder.resolve("checkpoints");
    Path model = folder.resolve("longer");
    List<Object> tracked = List.of("--mlflow-tracking-uri", address, "--mlflow-experiment", "on");
    List<Object> resuming = List.of("--checkpoint", checkpoints, "--resume");
    assertThat(train("--epochs", 1, resuming, "--output", folder.resolve("short")).exitCode())
        .isZero();
    Ran ran = train("--epochs", 3, resuming, tracked, "--output", model);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    JsonNode run = runs("on").get(0);
    assertThat(entries(run, "tags")).containsEntry("narrows.resumedAfterEpoch", "1");
    assertThat(history(run, "loss")).hasSize(3).isEqualTo(history(model, "loss"));
  }

  @Test
  void aTrainingThatFailsIsARunThatFails() throws Exception {
    Ran ran =
        train(
            List.of("--epochs", 2, "--solver", "sgd", "--step-size", "1e30"),
            List.of("--mlflow-tracking-uri", address, "--mlflow-experiment", "failing"),
            List.of("--output", folder.resolve("none")));
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(1);
    assertThat(runs("failing").at("/0/info/status").asText()).isEqualTo("FAILED");
  }

  /** From the packaged jar, by the signal that Ctrl-C and schedulers send. */
  @Test
  void aTrainingThatIsStoppedIsARunThatWasKilled() throws Exception {
    Scripts.needTheJar();
    Path err = folder.resolve("stopped.err");
    Process job =
        new Scripts(folder)
            .start(
                Map.of(),
                Scripts.script("train"),
                folder.resolve("stopped.out"),
                err,
                TRAINING,
                List.of("--epochs", 1_000_000, "--patience", 0, "--output", "stopped"),
                List.of("--mlflow-tracking-uri", address, "--mlflow-experiment", "stopped"));
    try {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!Files.readString(err).contains("Tracking: ")) {
        assertThat(job.isAlive() && System.nanoTime() < end).as(Files.readString(err)).isTrue();
        Thread.sleep(100);
      }
      job.destroy();
      assertThat(job.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      job.destroyForcibly();
    }
    JsonNode run = runs("stopped").get(0);
    assertThat(run.at("/info/status").asText()).as(Files.readString(err)).isEqualTo("KILLED");
    assertThat(entries(run, "params")).containsEntry("hidden", "16");
  }
}
