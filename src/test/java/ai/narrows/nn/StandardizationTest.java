package ai.narrows.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.nn.layers.Topology;
import ai.narrows.nn.layers.Topology.Downsampling;
import ai.narrows.nn.layers.Topology.Normalization;
import ai.narrows.nn.layers.Topology.Upsampling;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks whose encoder sees standardised values. */
class StandardizationTest {
  private static final int ROWS = 4;
  private static final int PIXELS = 4 * 3;
  private static final int INPUTS = 3 * PIXELS;
  private static final Standardization STANDARDIZATION =
      new Standardization(List.of(0.3, 0.5, 0.7), List.of(0.25, 0.1, 1 / 255.0));

  /** Of float32, in which a value is scaled and shifted, or weights are. */
  private static final float ROUNDING = 2e-4f;

  private static final Architecture DENSE =
      new Architecture(INPUTS, List.of(8), 2, Latent.GAUSSIAN, Activation.TANH, Activation.SIGMOID);
  private static final Architecture CONVOLUTIONAL =
      new Architecture(
          new Topology.Convolutional(
              4,
              3,
              3,
              List.of(4),
              3,
              2,
              Downsampling.STRIDED,
              Upsampling.TRANSPOSED,
              Normalization.NONE),
          2,
          Latent.DETERMINISTIC,
          Activation.TANH,
          Activation.SIGMOID,
          false);

  static Stream<Architecture> architectures() {
    return Stream.of(DENSE, CONVOLUTIONAL);
  }

  /** What a network makes of rows. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  private record Outcome(float[] latents, float[] rebuilt, double[] errors, double loss) {}

  private static float[] images() {
    RandomStream random = new RandomStream(4, Purpose.GENERATION, 0, 0, 0);
    float[] images = new float[ROWS * INPUTS];
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextFloat();
    }
    return images;
  }

  private static Outcome outcome(
      Architecture architecture, Kernels kernels, float[] parameters, float[] images) {
    try (Network network = Network.forInference(architecture, kernels, ROWS + 1)) {
      network.setParameters(parameters);
      for (int r = 0; r < ROWS; r++) {
        network.setRow(r, images, r * INPUTS);
      }
      float[] latents = new float[ROWS * 2];
      float[] rebuilt = new float[ROWS * INPUTS];
      double[] errors = new double[ROWS];
      network.reconstructionPass(ROWS, errors);
      network.copyLatent(ROWS, latents, 0);
      network.copyReconstruction(ROWS, rebuilt, 0);
      double loss = network.evaluationPass(ROWS, new Loss.BinaryCrossEntropy());
      return new Outcome(latents, rebuilt, errors, loss);
    }
  }

  /** The same latents as of a network that is given standardised values; errors are of x itself. */
  @ParameterizedTest
  @MethodSource("architectures")
  void theEncoderSeesStandardisedValuesAndTheLossDoesNot(Architecture plain) {
    float[] images = images();
    float[] standardised = images.clone();
    for (int i = 0; i < images.length; i++) {
      double mean = STANDARDIZATION.means().get(i % 3);
      standardised[i] = (float) ((images[i] - mean) / STANDARDIZATION.deviations().get(i % 3));
    }
    float[] parameters = plain.initialParameters(1);
    Outcome expected = outcome(plain, Kernels.cpu(), parameters, standardised);
    for (Kernels kernels : List.of(Kernels.cpu(), Kernels.nd4j())) {
      Outcome outcome = outcome(plain.with(STANDARDIZATION), kernels, parameters, images);
      assertThat(outcome.latents).containsExactly(expected.latents, within(ROUNDING));
      assertThat(outcome.rebuilt).containsExactly(expected.rebuilt, within(ROUNDING));
      for (int r = 0; r < ROWS; r++) {
        double error = 0;
        for (int j = r * INPUTS; j < (r + 1) * INPUTS; j++) {
          error += Math.pow(outcome.rebuilt[j] - images[j], 2) / INPUTS;
        }
        assertThat(outcome.errors[r]).isCloseTo(error, within(1e-6));
      }
    }
  }

  @Test
  void theFirstLayersWeightsCanDoTheSame() {
    float[] parameters = DENSE.initialParameters(1);
    float[] absorbed = parameters.clone();
    int hidden = 8;
    for (int k = 0; k < hidden; k++) {
      double bias = parameters[INPUTS * hidden + k];
      for (int j = 0; j < INPUTS; j++) {
        double weight = parameters[j * hidden + k] / STANDARDIZATION.deviations().get(j % 3);
        absorbed[j * hidden + k] = (float) weight;
        bias -= weight * STANDARDIZATION.means().get(j % 3);
      }
      absorbed[INPUTS * hidden + k] = (float) bias;
    }
    Outcome outcome = outcome(DENSE.with(STANDARDIZATION), Kernels.cpu(), parameters, images());
    Outcome plain = outcome(DENSE, Kernels.cpu(), absorbed, images());
    assertThat(outcome.latents).containsExactly(plain.latents, within(ROUNDING));
    assertThat(outcome.rebuilt).containsExactly(plain.rebuilt, within(ROUNDING));
    assertThat(outcome.loss).isCloseTo(plain.loss, within(ROUNDING * plain.loss));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> new Standardization(List.of(0.5), List.of()))
        .hasMessage("standardization needs as many deviations as means, but has 0 and 1");
    for (double deviation : new double[] {0, -1, 1e-50, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new Standardization(List.of(0.5), List.of(deviation)))
          .hasMessage(
              "standardization needs finite means and positive deviations, but channel 0 has 0.5 and "
                  + deviation);
    }
    assertThatThrownBy(() -> new Standardization(List.of(Double.NaN), List.of(1.0)))
        .hasMessageEndingWith("but channel 0 has NaN and 1.0");
    Standardization two = new Standardization(List.of(0.5, 0.5), List.of(1.0, 1.0));
    assertThatThrownBy(() -> CONVOLUTIONAL.with(two))
        .hasMessage("standardization of 2 channels does not fit a network of 4x3x3-[4 3x3/2]");
    assertThatThrownBy(
            () ->
                new Architecture(
                        5, List.of(4), 1, Latent.GAUSSIAN, Activation.RELU, Activation.SIGMOID)
                    .with(two))
        .hasMessage("standardization of 2 channels does not fit a network of 5-4");
  }
}
