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
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static final Architecture VAE =
      new Architecture(6, List.of(5), 2, Latent.GAUSSIAN, Activation.TANH, Activation.SIGMOID);

  private static Network vae(int capacity) {
    Network network = Network.forInference(VAE, Kernels.cpu(), capacity);
    network.setParameters(VAE.initialParameters(1));
    RandomStream random = new RandomStream(2, Purpose.GENERATION, 0, 0, 0);
    float[] row = new float[6];
    for (int r = 0; r < capacity; r++) {
      for (int j = 0; j < 6; j++) {
        row[j] = random.nextFloat();
      }
      network.setRow(r, row, 0);
    }
    return network;
  }

  @Test
  void architecturesOfReference() {
    Architecture autoencoder =
        new Architecture(
            784,
            List.of(128, 64, 12),
            3,
            Latent.DETERMINISTIC,
            Activation.RELU,
            Activation.SIGMOID);
    assertThat(autoencoder).hasToString("784-128-64-12-3-12-64-128-784");
    assertThat(autoencoder.parameters()).isEqualTo(219_891);
    assertThat(
            new Architecture(
                784, List.of(400), 20, Latent.GAUSSIAN, Activation.RELU, Activation.SIGMOID))
        .hasToString("784-400-(20)-400-784");
  }

  @Test
  void noiseOfAnEarlierEvaluationDoesNotReachTheScores() {
    double[] expected = new double[4];
    double[] errors = new double[4];
    try (Network network = vae(4)) {
      network.reconstructionPass(4, expected);
      network.drawNoise(0, 4, new RandomStream(3, Purpose.VALIDATION_NOISE, 0, 0, 0));
      double noisy = network.evaluationPass(4, new Loss.BinaryCrossEntropy());
      network.reconstructionPass(4, errors);
      assertThat(errors).isEqualTo(expected);
      assertThat(network.evaluationPass(4, new Loss.BinaryCrossEntropy())).isNotEqualTo(noisy);
    }
  }

  @Test
  void decodingTheLatentIsTheReconstruction() {
    float[] latents = new float[8];
    float[] rebuilt = new float[24];
    float[] decoded = new float[24];
    try (Network network = vae(4)) {
      network.reconstructionPass(4, new double[4]);
      network.copyLatent(4, latents, 0);
      network.copyReconstruction(4, rebuilt, 0);
      network.decodingPass(4, latents, decoded);
    }
    assertThat(decoded).containsExactly(rebuilt, within(1e-6f));
  }

  @Test
  void aBatchSmallerThanTheCapacityGivesTheSame() {
    double[] all = new double[4];
    double[] two = new double[2];
    try (Network network = vae(4)) {
      network.reconstructionPass(4, all);
      network.reconstructionPass(2, two);
    }
    assertThat(two[0]).isCloseTo(all[0], within(1e-7));
    assertThat(two[1]).isCloseTo(all[1], within(1e-7));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(
            () ->
                new Architecture(
                    4, List.of(3), 0, Latent.GAUSSIAN, Activation.RELU, Activation.SIGMOID))
        .hasMessage("latentDim must be at least 1, but is 0");
    assertThatThrownBy(
            () ->
                new Architecture(
                    4, List.of(3, -1), 2, Latent.GAUSSIAN, Activation.RELU, Activation.SIGMOID))
        .hasMessage("every hidden size must be at least 1, but hidden is [3, -1]");
    assertThatThrownBy(
            () ->
                new Architecture(
                        100_000,
                        List.of(100_000),
                        2,
                        Latent.GAUSSIAN,
                        Activation.RELU,
                        Activation.SIGMOID)
                    .parameters())
        .hasMessage(
            "a network of 100000-100000-(2)-100000-100000 has more than 2147483647 parameters");
    try (Network network = vae(2)) {
      assertThatThrownBy(() -> network.setParameters(new float[3]))
          .hasMessage("the network has " + VAE.parameters() + " parameters, but 3 are given");
      assertThatThrownBy(() -> network.encodingPass(3)).hasMessage("rows must be 1 to 2, but is 3");
      assertThatThrownBy(network::gradient)
          .hasMessage("this network was made for inference and has no gradient");
    }
  }

  @Test
  void poolsLendExclusivelyAndLendAgain() {
    Pool.Lease<Network> first = lend();
    Pool.Lease<Network> second = lend();
    assertThat(first.item()).isNotSameAs(second.item());
    second.close();
    second.close();
    Pool.Lease<Network> third = lend();
    Pool.Lease<Network> fourth = lend();
    assertThat(third.item()).isSameAs(second.item());
    assertThat(fourth.item()).isNotSameAs(third.item()).isNotSameAs(first.item());
    List.of(first, third, fourth).forEach(Pool.Lease::close);
    POOL.clear();
  }

  private static final Pool<Network> POOL = new Pool<>();

  private static Pool.Lease<Network> lend() {
    return POOL.borrow(VAE, () -> vae(2));
  }
}
