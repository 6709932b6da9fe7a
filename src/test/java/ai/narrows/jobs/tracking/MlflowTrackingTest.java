package ai.narrows.jobs.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.jobs.MlflowStub;
import ai.narrows.jobs.Ran;
import ai.narrows.jobs.console.Progress;
import ai.narrows.train.EpochReport;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What reaches a server, and what a server that fails costs. */
public class MlflowTrackingTest {
  private static final Duration PATIENT = Duration.ofMinutes(1);

  private static MlflowTracking tracking(String uri, Duration patience) {
    MlflowServer server =
        MlflowServer.of("--mlflow-tracking-uri", uri, Map.of("MLFLOW_TRACKING_TOKEN", "s3cret"));
    MlflowRun run = new MlflowRun("photos", "first");
    run.params(Map.of("latentDim", "3"));
    run.tags(Map.of("narrows.input", "photos/good"));
    return new MlflowTracking(server, run, Progress.inLines(), patience);
  }

  private static EpochReport report(int epoch) {
    return new EpochReport(epoch, 1.0 / epoch, Double.NaN, 1000, 0.25, 2);
  }

  private interface Training {
    void run() throws Exception;
  }

  /** What a training has said. */
  private static List<String> lines(Training training) {
    return Ran.of(
            () -> {
              try {
                training.run();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              return 0;
            })
        .err()
        .lines()
        .map(line -> line.replaceFirst("^\\[ *[0-9.]+ s] ", ""))
        .toList();
  }

  private static Map<String, Double> metricsOf(MlflowStub server, int epoch) {
    return server.logged("metrics").stream()
        .filter(metric -> metric.path("step").asInt() == epoch)
        .collect(
            Collectors.toMap(
                metric -> metric.path("key").asText(), metric -> metric.path("value").asDouble()));
  }

  @Test
  void aRunHasParamsMetricsAndTagsAndEnds() throws Exception {
    try (MlflowStub server = new MlflowStub(MlflowStub.SOUND)) {
      List<String> said =
          lines(
              () -> {
                try (MlflowTracking tracking = tracking(server.address() + "/", PATIENT)) {
                  tracking.started(300, 20, 30, 1, 2);
                  tracking.epochFinished(report(1), 2);
                  tracking.epochFinished(report(2), 2);
                  tracking.reported("file:/tmp/report.html");
                  tracking.done();
                }
              });
      assertThat(said)
          .containsExactly("Tracking: " + server.address() + "/#/experiments/7/runs/r1");
      assertThat(server.requests("experiments/create").get(0).body().path("name").asText())
          .isEqualTo("photos");
      MlflowStub.Request made = server.requests("runs/create").get(0);
      assertThat(made.authorization()).isEqualTo("Bearer s3cret");
      assertThat(made.body().path("run_name").asText()).isEqualTo("first");
      assertThat(made.body().path("experiment_id").asText()).isEqualTo("7");
      assertThat(server.logged("params"))
          .extracting(param -> param.path("key").asText() + "=" + param.path("value").asText())
          .containsExactly(
              "latentDim=3",
              "rows=300",
              "validationRows=20",
              "calibrationRows=30",
              "skippedRows=1",
              "workers=2");
      for (int epoch = 1; epoch <= 2; epoch++) {
        assertThat(metricsOf(server, epoch))
            .containsExactlyInAnyOrderEntriesOf(
                Map.of(
                    "loss", 1.0 / epoch,
                    "imagesPerSecond", 1000.0,
                    "communicationShare", 0.25,
                    "seconds", 2.0));
      }
      assertThat(server.logged("tags"))
          .extracting(tag -> tag.path("key").asText() + "=" + tag.path("value").asText())
          .containsExactly("narrows.input=photos/good", "narrows.report=file:/tmp/report.html");
      assertEndsAs(server, "FINISHED");
    }
  }

  private static void assertEndsAs(MlflowStub server, String status) {
    List<MlflowStub.Request> updates = server.requests("runs/update");
    assertThat(updates).isNotEmpty();
    JsonNode last = updates.get(updates.size() - 1).body();
    assertThat(last.path("run_id").asText()).isEqualTo("r1");
    assertThat(last.path("status").asText()).isEqualTo(status);
    assertThat(last.path("end_time").asLong()).isPositive();
  }

  @Test
  void aTrainingThatFailsIsARunThatFails() throws Exception {
    try (MlflowStub server = new MlflowStub(MlflowStub.SOUND)) {
      try (MlflowTracking tracking = tracking(server.address(), PATIENT)) {
        tracking.started(300, 0, 0, 0, 2);
      }
      assertEndsAs(server, "FAILED");
    }
  }

  @Test
  void whereNoTrainingStartedThereIsNoRun() throws Exception {
    try (MlflowStub server = new MlflowStub(MlflowStub.SOUND)) {
      tracking(server.address(), PATIENT).close();
      assertThat(server.requests("runs/create")).isEmpty();
    }
  }

  /** MLflow takes no more than 1,000 values at once. */
  @Test
  void muchIsSentInParts() throws Exception {
    try (MlflowStub server = new MlflowStub(MlflowStub.SOUND)) {
      MlflowRun run = new MlflowRun("photos", null);
      for (int i = 0; i < 2000; i++) {
        run.metric("loss", i, i);
      }
      run.param("long", "x".repeat(10_000));
      run.make(MlflowServer.of("uri", server.address(), Map.of()).client());
      run.send(MlflowServer.of("uri", server.address(), Map.of()).client());
      assertThat(server.requests("runs/log-batch"))
          .hasSize(3)
          .allSatisfy(batch -> assertThat(batch.body().path("metrics")).hasSizeLessThan(1000));
      assertThat(server.logged("metrics")).hasSize(2000);
      assertThat(server.logged("params").get(0).path("value").asText())
          .hasSize(500)
          .endsWith("...");
      assertThat(server.requests("runs/create").get(0).body().has("run_name")).isFalse();
    }
  }

  @Test
  void whatAServerMissedItGetsWhenItIsBack() throws Exception {
    try (MlflowStub server = new MlflowStub(503)) {
      List<String> said =
          lines(
              () -> {
                try (MlflowTracking tracking = tracking(server.address(), PATIENT)) {
                  tracking.started(300, 0, 0, 0, 2);
                  tracking.epochFinished(report(1), 2);
                  server.awaitFailure();
                  server.recover();
                  tracking.epochFinished(report(2), 2);
                  tracking.done();
                }
              });
      assertThat(said)
          .containsExactlyInAnyOrder(
              warning(server.address(), "503 Service Unavailable: out of order"),
              "Tracking: " + server.address() + "/#/experiments/7/runs/r1");
      assertThat(metricsOf(server, 1)).containsEntry("loss", 1.0);
      assertThat(metricsOf(server, 2)).containsEntry("loss", 0.5);
      assertEndsAs(server, "FINISHED");
    }
  }

  private static String warning(String address, String reason) {
    return String.format(
        Locale.ROOT, "Warning: tracking at %s fails, the training goes on: %s", address, reason);
  }

  /** A training of three epochs, as far as tracking goes. */
  private static List<String> train(String uri, Duration patience) {
    return lines(
        () -> {
          try (MlflowTracking tracking = tracking(uri, patience)) {
            tracking.started(300, 0, 0, 0, 2);
            for (int epoch = 1; epoch <= 3; epoch++) {
              tracking.epochFinished(report(epoch), 3);
            }
            tracking.done();
          }
        });
  }

  @Test
  void aServerThatRefusesIsOneWarning() throws Exception {
    for (String answer : List.of("401 Unauthorized", "500 Internal Server Error")) {
      try (MlflowStub server = new MlflowStub(Integer.parseInt(answer.substring(0, 3)))) {
        assertThat(train(server.address(), PATIENT))
            .containsExactly(warning(server.address(), answer + ": out of order"));
      }
    }
  }

  @Test
  void aServerThatIsDownIsOneWarning() throws Exception {
    String address = "http://127.0.0.1:" + closedPort();
    assertThat(train(address.replace("//", "//ann:hidden@"), PATIENT))
        .containsExactly(warning(address, "Connection refused"));
  }

  public static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** All in all it takes as long as the server may take for one answer. */
  @Test
  void aServerThatIsSilentIsOneWarning() throws Exception {
    try (MlflowStub server = new MlflowStub(MlflowStub.SILENT)) {
      long begin = System.nanoTime();
      assertThat(train(server.address(), Duration.ofMillis(500)))
          .containsExactly(warning(server.address(), "no answer within 0.5 s"));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }
  }
}
