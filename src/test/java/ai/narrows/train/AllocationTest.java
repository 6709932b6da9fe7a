package ai.narrows.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.nn.Corruption;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Objective;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.nn.layers.Topology;
import ai.narrows.nn.layers.Topology.Downsampling;
import ai.narrows.nn.layers.Topology.Upsampling;
import ai.narrows.optim.Clipping;
import ai.narrows.optim.StepSize;
import ai.narrows.optim.Updater;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** After a trainer's first steps, a round allocates its result and nothing for any of its steps. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int BATCH = 4;
  private static final int[] BLOCK_ROWS = {150, 20, 248};
  private static final int ROWS = 418;
  private static final int SHORT = 5;
  private static final int LONG =
      (ROWS + BATCH - 1) / BATCH; // all blocks, and a smaller last batch

  /**
   * Comparisons of the two rounds of which one must find no difference: now and then the JVM itself
   * allocates in this thread (a class's string constants when the first of its methods goes to the
   * optimising compiler), but not every time, as a step would. No tolerance beyond that.
   */
  private static final int ATTEMPTS = 6;

  /** A network and what trains it. */
  record Case(
      Architecture architecture,
      Objective objective,
      Updater updater,
      Clipping clipping,
      Augmentation augmentation) {
    Case(Architecture architecture, Objective objective, Updater updater, Clipping clipping) {
      this(architecture, objective, updater, clipping, Augmentation.NONE);
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Latent latent : Latent.values()) {
      for (int inputs : new int[] {20, 2000}) { // several rows in a strip, several strips in a row
        Architecture architecture =
            new Architecture(inputs, List.of(9, 6), 3, latent, Activation.RELU, Activation.SIGMOID);
        for (Updater updater :
            List.of(
                new Updater.Sgd(0.01),
                new Updater.Momentum(0.9, 0.01),
                new Updater.Adam(0.9, 0.999, 1e-8, 0.01))) {
          for (double norm : new double[] {0, 1e-3}) {
            cases.add(new Case(architecture, plain(architecture), updater, new Clipping(norm)));
          }
        }
      }
    }
    for (Topology.Normalization normalization : Topology.Normalization.values()) {
      boolean plain = normalization == Topology.Normalization.NONE;
      Architecture architecture =
          new Architecture(
              new Topology.Convolutional(
                  6,
                  5,
                  3,
                  List.of(4, 3),
                  3,
                  2,
                  plain ? Downsampling.STRIDED : Downsampling.AVERAGE_POOLING,
                  plain ? Upsampling.TRANSPOSED : Upsampling.NEAREST,
                  normalization),
              2,
              Latent.GAUSSIAN,
              Activation.RELU,
              Activation.SIGMOID,
              false);
      cases.add(
          new Case(architecture, plain(architecture), new Updater.Sgd(0.01), new Clipping(1)));
    }
    for (int inputs : new int[] {20, 2000}) {
      for (Corruption corruption :
          List.of(
              new Corruption.Masking(0.3),
              new Corruption.GaussianNoise(0.2),
              new Corruption.Stain(0.5, inputs / 4, 2, 2))) {
        cases.add(withAllTerms(inputs, Latent.DETERMINISTIC, corruption));
        cases.add(withAllTerms(inputs, Latent.GAUSSIAN, corruption));
      }
    }
    Case corrupted = cases.get(cases.size() - 1);
    cases.add(
        new Case(
            corrupted
                .architecture()
                .with(new Standardization(List.of(0.4, 0.5), List.of(0.3, 0.2))),
            corrupted.objective(),
            corrupted.updater(),
            corrupted.clipping(),
            new Augmentation(Augmentation.Flip.BOTH, 3, 40, 25, 2)));
    return cases;
  }

  private static Objective plain(Architecture architecture) {
    return new Objective(
        architecture.variational() ? new Loss.BinaryCrossEntropy() : new Loss.MeanSquaredError(),
        1);
  }

  /** All terms but a learned sigma, which costs a record of 24 bytes a step. */
  private static Case withAllTerms(int inputs, Latent latent, Corruption corruption) {
    boolean variational = latent == Latent.GAUSSIAN;
    Objective objective =
        new Objective(
            variational ? new Loss.GaussianLikelihood(0.5) : new Loss.MeanSquaredError(),
            1,
            variational ? 3 : 0,
            variational ? 0.1 : 0,
            variational ? 0 : 0.01,
            corruption);
    return new Case(
        new Architecture(inputs, List.of(9), 3, latent, Activation.RELU, Activation.SIGMOID),
        objective,
        new Updater.Sgd(0),
        new Clipping(1));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void stepsAllocateNothing(Case c) {
    Architecture architecture = c.architecture();
    TrainingOptions options =
        new TrainingOptions(
            1,
            BATCH,
            1,
            c.objective(),
            c.updater(),
            new StepSize(0.01, new StepSize.Cosine(2), 1),
            c.clipping(),
            0,
            c.augmentation(),
            1);
    List<PixelBlock> blocks = blocks(architecture.inputs());
    ShuffledBlocks source = new ShuffledBlocks(1, 0, BLOCK_ROWS, blocks::get);
    TrainingState start = TrainingState.start(architecture.initialParameters(1), options);
    try (LocalTrainer trainer = new LocalTrainer(architecture, Kernels.cpu(), options, ROWS)) {
      assertThat(trainer.round(start, source, 0, 0, 0, LONG, LONG).examples()).isEqualTo(ROWS);
      long difference = -1;
      for (int i = 0; i < ATTEMPTS && difference != 0; i++) {
        long shortRound = allocatedBy(trainer, start, source, SHORT);
        difference = allocatedBy(trainer, start, source, LONG) - shortRound;
      }
      assertThat(difference).as("bytes that %d more steps allocate", LONG - SHORT).isZero();
    }
  }

  private static long allocatedBy(
      LocalTrainer trainer, TrainingState start, ShuffledBlocks source, int steps) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    trainer.round(start, source, 0, 0, 0, steps, LONG);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static List<PixelBlock> blocks(int inputs) {
    RandomStream random = new RandomStream(1, Purpose.GENERATION, 0, 0, 0);
    List<PixelBlock> blocks = new ArrayList<>();
    for (int rows : BLOCK_ROWS) {
      byte[] pixels = new byte[rows * inputs];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) random.nextInt(256);
      }
      blocks.add(PixelBlock.ofBytes(0, rows, inputs, pixels));
    }
    return blocks;
  }
}
