package ai.narrows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.Loss;
import ai.narrows.nn.Network;
import ai.narrows.nn.Objective;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Labelled;
import ai.narrows.nn.kernels.Range;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Topology;
import ai.narrows.optim.Updater;
import ai.narrows.optim.UpdaterState;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ten steps from the same weights on the same batches as PyTorch took them;
 * src/test/python/golden.py writes the files.
 */
class GoldenRunTest {
  private static final double LOSS_TOLERANCE = 1e-5; // relative
  private static final double ADAM_TOLERANCE = 1e-4; // of the way travelled, in norm
  private static final double SGD_TOLERANCE = 1e-5; // per element

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Kernels kernels : List.of(Kernels.cpu(), Kernels.nd4j())) {
      for (String network : List.of("ae-mse", "ae-bce", "vae-bce", "vae-gaussian")) {
        for (String solver : List.of("adam", "adamw", "sgd", "momentum")) {
          cases.add(Arguments.of(network + "-" + solver, kernels));
        }
      }
      for (String network : List.of("conv-strided", "conv-pooled")) {
        for (String solver : List.of("adam", "sgd")) {
          cases.add(Arguments.of(network + "-" + solver, kernels));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void followsPyTorch(String name, Kernels kernels) throws IOException {
    JsonNode golden;
    FloatRun data;
    try (InputStream json = open(name + ".json");
        InputStream values = open(name + ".f32")) {
      golden = new ObjectMapper().readTree(json);
      data = new FloatRun(values.readAllBytes());
    }
    int inputs = golden.get("inputs").asInt();
    int latent = golden.get("latent").asInt();
    int batch = golden.get("batch").asInt();
    int steps = golden.get("steps").asInt();
    boolean variational = golden.get("variational").asBoolean();
    Architecture architecture =
        new Architecture(
            topology(golden),
            latent,
            variational ? Architecture.Latent.GAUSSIAN : Architecture.Latent.DETERMINISTIC,
            Activation.RELU,
            Activation.SIGMOID,
            false);
    Objective objective = new Objective(loss(golden), golden.get("beta").asDouble());
    Updater updater = updater(golden.get("solver").asText());
    float[] first = data.next(architecture.parameters());
    float[] last = data.next(architecture.parameters());
    float[] batches = data.next(steps * batch * inputs);
    float[] noise = data.next(steps * batch * latent);
    float[] weights = new float[first.length];
    try (Network network = Network.forTraining(architecture, kernels, batch);
        UpdaterState state = new UpdaterState(kernels, updater, first.length)) {
      network.setParameters(first);
      for (int step = 0; step < steps; step++) {
        for (int r = 0; r < batch; r++) {
          network.setRow(r, batches, (step * batch + r) * inputs);
          network.setNoise(r, noise, (step * batch + r) * latent);
        }
        double loss = network.trainingPass(batch, objective) / batch;
        double expected = golden.get("losses").get(step).asDouble();
        assertThat(loss)
            .as("loss of step %d", step)
            .isCloseTo(expected, within(LOSS_TOLERANCE * Math.abs(expected)));
        state.countUpdate();
        updater.step(
            kernels,
            Range.of(network.parameters()),
            network.parameters(),
            network.gradient(),
            state,
            1,
            golden.get("stepSize").asDouble());
      }
      network.copyParameters(weights);
    }
    if (updater instanceof Updater.Adam) {
      assertThat(distance(weights, last))
          .isLessThanOrEqualTo(ADAM_TOLERANCE * distance(last, first));
    } else {
      for (int i = 0; i < last.length; i++) {
        assertThat(weights[i]).as("weight %d", i).isCloseTo(last[i], within((float) SGD_TOLERANCE));
      }
    }
  }

  private static Topology topology(JsonNode golden) {
    if (golden.has("hidden")) {
      return new Topology.Dense(golden.get("inputs").asInt(), sizes(golden.get("hidden")));
    }
    return new Topology.Convolutional(
        golden.get("height").asInt(),
        golden.get("width").asInt(),
        golden.get("channels").asInt(),
        sizes(golden.get("filters")),
        golden.get("kernelSize").asInt(),
        golden.get("stride").asInt(),
        choice(Topology.Downsampling.class, golden, "downsampling"),
        choice(Topology.Upsampling.class, golden, "upsampling"),
        choice(Topology.Normalization.class, golden, "normalization"));
  }

  private static <E extends Enum<E> & Labelled> E choice(
      Class<E> kind, JsonNode golden, String name) {
    return Labelled.of(kind, name, golden.get(name).asText());
  }

  private static List<Integer> sizes(JsonNode array) {
    List<Integer> sizes = new ArrayList<>();
    array.forEach(size -> sizes.add(size.asInt()));
    return sizes;
  }

  private static Loss loss(JsonNode golden) {
    return switch (golden.get("loss").asText()) {
      case "mse" -> new Loss.MeanSquaredError();
      case "bce" -> new Loss.BinaryCrossEntropy();
      default -> new Loss.GaussianLikelihood(golden.get("sigma").asDouble());
    };
  }

  private static Updater updater(String solver) {
    return switch (solver) {
      case "adam" -> new Updater.Adam(0.9, 0.999, 1e-8, 0);
      case "adamw" -> new Updater.Adam(0.9, 0.999, 1e-8, 0.1);
      case "momentum" -> new Updater.Momentum(0.9, 0.01);
      default -> new Updater.Sgd(0);
    };
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return Math.sqrt(sum);
  }

  private static InputStream open(String file) {
    return GoldenRunTest.class.getResourceAsStream("/golden/" + file);
  }

  /** Little-endian float32 values, read off one run after the other. */
  private static final class FloatRun {
    private final ByteBuffer bytes;

    FloatRun(byte[] bytes) {
      this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    float[] next(int length) {
      float[] values = new float[length];
      for (int i = 0; i < length; i++) {
        values[i] = bytes.getFloat();
      }
      return values;
    }
  }
}
