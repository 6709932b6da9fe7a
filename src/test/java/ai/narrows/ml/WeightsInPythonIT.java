package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.tensors.Tensor;
import ai.narrows.tensors.TensorReader;
import ai.narrows.tensors.TensorValues;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The weights of the kept models as Python's package safetensors reads them; the profile extras
 * runs it, with what .ci/run installs.
 */
@Tag("extras")
final class WeightsInPythonIT {
  private static final Path MODELS = Path.of("src/test/resources/models");
  private static final Path PYTHON = Path.of("target/weights/bin/python");

  private static JsonNode inPython(Path weights) throws IOException, InterruptedException {
    Process python =
        new ProcessBuilder(PYTHON.toString(), "src/test/python/weights.py", weights.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    JsonNode tensors = new ObjectMapper().readTree(python.getInputStream().readAllBytes());
    assertThat(python.waitFor()).isZero();
    return tensors;
  }

  @ParameterizedTest
  @ValueSource(strings = {"autoencoder", "variationalAutoencoder", "convolutional", "patches"})
  void theSameNamesShapesAndValues(String kept) throws IOException, InterruptedException {
    Path weights = MODELS.resolve(kept).resolve("weights.safetensors");
    JsonNode inPython = inPython(weights);
    try (InputStream in = Files.newInputStream(weights)) {
      TensorReader reader = TensorReader.open(in, Files.size(weights));
      List<Tensor> tensors = reader.tensors();
      assertThat(inPython).hasSameSizeAs(tensors);
      float[] values = new float[Tensor.count(tensors)];
      reader.read(TensorValues.of(tensors, values));
      int at = 0;
      for (Tensor tensor : tensors) {
        JsonNode there = inPython.path(tensor.name());
        assertThat(there.path("dtype").textValue()).as(tensor.name()).isEqualTo("float32");
        assertThat(there.path("shape")).hasToString(tensor.shape().toString().replace(" ", ""));
        for (JsonNode value : there.path("values")) {
          assertThat((float) value.doubleValue()).isEqualTo(values[at++]);
        }
      }
      assertThat(at).isEqualTo(values.length);
    }
  }
}
