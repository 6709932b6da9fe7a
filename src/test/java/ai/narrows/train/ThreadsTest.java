package ai.narrows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.Batch;
import ai.narrows.nn.Corruption;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Objective;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.nn.layers.Topology;
import ai.narrows.optim.Clipping;
import ai.narrows.optim.StepSize;
import ai.narrows.optim.Updater;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several threads to a worker: the steps of one thread but for rounding, the same bits each time.
 */
class ThreadsTest {
  private static final int HEIGHT = 4;
  private static final int WIDTH = 5;
  private static final int INPUTS = HEIGHT * WIDTH;
  private static final int BATCH = 16;

  /** A network, and what it is trained for. */
  record Case(Architecture architecture, Objective objective, Augmentation augmentation) {}

  static Stream<Case> cases() {
    Architecture autoencoder = dense(Latent.DETERMINISTIC, false);
    Architecture variational = dense(Latent.GAUSSIAN, true);
    Augmentation flips = new Augmentation(Augmentation.Flip.BOTH, 1, HEIGHT, WIDTH, 1);
    Loss squared = new Loss.MeanSquaredError();
    Loss likelihood = new Loss.LearnedGaussianLikelihood();
    return Stream.of(
        new Case(autoencoder, new Objective(squared, 1), Augmentation.NONE),
        new Case(autoencoder, objective(squared, 0, new Corruption.Masking(0.3)), flips),
        new Case(autoencoder, objective(squared, 0, new Corruption.GaussianNoise(0.2)), flips),
        new Case(
            autoencoder,
            objective(squared, 0, new Corruption.Stain(0.5, HEIGHT, WIDTH, 1)),
            Augmentation.NONE),
        new Case(
            convolutional(), objective(squared, 0, new Corruption.Masking(0.1)), Augmentation.NONE),
        new Case(variational, objective(likelihood, 0.3, new Corruption.None()), flips),
        new Case(
            variational,
            objective(likelihood, 0.3, new Corruption.GaussianNoise(0.1)),
            Augmentation.NONE));
  }

  private static Architecture dense(Latent latent, boolean learnedSigma) {
    return new Architecture(
        new Topology.Dense(INPUTS, List.of(9)),
        3, // odd, so that a normal draw is left over
        latent,
        Activation.ELU,
        Activation.SIGMOID,
        learnedSigma);
  }

  private static Architecture convolutional() {
    return new Architecture(
        new Topology.Convolutional(
            HEIGHT,
            WIDTH,
            1,
            List.of(3),
            3,
            2,
            Topology.Downsampling.STRIDED,
            Topology.Upsampling.TRANSPOSED,
            Topology.Normalization.GROUP),
        2,
        Latent.DETERMINISTIC,
        Activation.RELU,
        Activation.SIGMOID,
        false);
  }

  private static Objective objective(Loss loss, double freeBits, Corruption corruption) {
    boolean variational = freeBits > 0;
    return new Objective(loss, 1, 0, freeBits, variational ? 0 : 0.01, corruption);
  }

  private static TrainingOptions options(Case c, Updater updater, int threads) {
    return new TrainingOptions(
        2,
        BATCH,
        7,
        c.objective(),
        updater,
        new StepSize(0.01, new StepSize.Constant(), 0),
        new Clipping(0.5),
        0,
        c.augmentation(),
        threads);
  }

  /** 16 and 16 and 7 and 2 rows a batch, over two blocks of bytes and one of floats. */
  private static List<PixelBlock> blocks() {
    RandomStream random = new RandomStream(5, Purpose.GENERATION, 0, 0, 0);
    byte[] bytes = new byte[30 * INPUTS];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
    float[] floats = new float[4 * INPUTS];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = random.nextFloat();
    }
    return List.of(
        PixelBlock.ofBytes(0, 30, INPUTS, bytes), PixelBlock.ofFloats(30, 4, INPUTS, floats));
  }

  private static TrainingResult fit(Case c, Updater updater, int threads) {
    return LocalTrainer.fit(
        c.architecture(),
        Kernels.cpu(),
        options(c, updater, threads),
        c.architecture().initialParameters(1, 0.3),
        blocks(),
        List.of(),
        TrainingListener.NONE);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void manyThreadsTakeTheStepsOfOne(Case c) {
    Updater updater = new Updater.Momentum(0.9, 1e-3);
    TrainingResult one = fit(c, updater, 1);
    for (int threads : new int[] {2, 3, 5}) {
      TrainingResult many = fit(c, updater, threads);
      assertThat(many.history().get(1).loss())
          .isCloseTo(one.history().get(1).loss(), within(1e-5 * one.history().get(1).loss()));
      float[] values = many.state().values();
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i])
            .as("value %d of %d threads", i, threads)
            .isCloseTo(one.state().values()[i], within(2e-5f));
      }
      assertThat(many.state().updates()).isEqualTo(one.state().updates());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theBitsAreThoseOfEveryOtherRun(Case c) {
    Updater updater = new Updater.Adam(0.9, 0.999, 1e-8, 1e-3);
    float[] values = fit(c, updater, 3).state().values();
    for (int i = 0; i < 5; i++) {
      assertThat(fit(c, updater, 3).state().values()).isEqualTo(values);
    }
  }

  @Test
  void theNumberOfThreadsIsSeenInTheLastBitsAlone() {
    Case c = cases().findFirst().orElseThrow();
    Updater updater = new Updater.Adam(0.9, 0.999, 1e-8, 0);
    assertThat(fit(c, updater, 2).state().values())
        .isNotEqualTo(fit(c, updater, 1).state().values());
  }

  @Test
  @Timeout(20)
  void whatOneThreadThrowsEndsAll() {
    for (int failing = 0; failing < 3; failing++) {
      int broken = failing;
      try (Team team = new Team(3)) {
        assertThatThrownBy(
                () ->
                    team.run(
                        member -> {
                          team.await();
                          if (member == broken) {
                            throw new IllegalArgumentException("member " + member);
                          }
                          team.await();
                        }))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("member " + broken);
        int[] sums = new int[3];
        team.run(member -> sums[member] = member); // the team is whole again
        assertThat(sums).containsExactly(0, 1, 2);
      }
    }
  }

  /** As when a shuffle's files are lost: Scala does not declare what it throws. */
  @Test
  @Timeout(20)
  void checkedExceptionsEndAllThreadsToo() {
    for (int failing = 0; failing < 2; failing++) {
      int broken = failing;
      try (Team team = new Team(2)) {
        assertThatThrownBy(
                () ->
                    team.run(
                        member -> {
                          if (member == broken) {
                            ThreadsTest.<RuntimeException>sneak(new IOException("lost"));
                          }
                          team.await();
                        }))
            .hasStackTraceContaining("java.io.IOException: lost");
        team.run(member -> team.await());
      }
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> void sneak(Exception e) throws E {
    throw (E) e;
  }

  /** A source whose rows end in an error must not leave the other threads waiting. */
  @Test
  @Timeout(20)
  void rowsThatCannotBeReadEndAllThreads() {
    Case c = cases().findFirst().orElseThrow();
    TrainingOptions options = options(c, new Updater.Sgd(0), 2);
    BatchSource source =
        new BatchSource() {
          @Override
          public int rows() {
            return 100;
          }

          @Override
          public void load(int epoch, int position, int count, Batch batch) {
            if (position > 0) {
              throw new IllegalStateException("no row " + position);
            }
            for (int i = 0; i < count; i++) {
              batch.setRow(i, new float[INPUTS], 0);
            }
          }
        };
    try (LocalTrainer trainer = new LocalTrainer(c.architecture(), Kernels.cpu(), options, 100)) {
      TrainingState start = TrainingState.start(c.architecture().initialParameters(1), options);
      assertThatThrownBy(() -> trainer.round(start, source, 0, 0, 0, 5, 5))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no row 16");
    }
  }

  @Test
  void skippedDrawsAreTheDrawsOfOthers() {
    for (int skipped = 0; skipped < 7; skipped++) {
      RandomStream drawn = new RandomStream(1, Purpose.CORRUPTION, 2, 3, 4);
      RandomStream jumped = new RandomStream(1, Purpose.CORRUPTION, 2, 3, 4);
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < skipped; i++) {
          drawn.nextGaussian();
        }
        jumped.skipGaussians(skipped);
        assertThat(jumped.nextGaussian()).isEqualTo(drawn.nextGaussian());
      }
      for (int i = 0; i < skipped; i++) {
        drawn.nextFloat();
      }
      jumped.skip(skipped);
      assertThat(jumped.nextLong()).isEqualTo(drawn.nextLong());
    }
  }
}
