package io.narrows.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.narrows.nn.Architecture.Latent;
import io.narrows.nn.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Analytic against numeric gradients, and the two kernels against each other, for every activation,
 * loss and latent.
 */
class GradientTest {
  private static final int ROWS = 5;
  private static final int INPUTS = 7;

  /**
   * Central differences in float32: the loss is measured to about 1e-7 of its size, the step is
   * 1e-2.
   */
  private static final double RELATIVE_TOLERANCE = 2e-2;

  record Case(Architecture architecture, Objective objective) {
    @Override
    public String toString() {
      return architecture
          + " "
          + architecture.activation()
          + "/"
          + architecture.outputActivation()
          + " "
          + objective;
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Activation hidden : Activation.values()) {
      for (Activation output : Activation.values()) {
        cases.add(
            new Case(
                architecture(Latent.DETERMINISTIC, hidden, output),
                new Objective(new Loss.MeanSquaredError(), 1)));
      }
      cases.add(
          new Case(
              architecture(Latent.DETERMINISTIC, hidden, Activation.SIGMOID),
              new Objective(new Loss.BinaryCrossEntropy(), 1)));
      cases.add(
          new Case(
              architecture(Latent.GAUSSIAN, hidden, Activation.SIGMOID),
              new Objective(new Loss.BinaryCrossEntropy(), 0.7)));
      cases.add(
          new Case(
              architecture(Latent.GAUSSIAN, hidden, Activation.IDENTITY),
              new Objective(new Loss.GaussianLikelihood(0.5), 2)));
    }
    return cases.stream();
  }

  private static Architecture architecture(Latent latent, Activation hidden, Activation output) {
    return new Architecture(INPUTS, List.of(6, 4), 2, latent, hidden, output);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void analyticGradientIsTheNumericOne(Case c) {
    try (Network network = Network.forTraining(c.architecture, Kernels.cpu(), ROWS + 2)) {
      float[] parameters = c.architecture.initialParameters(3);
      fill(network);
      network.setParameters(parameters);
      network.trainingPass(ROWS, c.objective);
      float[] analytic = new float[parameters.length];
      network.kernels().download(network.gradient(), 0, analytic, 0, analytic.length);
      double[] numeric = new double[parameters.length];
      for (int i = 0; i < parameters.length; i++) {
        numeric[i] = slope(network, c.objective, parameters, i);
      }
      double difference = 0;
      double length = 0;
      for (int i = 0; i < numeric.length; i++) {
        difference += Math.pow(analytic[i] - numeric[i], 2);
        length += Math.pow(numeric[i], 2);
      }
      assertThat(Math.sqrt(length)).isGreaterThan(1e-4);
      assertThat(Math.sqrt(difference)).isLessThan(RELATIVE_TOLERANCE * Math.sqrt(length));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothKernelsGiveTheSameGradient(Case c) {
    float[] fused = gradient(c, Kernels.cpu());
    float[] reference = gradient(c, Kernels.nd4j());
    for (int i = 0; i < fused.length; i++) {
      assertThat(fused[i])
          .as("value %d", i)
          .isCloseTo(reference[i], within(2e-5f * Math.max(1, Math.abs(reference[i]))));
    }
  }

  private static float[] gradient(Case c, Kernels kernels) {
    try (Network network = Network.forTraining(c.architecture, kernels, ROWS + 2)) {
      fill(network);
      network.setParameters(c.architecture.initialParameters(3));
      network.trainingPass(ROWS, c.objective);
      float[] gradient = new float[c.architecture.parameters()];
      kernels.download(network.gradient(), 0, gradient, 0, gradient.length);
      return gradient;
    }
  }

  /** Fourth-order central difference. */
  private static double slope(Network network, Objective objective, float[] parameters, int i) {
    double h = 4e-3;
    return (8
                * (at(network, objective, parameters, i, h)
                    - at(network, objective, parameters, i, -h))
            - (at(network, objective, parameters, i, 2 * h)
                - at(network, objective, parameters, i, -2 * h)))
        / (12 * h);
  }

  private static double at(
      Network network, Objective objective, float[] parameters, int i, double h) {
    float[] moved = parameters.clone();
    moved[i] += (float) h;
    network.setParameters(moved);
    return network.trainingPass(ROWS, objective) / ROWS;
  }

  private static void fill(Network network) {
    RandomStream random = new RandomStream(11, Purpose.GENERATION, 0, 0, 0);
    float[] row = new float[INPUTS];
    for (int r = 0; r < ROWS; r++) {
      for (int j = 0; j < INPUTS; j++) {
        row[j] = random.nextFloat();
      }
      network.setRow(r, row, 0);
    }
    network.drawNoise(0, ROWS, random);
  }

  /**
   * The slope of the log-variance's bound is its own derivative, far outside as well, and never
   * zero.
   */
  @Test
  void boundedLogVarianceIsFiniteWithALivingGradient() {
    for (float raw : new float[] {-1e30f, -500f, -20.5f, -19f, 0f, 9.5f, 10.5f, 200f, 1e30f}) {
      float value = GaussianLatent.bounded(raw);
      assertThat(Math.exp(value)).isFinite().isPositive();
      assertThat(GaussianLatent.boundedSlope(raw)).isPositive();
      if (Math.abs(raw) < 1000) {
        double h = 0.05;
        double numeric =
            (GaussianLatent.bounded(raw + (float) h) - GaussianLatent.bounded(raw - (float) h))
                / (2 * h);
        assertThat(numeric).isCloseTo(GaussianLatent.boundedSlope(raw), within(5e-3));
      }
    }
    assertThat(GaussianLatent.bounded(9.99f)).isEqualTo(9.99f);
    assertThat(GaussianLatent.bounded(-19.9f)).isEqualTo(-19.9f);
  }
}
