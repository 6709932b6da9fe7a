package ai.narrows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.Loss;
import ai.narrows.nn.Network;
import ai.narrows.nn.Objective;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.optim.Clipping;
import ai.narrows.optim.StepSize;
import ai.narrows.optim.Updater;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Training without Spark. */
class LocalTrainerTest {
  private static final int INPUTS = 12;
  private static final Architecture AUTOENCODER =
      new Architecture(
          INPUTS, List.of(8), 2, Latent.DETERMINISTIC, Activation.ELU, Activation.SIGMOID);

  private static TrainingOptions options(int epochs, StepSize.Schedule schedule) {
    return new TrainingOptions(
        epochs,
        16,
        1,
        new Objective(new Loss.MeanSquaredError(), 1),
        new Updater.Adam(0.9, 0.999, 1e-8, 0),
        new StepSize(0.01, schedule, 1),
        new Clipping(1),
        0);
  }

  /** Rows that a latent of two can tell: two levels, one for each half. */
  private static PixelBlock block(int rows, int seed) {
    RandomStream random = new RandomStream(seed, Purpose.GENERATION, 0, 0, 0);
    byte[] pixels = new byte[rows * INPUTS];
    for (int r = 0; r < rows; r++) {
      int left = random.nextInt(256);
      int right = random.nextInt(256);
      for (int j = 0; j < INPUTS; j++) {
        pixels[r * INPUTS + j] = (byte) (j < INPUTS / 2 ? left : right);
      }
    }
    return PixelBlock.ofBytes(0, rows, INPUTS, pixels);
  }

  private static TrainingResult fit(TrainingOptions options, List<PixelBlock> training) {
    return LocalTrainer.fit(
        AUTOENCODER,
        Kernels.cpu(),
        options,
        AUTOENCODER.initialParameters(1),
        training,
        List.of(block(50, 9)),
        TrainingListener.NONE);
  }

  @Test
  void learnsWhatCanBeLearned() {
    TrainingResult result =
        fit(options(60, new StepSize.Cosine(60)), List.of(block(200, 1), block(77, 2)));
    List<EpochReport> history = result.history();
    assertThat(history).hasSize(60);
    assertThat(history.get(59).loss()).isLessThan(0.1 * history.get(0).loss());
    assertThat(history.get(59).validationLoss()).isLessThan(0.1 * history.get(0).validationLoss());
    assertThat(result.state().updates()).isEqualTo(60 * 18);
  }

  private static TrainingOptions augmented(TrainingOptions options) {
    return new TrainingOptions(
        options.epochs(),
        options.batchSize(),
        options.seed(),
        options.objective(),
        options.updater(),
        options.stepSize(),
        options.clipping(),
        options.patience(),
        new Augmentation(Augmentation.Flip.BOTH, 2, 3, 4, 1),
        1);
  }

  @Test
  void augmentationIsForTrainingRowsAlone() {
    List<PixelBlock> blocks = List.of(block(40, 1), block(77, 2));
    TrainingOptions still = // parameters stay where they are
        new TrainingOptions(
            2,
            16,
            1,
            new Objective(new Loss.MeanSquaredError(), 1),
            new Updater.Sgd(0),
            new StepSize(1e-30, new StepSize.Constant(), 0),
            new Clipping(0),
            0);
    TrainingResult plain = fit(still, blocks);
    TrainingResult augmented = fit(augmented(still), blocks);
    for (int e = 0; e < 2; e++) {
      assertThat(augmented.history().get(e).validationLoss())
          .isEqualTo(plain.history().get(e).validationLoss());
      assertThat(augmented.history().get(e).loss()).isNotEqualTo(plain.history().get(e).loss());
    }
    assertThat(plain.history().get(1).loss())
        .isCloseTo(plain.history().get(0).loss(), within(1e-7));
    assertThat(Math.abs(augmented.history().get(1).loss() - augmented.history().get(0).loss()))
        .isGreaterThan(1e-7);
  }

  @Test
  void sameSeedSameBits() {
    List<PixelBlock> blocks = List.of(block(40, 1), block(77, 2));
    assertThat(fit(options(3, new StepSize.Constant()), blocks).state().values())
        .isEqualTo(fit(options(3, new StepSize.Constant()), blocks).state().values());
    TrainingOptions augmented = augmented(options(3, new StepSize.Constant()));
    assertThat(fit(augmented, blocks).state().values())
        .isEqualTo(fit(augmented, blocks).state().values())
        .isNotEqualTo(fit(options(3, new StepSize.Constant()), blocks).state().values());
  }

  @Test
  void everyRowIsSeenOnceAnEpochInAnotherOrderEachTime() {
    int[] rows = {5, 1, 9};
    byte[][] orders = new byte[2][];
    for (int epoch = 0; epoch < 2; epoch++) {
      List<PixelBlock> blocks = List.of(numbered(0, 5), numbered(5, 1), numbered(6, 9));
      ShuffledBlocks source = new ShuffledBlocks(1, 0, rows, blocks::get);
      assertThat(source.rows()).isEqualTo(15);
      Architecture one =
          new Architecture(
              1, List.of(), 1, Latent.DETERMINISTIC, Activation.IDENTITY, Activation.IDENTITY);
      boolean[] seen = new boolean[15];
      orders[epoch] = new byte[15];
      try (Network network = Network.forInference(one, Kernels.cpu(), 4)) {
        network.setParameters(new float[] {1, 0, 1, 0}); // the identity
        float[] out = new float[4];
        for (int at = 0; at < 15; at += 4) {
          int count = Math.min(4, 15 - at);
          source.load(epoch, at, count, network);
          network.encodingPass(count);
          network.copyLatent(count, out, 0);
          for (int i = 0; i < count; i++) {
            int number = Math.round(out[i] * 255);
            assertThat(seen[number]).isFalse();
            seen[number] = true;
            orders[epoch][at + i] = (byte) number;
          }
        }
      }
    }
    assertThat(orders[0]).isNotEqualTo(orders[1]);
  }

  private static PixelBlock numbered(int first, int rows) {
    byte[] pixels = new byte[rows];
    for (int i = 0; i < rows; i++) {
      pixels[i] = (byte) (first + i);
    }
    return PixelBlock.ofBytes(0, rows, 1, pixels);
  }

  @Test
  void refusesALossThatTheNetworkCannotHave() {
    TrainingOptions bce =
        new TrainingOptions(
            1,
            1,
            1,
            new Objective(new Loss.BinaryCrossEntropy(), 1),
            new Updater.Sgd(0),
            new StepSize(1, new StepSize.Constant(), 0),
            new Clipping(0),
            0);
    Architecture linear =
        new Architecture(
            2, List.of(), 1, Latent.DETERMINISTIC, Activation.RELU, Activation.IDENTITY);
    assertThatThrownBy(() -> new LocalTrainer(linear, Kernels.cpu(), bce, 1))
        .hasMessage("loss bce needs outputActivation sigmoid, but outputActivation is identity");
    TrainingOptions shifted = augmented(options(1, new StepSize.Constant()));
    assertThatThrownBy(() -> new LocalTrainer(linear, Kernels.cpu(), shifted, 1))
        .hasMessage("augmentation of images of 3x4x1 does not fit a network of 2 inputs");
  }
}
