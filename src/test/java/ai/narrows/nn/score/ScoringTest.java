package ai.narrows.nn.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.Loss;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.nn.layers.Topology;
import ai.narrows.nn.score.ScoreStatistics.Moments;
import ai.narrows.tensors.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every score against a computation in double that follows its formula step by step. */
class ScoringTest {
  private static final int INPUTS = 9;
  private static final ErrorSmoothing PLAIN = ErrorSmoothing.none(INPUTS);
  private static final int HIDDEN = 6;
  private static final int LATENT = 3;
  private static final int ROWS = 40;
  private static final int SAMPLES = 7;
  private static final long SEED = 23;

  /** Float32 networks against double ones. */
  private static final double RELATIVE_TOLERANCE = 1e-4;

  private final float[][] images = images();

  private static float[][] images() {
    RandomStream random = new RandomStream(3, Purpose.GENERATION, 0, 0, 0);
    float[][] images = new float[ROWS][INPUTS];
    for (float[] image : images) {
      for (int j = 0; j < INPUTS; j++) {
        image[j] = Math.max(0, Math.min(1, 1.4f * random.nextFloat() - 0.2f)); // some 0, some 1
      }
    }
    return images;
  }

  private static Architecture architecture(Latent latent, Activation output, boolean learned) {
    return new Architecture(
        new Topology.Dense(INPUTS, List.of(HIDDEN)),
        LATENT,
        latent,
        Activation.TANH,
        output,
        learned);
  }

  private static float[] parameters(Architecture architecture) {
    float[] parameters = architecture.initialParameters(5, 0.3);
    for (int i = 0; i < parameters.length - 1; i++) {
      parameters[i] *= 2; // so that posteriors differ from the prior
    }
    return parameters;
  }

  private ScoringNetwork network(Architecture architecture, Kernels kernels) {
    ScoringNetwork network = new ScoringNetwork(architecture, kernels, ROWS);
    network.network().setParameters(parameters(architecture));
    for (int r = 0; r < ROWS; r++) {
      network.network().setRow(r, images[r], 0);
    }
    return network;
  }

  private static ScoreStatistics statistics(ScoringNetwork network) {
    Moments moments = new Moments(network.network().architecture());
    network.network().reconstructionPass(ROWS, new double[ROWS]);
    moments.add(network, ROWS, PLAIN);
    ScoreStatistics statistics = moments.statistics(PLAIN);
    CombinedScale.Moments parts = new CombinedScale.Moments();
    parts.add(network, ROWS, statistics);
    return statistics.with(parts.calibration());
  }

  /** A layer in double: W row by row, then b, from {@code at} on. */
  private static double[] layer(float[] parameters, int at, double[] x, int out, boolean tanh) {
    double[] y = new double[out];
    for (int o = 0; o < out; o++) {
      double sum = parameters[at + x.length * out + o];
      for (int i = 0; i < x.length; i++) {
        sum += x[i] * parameters[at + i * out + o];
      }
      y[o] = tanh ? Math.tanh(sum) : sum;
    }
    return y;
  }

  private static double[] doubles(float[] values) {
    double[] copy = new double[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    return copy;
  }

  /** Means and log-variances, or the latent itself. */
  private static double[] heads(Architecture a, float[] p, double[] x) {
    double[] h = layer(p, 0, x, HIDDEN, true);
    return layer(p, (INPUTS + 1) * HIDDEN, h, a.variational() ? 2 * LATENT : LATENT, false);
  }

  /** Before the output's activation. */
  private static double[] outputs(Architecture a, float[] p, double[] z) {
    int at = (INPUTS + 1) * HIDDEN + (HIDDEN + 1) * (a.variational() ? 2 * LATENT : LATENT);
    double[] h = layer(p, at, z, HIDDEN, true);
    return layer(p, at + (LATENT + 1) * HIDDEN, h, INPUTS, false);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double xLogX(double x) {
    return x > 0 ? x * Math.log(x) : 0;
  }

  /** The negative log-likelihood of x less the least there could be. */
  private static double deviance(Architecture a, float[] p, double[] x, double[] z) {
    double[] y = outputs(a, p, z);
    double sum = 0;
    for (int j = 0; j < INPUTS; j++) {
      if (a.outputActivation() == Activation.SIGMOID) {
        double q = sigmoid(y[j]);
        sum -= x[j] * Math.log(q) + (1 - x[j]) * Math.log(1 - q);
        sum += xLogX(x[j]) + xLogX(1 - x[j]);
      } else {
        double sigma = a.learnedSigma() ? Architecture.sigma(p[p.length - 1]) : 0.2;
        sum += Math.pow((x[j] - y[j]) / sigma, 2) / 2;
      }
    }
    return sum;
  }

  private static Loss likelihood(Architecture a) {
    if (a.learnedSigma()) {
      return new Loss.LearnedGaussianLikelihood();
    }
    return a.outputActivation() == Activation.SIGMOID
        ? new Loss.BinaryCrossEntropy()
        : new Loss.GaussianLikelihood(0.2);
  }

  private static List<Architecture> variational() {
    return List.of(
        architecture(Latent.GAUSSIAN, Activation.SIGMOID, false),
        architecture(Latent.GAUSSIAN, Activation.IDENTITY, false),
        architecture(Latent.GAUSSIAN, Activation.IDENTITY, true));
  }

  private static double[] scores(ScoringNetwork network, Scoring scoring) {
    double[] scores = new double[ROWS];
    scoring.pass(network, ROWS, new double[ROWS], scores);
    return scores;
  }

  private static void assertClose(double[] actual, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("row %d", i)
          .isCloseTo(
              expected[i], within(RELATIVE_TOLERANCE * Math.max(0.1, Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ELBO", "RECONSTRUCTION_PROBABILITY"})
  void likelihoodScores(ScoreMethod method) {
    for (Architecture a : variational()) {
      float[] p = parameters(a);
      double[] expected = new double[ROWS];
      for (int r = 0; r < ROWS; r++) {
        double[] x = doubles(images[r]);
        double[] heads = heads(a, p, x);
        double kl = 0;
        double devianceSum = 0;
        double likelihoodSum = 0;
        for (int s = 0; s < SAMPLES; s++) {
          RandomStream random = new RandomStream(SEED, Purpose.SCORING_NOISE, s, 0, 0);
          double[] z = new double[LATENT];
          for (int j = 0; j < LATENT; j++) {
            z[j] = heads[j] + Math.exp(heads[LATENT + j] / 2) * (float) random.nextGaussian();
          }
          double deviance = deviance(a, p, x, z);
          devianceSum += deviance;
          likelihoodSum += Math.exp(-deviance);
        }
        for (int j = 0; j < LATENT; j++) {
          double logVariance = heads[LATENT + j];
          kl += (heads[j] * heads[j] + Math.exp(logVariance) - 1 - logVariance) / 2;
        }
        expected[r] =
            method == ScoreMethod.ELBO
                ? devianceSum / SAMPLES + kl
                : -Math.log(likelihoodSum / SAMPLES);
      }
      for (Kernels kernels : List.of(Kernels.cpu(), Kernels.nd4j())) {
        try (ScoringNetwork network = network(a, kernels)) {
          assertClose(
              scores(network, new Scoring(method, likelihood(a), null, SAMPLES, SEED)), expected);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Latent.class)
  void scoresByStatistics(Latent latent) {
    Architecture a = architecture(latent, Activation.SIGMOID, false);
    float[] p = parameters(a);
    double[][] residuals = new double[ROWS][INPUTS];
    double[][] latents = new double[ROWS][];
    double[][] shifts = new double[ROWS][];
    for (int r = 0; r < ROWS; r++) {
      latents[r] = Arrays.copyOf(heads(a, p, doubles(images[r])), LATENT);
      double[] rebuilt = outputs(a, p, latents[r]);
      for (int j = 0; j < INPUTS; j++) {
        rebuilt[j] = sigmoid(rebuilt[j]);
        residuals[r][j] = images[r][j] - rebuilt[j];
      }
      shifts[r] = Arrays.copyOf(heads(a, p, rebuilt), LATENT);
      for (int j = 0; j < LATENT; j++) {
        shifts[r][j] -= latents[r][j];
      }
    }
    double[] pixelError = new double[INPUTS];
    for (double[] residual : residuals) {
      for (int j = 0; j < INPUTS; j++) {
        pixelError[j] += residual[j] * residual[j] / ROWS;
      }
    }
    double meanError = Arrays.stream(pixelError).average().orElseThrow();
    for (int j = 0; j < INPUTS; j++) {
      pixelError[j] = (pixelError[j] + meanError) / 2;
    }
    double[] normalized = new double[ROWS];
    double[] distance = new double[ROWS];
    double[] reencoding = new double[ROWS];
    double[] combined = new double[ROWS];
    double[] error = new double[ROWS];
    double[] highest = new double[ROWS];
    for (int r = 0; r < ROWS; r++) {
      for (int j = 0; j < INPUTS; j++) {
        highest[r] = Math.max(highest[r], Math.abs(residuals[r][j]));
        error[r] += residuals[r][j] * residuals[r][j] / INPUTS;
        normalized[r] += residuals[r][j] * residuals[r][j] / pixelError[j] / INPUTS;
      }
      distance[r] = Math.sqrt(squaredDistance(latents, latents[r]));
      reencoding[r] = Math.sqrt(squaredDistance(shifts, shifts[r]));
    }
    for (double[] part : List.of(normalized, squares(distance), squares(reencoding))) {
      double mean = Arrays.stream(part).average().orElseThrow();
      double variance = Arrays.stream(part).map(x -> (x - mean) * (x - mean)).sum() / ROWS;
      for (int r = 0; r < ROWS; r++) {
        combined[r] += Math.exp((part[r] - mean) / Math.sqrt(variance)) / 3;
      }
    }
    Arrays.setAll(combined, r -> Math.log(combined[r]));
    for (Kernels kernels : List.of(Kernels.cpu(), Kernels.nd4j())) {
      try (ScoringNetwork network = network(a, kernels)) {
        ScoreStatistics statistics = statistics(network);
        Loss loss = new Loss.BinaryCrossEntropy();
        assertClose(scores(network, Scoring.byReconstructionError()), error);
        assertClose(
            scores(network, new Scoring(ScoreMethod.NORMALIZED_ERROR, loss, statistics, 1, 0)),
            normalized);
        assertClose(
            scores(network, new Scoring(ScoreMethod.MAXIMUM_ERROR, loss, statistics, 1, 0)),
            highest);
        assertClose(
            scores(network, new Scoring(ScoreMethod.LATENT_DISTANCE, loss, statistics, 1, 0)),
            distance);
        assertClose(
            scores(network, new Scoring(ScoreMethod.REENCODING_DISTANCE, loss, statistics, 1, 0)),
            reencoding);
        assertClose(
            scores(network, new Scoring(ScoreMethod.COMBINED, loss, statistics, 1, 0)), combined);
      }
    }
  }

  /** Images of 3x1 pixels with three channels, and of 3x3 with one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theHighestPixelOfTheErrorMap(int channels) {
    Architecture a = architecture(Latent.DETERMINISTIC, Activation.SIGMOID, false);
    float[] p = parameters(a);
    int width = INPUTS / 3 / channels;
    int side = channels == 1 ? 3 : 1;
    ErrorSmoothing smoothing = new ErrorSmoothing(3, width, channels, side);
    double[] expected = new double[ROWS];
    for (int r = 0; r < ROWS; r++) {
      double[] rebuilt = outputs(a, p, heads(a, p, doubles(images[r])));
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < width; x++) {
          double squares = 0;
          for (int c = 0; c < channels; c++) {
            double sum = 0;
            int count = 0;
            for (int v = Math.max(0, y - side / 2); v <= Math.min(2, y + side / 2); v++) {
              for (int u = Math.max(0, x - side / 2); u <= Math.min(width - 1, x + side / 2); u++) {
                int at = (v * width + u) * channels + c;
                sum += images[r][at] - sigmoid(rebuilt[at]);
                count++;
              }
            }
            squares += sum / count * (sum / count);
          }
          expected[r] = Math.max(expected[r], Math.sqrt(squares / channels));
        }
      }
    }
    for (Kernels kernels : List.of(Kernels.cpu(), Kernels.nd4j())) {
      try (ScoringNetwork network = network(a, kernels)) {
        network.network().reconstructionPass(ROWS, new double[ROWS]);
        Moments moments = new Moments(a);
        moments.add(network, ROWS, smoothing);
        ScoreStatistics statistics = moments.statistics(smoothing);
        Loss loss = new Loss.BinaryCrossEntropy();
        assertClose(
            scores(network, new Scoring(ScoreMethod.MAXIMUM_ERROR, loss, statistics, 1, 0)),
            expected);
      }
    }
  }

  private static double[] squares(double[] values) {
    return Arrays.stream(values).map(x -> x * x).toArray();
  }

  /** By solving with the covariance, ridge and all, as Gauss would. */
  private static double squaredDistance(double[][] latents, double[] z) {
    double[] mean = new double[LATENT];
    for (double[] latent : latents) {
      for (int i = 0; i < LATENT; i++) {
        mean[i] += latent[i] / ROWS;
      }
    }
    double[][] a = new double[LATENT][LATENT + 1];
    double trace = 0;
    for (int i = 0; i < LATENT; i++) {
      for (int j = 0; j < LATENT; j++) {
        for (double[] latent : latents) {
          a[i][j] += (latent[i] - mean[i]) * (latent[j] - mean[j]) / ROWS;
        }
      }
      trace += a[i][i];
      a[i][LATENT] = z[i] - mean[i];
    }
    for (int i = 0; i < LATENT; i++) {
      a[i][i] += 1e-3 * trace / LATENT;
    }
    for (int i = 0; i < LATENT; i++) {
      for (int r = 0; r < LATENT; r++) {
        double factor = r == i ? 0 : a[r][i] / a[i][i];
        for (int c = 0; c <= LATENT; c++) {
          a[r][c] -= factor * a[i][c];
        }
      }
    }
    double squared = 0;
    for (int i = 0; i < LATENT; i++) {
      squared += (z[i] - mean[i]) * a[i][LATENT] / a[i][i];
    }
    return squared;
  }

  @Test
  void momentsAddUp() {
    Architecture a = architecture(Latent.GAUSSIAN, Activation.SIGMOID, false);
    try (ScoringNetwork network = network(a, Kernels.cpu());
        ScoringNetwork other = network(a, Kernels.cpu())) {
      Moments sum = new Moments(a);
      inParts(
          other,
          rows -> {
            Moments part = new Moments(a);
            part.add(other, rows, PLAIN);
            sum.add(part);
          });
      ScoreStatistics uncalibrated = sum.statistics(PLAIN);
      CombinedScale.Moments units = new CombinedScale.Moments();
      inParts(
          other,
          rows -> {
            CombinedScale.Moments part = new CombinedScale.Moments();
            part.add(other, rows, uncalibrated);
            units.add(part);
          });
      float[] all = values(a, statistics(network));
      float[] added = values(a, uncalibrated.with(units.calibration()));
      for (int i = 0; i < all.length; i++) {
        assertThat(added[i]).isCloseTo(all[i], within(1e-4f * Math.max(1, Math.abs(all[i]))));
      }
      assertThat(values(a, ScoreStatistics.from(a, PLAIN, all, 0))).isEqualTo(all);
    }
  }

  /** Has all rows pass through a network in three parts, and something done after each. */
  private void inParts(ScoringNetwork network, IntConsumer passed) {
    int from = 0;
    for (int rows : new int[] {1, 24, 15}) {
      for (int r = 0; r < rows; r++) {
        network.network().setRow(r, images[from + r], 0);
      }
      network.network().reconstructionPass(rows, new double[rows]);
      passed.accept(rows);
      from += rows;
    }
  }

  private static float[] values(Architecture architecture, ScoreStatistics statistics) {
    float[] values = new float[Tensor.count(ScoreStatistics.tensors(architecture))];
    statistics.copyTo(values, 0);
    return values;
  }

  /** Whoever scores takes latents and reconstructions out behind the score. */
  @ParameterizedTest
  @EnumSource(Latent.class)
  void latentShiftsLeaveLatentsAndReconstructions(Latent latent) {
    Architecture a = architecture(latent, Activation.SIGMOID, false);
    for (Kernels kernels : List.of(Kernels.cpu(), Kernels.nd4j())) {
      try (ScoringNetwork network = network(a, kernels)) {
        network.network().reconstructionPass(ROWS, new double[ROWS]);
        float[] before = outcome(network);
        network.latentShifts(ROWS, new float[ROWS * LATENT]);
        assertThat(outcome(network)).isEqualTo(before);
      }
    }
  }

  /** Latents, reconstructions and, where there are any, variances. */
  private static float[] outcome(ScoringNetwork network) {
    float[] values = new float[ROWS * (INPUTS + 2 * LATENT)];
    network.network().copyReconstruction(ROWS, values, 0);
    network.network().copyLatent(ROWS, values, ROWS * INPUTS);
    if (network.network().architecture().variational()) {
      network.network().copyLatentVariance(ROWS, values, ROWS * (INPUTS + LATENT));
    }
    return values;
  }

  /**
   * One row, or all the same, have no covariance: distances and errors stay finite all the same.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, ROWS})
  void equalRows(int count) {
    Architecture a = architecture(Latent.DETERMINISTIC, Activation.SIGMOID, false);
    try (ScoringNetwork network = network(a, Kernels.cpu())) {
      float[] parameters = parameters(a);
      int bias = (INPUTS + 1) * HIDDEN + HIDDEN * LATENT;
      Arrays.fill(parameters, bias, bias + LATENT, 1000.3f); // squares lose digits against these
      network.network().setParameters(parameters);
      for (int r = 0; r < count; r++) {
        network.network().setRow(r, images[0], 0);
      }
      Moments moments = new Moments(a);
      network.network().reconstructionPass(count, new double[count]);
      for (int i = 0; i < 100; i++) {
        moments.add(network, count, PLAIN);
      }
      ScoreStatistics uncalibrated = moments.statistics(PLAIN);
      CombinedScale.Moments parts = new CombinedScale.Moments();
      parts.add(network, count, uncalibrated);
      ScoreStatistics statistics = uncalibrated.with(parts.calibration());
      network.network().setRow(1, images[1], 0);
      double[] scores =
          scores(
              network,
              new Scoring(ScoreMethod.COMBINED, new Loss.MeanSquaredError(), statistics, 1, 0));
      assertThat(scores[0]).isFinite();
      assertThat(scores[1]).isFinite().isGreaterThan(scores[0]);
    }
  }

  /** Thousands of latents are taken one by one. */
  @Test
  void wideLatentsAreTakenToBeUncorrelated() {
    int wide = 1100;
    Architecture a =
        new Architecture(
            INPUTS,
            List.of(HIDDEN),
            wide,
            Latent.DETERMINISTIC,
            Activation.TANH,
            Activation.SIGMOID);
    try (ScoringNetwork network = new ScoringNetwork(a, Kernels.cpu(), ROWS)) {
      network.network().setParameters(a.initialParameters(5));
      for (int r = 0; r < ROWS; r++) {
        network.network().setRow(r, images[r], 0);
      }
      ScoreStatistics statistics = statistics(network);
      assertThat(ScoreStatistics.tensors(a))
          .containsExactly(
              Tensor.of("pixelError", INPUTS),
              Tensor.of("latent.mean", wide),
              Tensor.of("latent.whitening", wide),
              Tensor.of("shift.mean", wide),
              Tensor.of("shift.whitening", wide),
              Tensor.of("combined.mean", 3),
              Tensor.of("combined.deviation", 3));
      float[] values = values(a, statistics);
      assertThat(values(a, ScoreStatistics.from(a, PLAIN, values, 0))).isEqualTo(values);
      float[] latents = new float[ROWS * wide];
      network.network().copyLatent(ROWS, latents, 0);
      double[] mean = new double[wide];
      double[] variance = new double[wide];
      double sum = 0;
      for (int j = 0; j < wide; j++) {
        for (int r = 0; r < ROWS; r++) {
          mean[j] += latents[r * wide + j] / (double) ROWS;
        }
        for (int r = 0; r < ROWS; r++) {
          variance[j] += Math.pow(latents[r * wide + j] - mean[j], 2) / ROWS;
        }
        sum += variance[j];
      }
      double[] expected = new double[ROWS];
      for (int r = 0; r < ROWS; r++) {
        for (int j = 0; j < wide; j++) {
          expected[r] +=
              Math.pow(latents[r * wide + j] - mean[j], 2) / (variance[j] + 1e-3 * sum / wide);
        }
        expected[r] = Math.sqrt(expected[r]);
      }
      Loss loss = new Loss.MeanSquaredError();
      assertClose(
          scores(network, new Scoring(ScoreMethod.LATENT_DISTANCE, loss, statistics, 1, 0)),
          expected);
    }
  }

  /** A row as usual as others in two parts and far out in one scores by that one. */
  @Test
  void oneUnusualPartIsEnough() {
    CombinedScale calibration = CombinedScale.from(new float[] {1, 20, 30, 0.5f, 4, 6}, 0);
    double[][] parts = {{1, 1, 3, 1e9}, {20, 20, 28, 20}, {30, 90, 42, 30}};
    assertThat(calibration.score(parts, 0)).isZero();
    assertThat(calibration.score(parts, 1)).isCloseTo(10 - Math.log(3), within(1e-4));
    assertThat(calibration.score(parts, 2))
        .isCloseTo(Math.log((Math.exp(4) + 2 * Math.exp(2)) / 3), within(1e-9));
    assertThat(calibration.score(parts, 3)).isCloseTo(2e9, within(10.0));
  }

  @Test
  void calibrationsThatCannotBe() {
    assertThatThrownBy(() -> CombinedScale.from(new float[] {1, 1, 1, 1, 0, 1}, 0))
        .hasMessage("a standard deviation of the combined score's parts is 0.0");
    assertThatThrownBy(() -> new CombinedScale.Moments().calibration())
        .hasMessage("no rows, no calibration");
  }

  @Test
  void whatAMethodNeeds() {
    Architecture plain = architecture(Latent.DETERMINISTIC, Activation.SIGMOID, false);
    assertThatThrownBy(() -> Scoring.check(ScoreMethod.ELBO, plain))
        .hasMessage(
            "scoreMethod elbo needs a variational autoencoder: an autoencoder has no likelihood");
    assertThatThrownBy(
            () -> new Scoring(ScoreMethod.COMBINED, new Loss.MeanSquaredError(), null, 1, 0))
        .hasMessage("scoreMethod combined needs statistics of the training rows");
    assertThatThrownBy(
            () -> new Scoring(ScoreMethod.MAXIMUM_ERROR, new Loss.MeanSquaredError(), null, 1, 0))
        .hasMessage("scoreMethod maximumError needs statistics of the training rows");
    assertThatThrownBy(
            () -> new Scoring(ScoreMethod.ELBO, new Loss.BinaryCrossEntropy(), null, 0, 0))
        .hasMessage("scoreSamples must be from 1 to 10000, but is 0");
    assertThatThrownBy(() -> ScoreMethod.of("error"))
        .hasMessage(
            "scoreMethod must be one of reconstructionError, normalizedError, maximumError, elbo, reconstructionProbability, latentDistance, reencodingDistance, combined, but is 'error'");
  }
}
