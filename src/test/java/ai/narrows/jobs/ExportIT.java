package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;

/** Models as ONNX files, by the job. */
final class ExportIT extends TrainedModels {

  private static Ran export(Object... args) {
    String[] words = Stream.of(args).map(Object::toString).toArray(String[]::new);
    return Ran.of(() -> Export.run(words));
  }

  private static OrtSession session(Path file) throws OrtException {
    return OrtEnvironment.getEnvironment().createSession(file.toString());
  }

  @Test
  void aFileWithAllThatIsKnownOfTheModel() throws Exception {
    Path file = folder.resolve("m.onnx");
    Ran ran = export("--model-dir", autoencoder, "--output", file);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("Exported the model of autoencoder_").contains(": " + file);
    try (OrtSession session = session(file)) {
      assertThat(session.getInputNames()).containsExactly("image");
      assertThat(session.getOutputNames())
          .containsExactly("anomalyScore", "prediction", "reconstructionError", "latent");
      Map<String, String> properties = session.getMetadata().getCustomMetadata();
      assertThat(properties)
          .containsEntry("narrows.input", "image: uint8 [batch, height 28, width 28, 1]")
          .containsEntry(
              "narrows.weightsSha256",
              DigestUtils.sha256Hex(
                  Files.readAllBytes(autoencoder.resolve("weights.safetensors"))));
    }
  }

  @Test
  void partsAndOutputs() throws Exception {
    Path file = folder.resolve("part.onnx");
    assertThat(export("--model-dir", vae, "--part", "decoder", "--output", file).exitCode())
        .isZero();
    try (OrtSession session = session(file)) {
      assertThat(session.getInputNames()).containsExactly("latent");
    }
    Ran ran =
        export(
            "--model-dir",
            vae,
            "--with-reconstruction",
            "--with-error-map",
            "--with-latent-variance",
            "--float-input",
            "--output",
            file,
            "--overwrite");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    try (OrtSession session = session(file)) {
      assertThat(session.getOutputNames())
          .isEqualTo(
              Set.of(
                  "anomalyScore",
                  "prediction",
                  "reconstructionError",
                  "latent",
                  "latentVariance",
                  "reconstruction",
                  "errorMap"));
    }
  }

  @Test
  void replacesOnlyWhatItHasWritten() throws IOException {
    Path file = folder.resolve("m.onnx");
    Files.writeString(file, "mine", StandardCharsets.UTF_8);
    assertThat(export("--model-dir", vae, "--output", file).err())
        .isEqualTo(
            "jobs/export: the output "
                + file
                + " exists already: choose another or pass --overwrite\n");
    assertThat(export("--model-dir", vae, "--output", file, "--overwrite").err())
        .contains("it is no ONNX file that the job export has written");
    assertThat(file).hasContent("mine");
  }

  @Test
  void wrongOptions() {
    Path file = folder.resolve("m.onnx");
    assertRefused(
        "--image-size must be height and width in pixels, such as 480x640, but is '28'",
        "--image-size",
        "28");
    assertRefused(
        "--image-size is 30x40, but the model takes images of 28x28 and does not resize: leave it out, or train a model with height and width",
        "--image-size",
        "30x40");
    assertRefused("--image-channels must be 1, 3 or 4, but is 2", "--image-channels", "2");
    assertRefused("--part must be one of model, encoder, decoder, but is 'all'", "--part", "all");
    assertThat(file).doesNotExist();
  }

  private void assertRefused(String message, String... options) {
    Ran ran =
        export(
            Stream.concat(
                    Stream.of(
                        "--model-dir", autoencoder.toString(), "--output", folder + "/m.onnx"),
                    Stream.of(options))
                .toArray());
    assertThat(ran.err()).isEqualTo("jobs/export: " + message + "\n");
    assertThat(ran.exitCode()).isEqualTo(2);
  }
}
