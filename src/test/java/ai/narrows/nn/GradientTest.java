package ai.narrows.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.GaussianLatent;
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

  /** Free nats that lie between the divergences of the two latents of these rows. */
  private static final double FREE = 0.076;

  record Case(Architecture architecture, Objective objective, double epoch) {
    Case(Architecture architecture, Objective objective) {
      this(architecture, objective, Double.POSITIVE_INFINITY);
    }

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
    cases.addAll(regularised());
    cases.addAll(convolutional());
    cases.addAll(structural());
    cases.addAll(standardized());
    return cases.stream();
  }

  /** What an objective may have beside its loss and beta. */
  private static List<Case> regularised() {
    Architecture plain = architecture(Latent.DETERMINISTIC, Activation.TANH, Activation.SIGMOID);
    Architecture vae = architecture(Latent.GAUSSIAN, Activation.TANH, Activation.SIGMOID);
    Architecture learned =
        new Architecture(
            new Topology.Dense(INPUTS, List.of(6, 4)),
            2,
            Latent.GAUSSIAN,
            Activation.TANH,
            Activation.IDENTITY,
            true);
    Corruption none = new Corruption.None();
    Loss mse = new Loss.MeanSquaredError();
    Loss bce = new Loss.BinaryCrossEntropy();
    return List.of(
        new Case(plain, new Objective(mse, 1, 0, 0, 0.3, none)),
        new Case(plain, new Objective(bce, 1, 0, 0, 0, new Corruption.Masking(0.4))),
        new Case(plain, new Objective(mse, 1, 0, 0, 0.1, new Corruption.GaussianNoise(0.5))),
        new Case(plain, new Objective(mse, 1, 0, 0, 0, new Corruption.Stain(1, 1, INPUTS, 1))),
        new Case(vae, new Objective(bce, 0.7, 4, 0, 0, none), 1),
        new Case(vae, new Objective(bce, 2, 0, FREE, 0, none)),
        new Case(vae, new Objective(bce, 2, 0, 10, 0, new Corruption.Masking(0.4))),
        new Case(learned, new Objective(new Loss.LearnedGaussianLikelihood(), 1)));
  }

  /** Every way of going down and up, with images whose sizes are no multiples of the stride. */
  private static List<Case> convolutional() {
    List<Case> cases = new ArrayList<>();
    for (Downsampling down : Downsampling.values()) {
      for (Upsampling up : Upsampling.values()) {
        for (Normalization normalization : Normalization.values()) {
          Topology topology =
              new Topology.Convolutional(6, 5, 3, List.of(4, 3), 3, 2, down, up, normalization);
          for (Latent latent : Latent.values()) {
            boolean plain = latent == Latent.DETERMINISTIC;
            cases.add(
                new Case(
                    new Architecture(
                        topology, 2, latent, Activation.TANH, Activation.SIGMOID, false),
                    new Objective(
                        plain ? new Loss.MeanSquaredError() : new Loss.BinaryCrossEntropy(), 1)));
          }
        }
      }
    }
    return cases;
  }

  /** Images of a few windows, through dense and convolutional layers. */
  private static List<Case> structural() {
    Objective objective = new Objective(new Loss.StructuralDissimilarity(12, 11, 3), 1);
    Topology convolutional =
        new Topology.Convolutional(
            12,
            11,
            3,
            List.of(2),
            3,
            3,
            Downsampling.STRIDED,
            Upsampling.TRANSPOSED,
            Normalization.NONE);
    return Stream.of(convolutional, new Topology.Dense(12 * 11 * 3, List.of()))
        .map(
            topology ->
                new Architecture(
                    topology, 2, Latent.DETERMINISTIC, Activation.TANH, Activation.SIGMOID, false))
        .map(architecture -> new Case(architecture, objective))
        .toList();
  }

  /** What the encoder sees is another thing than what the loss asks for, corrupted or not. */
  private static List<Case> standardized() {
    Standardization one = new Standardization(List.of(0.4), List.of(0.3));
    Standardization three = new Standardization(List.of(0.4, 0.5, 0.6), List.of(0.2, 0.3, 0.4));
    Topology images =
        new Topology.Convolutional(
            6,
            5,
            3,
            List.of(4, 3),
            3,
            2,
            Downsampling.STRIDED,
            Upsampling.TRANSPOSED,
            Normalization.NONE);
    Objective mse = new Objective(new Loss.MeanSquaredError(), 1);
    Objective masked =
        new Objective(new Loss.BinaryCrossEntropy(), 0.7, 0, 0, 0, new Corruption.Masking(0.4));
    return List.of(
        new Case(
            architecture(Latent.DETERMINISTIC, Activation.TANH, Activation.SIGMOID).with(one), mse),
        new Case(
            architecture(Latent.GAUSSIAN, Activation.TANH, Activation.SIGMOID).with(one), masked),
        new Case(
            new Architecture(
                images, 2, Latent.DETERMINISTIC, Activation.TANH, Activation.SIGMOID, false, three),
            mse));
  }

  private static Architecture architecture(Latent latent, Activation hidden, Activation output) {
    return new Architecture(INPUTS, List.of(6, 4), 2, latent, hidden, output);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void analyticGradientIsTheNumericOne(Case c) {
    try (Network network = network(c, Kernels.cpu())) {
      float[] parameters = c.architecture.initialParameters(3, 0.4);
      fill(network);
      network.setParameters(parameters);
      network.trainingPass(new Share.Whole(ROWS), c.objective, c.epoch);
      float[] analytic = new float[parameters.length];
      network.kernels().download(network.gradient(), 0, analytic, 0, analytic.length);
      double[] numeric = new double[parameters.length];
      for (int i = 0; i < parameters.length; i++) {
        numeric[i] = slope(network, c, parameters, i);
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
    try (Network network = network(c, kernels)) {
      fill(network);
      network.setParameters(c.architecture.initialParameters(3, 0.4));
      network.trainingPass(new Share.Whole(ROWS), c.objective, c.epoch);
      float[] gradient = new float[c.architecture.parameters()];
      kernels.download(network.gradient(), 0, gradient, 0, gradient.length);
      return gradient;
    }
  }

  /** Fourth-order central difference. */
  private static double slope(Network network, Case c, float[] parameters, int i) {
    double h = 4e-3;
    return (8 * (at(network, c, parameters, i, h) - at(network, c, parameters, i, -h))
            - (at(network, c, parameters, i, 2 * h) - at(network, c, parameters, i, -2 * h)))
        / (12 * h);
  }

  private static double at(Network network, Case c, float[] parameters, int i, double h) {
    float[] moved = parameters.clone();
    moved[i] += (float) h;
    network.setParameters(moved);
    return network.trainingPass(new Share.Whole(ROWS), c.objective, c.epoch) / ROWS;
  }

  private static void fill(Network network) {
    RandomStream random = new RandomStream(11, Purpose.GENERATION, 0, 0, 0);
    float[] row = new float[network.architecture().inputs()];
    for (int r = 0; r < ROWS; r++) {
      for (int j = 0; j < row.length; j++) {
        row[j] = random.nextFloat();
      }
      network.setRow(r, row, 0);
    }
    network.drawNoise(0, ROWS, random);
    network.drawCorruption(0, ROWS, random);
  }

  private static Network network(Case c, Kernels kernels) {
    return Network.forTraining(c.architecture, kernels, ROWS + 2, c.objective.corruption());
  }

  /** Otherwise the case of free bits would test one side of them alone. */
  @Test
  void freeBitsLieBetweenTheDivergencesOfTheLatents() {
    Architecture vae = architecture(Latent.GAUSSIAN, Activation.TANH, Activation.SIGMOID);
    try (Network network = Network.forInference(vae, Kernels.cpu(), ROWS)) {
      fill(network);
      network.setParameters(vae.initialParameters(3, 0.4));
      network.encodingPass(ROWS);
      assertThat(meanDivergence(network, 0)).isGreaterThan(FREE);
      assertThat(meanDivergence(network, 1)).isLessThan(FREE);
    }
  }

  private static double meanDivergence(Network network, int latent) {
    float[] means = new float[ROWS * 2];
    float[] variances = new float[ROWS * 2];
    network.copyLatent(ROWS, means, 0);
    network.copyLatentVariance(ROWS, variances, 0);
    double sum = 0;
    for (int i = latent; i < means.length; i += 2) {
      sum += 0.5 * (means[i] * means[i] + variances[i] - 1 - Math.log(variances[i]));
    }
    return sum / ROWS;
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
