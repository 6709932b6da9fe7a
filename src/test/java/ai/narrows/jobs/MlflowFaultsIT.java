package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.jobs.tracking.MlflowTrackingTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the tracking server does: the model is trained, and a line says what was wrong. */
final class MlflowFaultsIT extends SparkFixture {
  @TempDir Path folder;

  private void assertTrains(String address, String reason) {
    Path model = folder.resolve(Integer.toString(reason.hashCode()));
    Ran ran =
        Ran.of(
            () ->
                Train.run(
                    Scripts.words(
                        List.of("--input", Scripts.IMAGES, "--where", "index < 300"),
                        List.of("--hidden", 16, "--epochs", 2, "--workers", 1),
                        List.of("--mlflow-tracking-uri", address, "--output", model))));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err().lines().map(line -> line.replaceFirst("^\\[ *[0-9.]+ s] ", "")))
        .filteredOn(line -> !line.matches("(Training|epoch|Threshold|--contamination|Saved) .*"))
        .containsExactly(
            String.format(
                Locale.ROOT,
                "Warning: tracking at %s fails, the training goes on: %s",
                address,
                reason));
    assertThat(ran.err()).contains("epoch 2/2  loss").contains("Saved the autoencoder");
    assertThat(model.resolve("metadata")).exists();
  }

  @Test
  void theTrainingGoesOn() throws Exception {
    assertTrains("http://127.0.0.1:" + MlflowTrackingTest.closedPort(), "Connection refused");
    try (MlflowStub server = new MlflowStub(401)) {
      assertTrains(server.address(), "401 Unauthorized: out of order");
    }
    try (MlflowStub server = new MlflowStub(MlflowStub.SILENT)) {
      assertTrains(server.address(), "no answer within 10.0 s");
    }
  }
}
