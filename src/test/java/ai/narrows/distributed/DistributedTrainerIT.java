package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.ChannelMoments;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Network;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.kernels.Range;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.nn.score.ErrorSmoothing;
import ai.narrows.nn.score.ScoreChoice;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.optim.Updater;
import ai.narrows.optim.UpdaterState;
import ai.narrows.train.Averaging;
import ai.narrows.train.Averaging.UpdaterStates;
import ai.narrows.train.LocalTrainer;
import ai.narrows.train.PixelBlock;
import ai.narrows.train.RoundResult;
import ai.narrows.train.TrainingDivergedException;
import ai.narrows.train.TrainingListener;
import ai.narrows.train.TrainingOptions;
import ai.narrows.train.TrainingResult;
import ai.narrows.train.TrainingState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The equalities that distributed training promises, on vectors of random values. */
class DistributedTrainerIT extends TrainerFixture {
  /** Of the larger of 1 and the weight. */
  private static final double SYNCHRONOUS_TOLERANCE = 1e-6;

  /** Every worker's batch is its whole shard, so a round is one step on all rows. */
  @ParameterizedTest
  @CsvSource({"2,sgd", "4,sgd", "2,momentum", "4,momentum"})
  void averagingEveryStepIsSynchronousSgd(int workers, String solver) {
    Updater updater =
        solver.equals("sgd") ? new Updater.Sgd(0.01) : new Updater.Momentum(0.9, 0.01);
    TrainingOptions options = options(4, ROWS, new Loss.MeanSquaredError(), updater);
    float[] distributed;
    try (Shards shards = deal(frame(rows(), 3), workers, 0)) {
      distributed = train(shards, AUTOENCODER, options, 1).state().parameters();
    }
    float[] expected = AUTOENCODER.initialParameters(5);
    Kernels kernels = Kernels.cpu();
    try (Network network = Network.forTraining(AUTOENCODER, kernels, ROWS);
        UpdaterState state = new UpdaterState(kernels, updater, expected.length)) {
      network.setParameters(expected);
      List<Row> rows = rows();
      for (int i = 0; i < ROWS; i++) {
        double[] values = rows.get(i).<Vector>getAs(1).toArray();
        float[] pixels = new float[INPUTS];
        for (int j = 0; j < INPUTS; j++) {
          pixels[j] = (float) values[j];
        }
        network.setRow(i, pixels, 0);
      }
      for (int epoch = 0; epoch < options.epochs(); epoch++) {
        network.trainingPass(ROWS, options.objective());
        state.countUpdate();
        updater.step(
            kernels,
            Range.of(network.parameters()),
            network.parameters(),
            network.gradient(),
            state,
            1,
            0.05);
      }
      network.copyParameters(expected);
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) distributed[i])
          .as("weight %d", i)
          .isCloseTo(
              expected[i], within(SYNCHRONOUS_TOLERANCE * Math.max(1, Math.abs(expected[i]))));
    }
  }

  /** Validation rows apart, by their own exact sums in one go. */
  @ParameterizedTest
  @CsvSource({"1,1", "3,2", "7,2", "2,5"})
  void channelsAreStandardisedByTheTrainingRowsHoweverTheyAreDealt(int partitions, int workers) {
    Standardization expected;
    try (Shards shards = deal(frame(rows(), 1), 1, 0.2)) {
      List<PixelBlock> blocks = blocks(shards);
      assertThat(blocks.get(0).rows()).isEqualTo(163);
      assertThat(blocks).hasSize(2);
      ChannelMoments moments = new ChannelMoments(1);
      blocks.get(0).addTo(moments);
      expected = ChannelMoments.standardization(List.of(moments));
    }
    try (Shards shards = deal(frame(rows(), partitions), workers, 0.2)) {
      assertThat(shards.standardization(1)).isEqualTo(expected);
    }
    try (Shards shards = deal(frame(rows(), partitions), workers, 0)) {
      assertThat(shards.standardization(1)).isNotEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"false,false", "true,false", "true,true"})
  void oneWorkerIsLocalTrainingBitForBit(boolean variational, boolean augmented) {
    Architecture architecture =
        variational
            ? VAE.with(new Standardization(List.of(0.5, 0.4), List.of(0.2, 0.3)))
            : AUTOENCODER;
    TrainingOptions plain =
        adam(3, 16, variational ? new Loss.BinaryCrossEntropy() : new Loss.MeanSquaredError());
    TrainingOptions options = augmented ? augmented(plain) : plain;
    try (Shards shards = deal(frame(rows(), 3), 1, 0.1)) {
      TrainingResult distributed =
          train(shards, architecture, options, new Averaging(4, -1, 1, UpdaterStates.AVERAGE, 0.5));
      List<PixelBlock> blocks = blocks(shards);
      List<PixelBlock> training = blocks.subList(0, 1);
      List<PixelBlock> validation = blocks.subList(1, 2);
      TrainingResult local =
          LocalTrainer.fit(
              architecture,
              Kernels.cpu(),
              options,
              architecture.initialParameters(5),
              training,
              validation,
              TrainingListener.NONE);
      assertThat(distributed.state().values()).isEqualTo(local.state().values());
      assertThat(distributed.bestEpoch()).isEqualTo(local.bestEpoch());
      for (int e = 0; e < 3; e++) {
        assertThat(distributed.history().get(e).validationLoss())
            .isEqualTo(local.history().get(e).validationLoss());
        assertThat(distributed.history().get(e).loss())
            .isCloseTo(local.history().get(e).loss(), within(1e-9));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static List<PixelBlock> blocks(Shards shards) {
    RDD<PixelBlock> blocks = (RDD<PixelBlock>) shards.rdd().dependencies().head().rdd();
    return blocks.toJavaRDD().collect();
  }

  @ParameterizedTest
  @CsvSource({"1,3,0,false", "4,1,0.5,false", "4,3,0,true", "7,2,0.9,true"})
  void sameSeedSameBitsHoweverTheInputIsLaidOut(
      int workers, int frequency, double outerMomentum, boolean augmented) {
    Averaging averaging = new Averaging(frequency, outerMomentum, 1, UpdaterStates.AVERAGE, 0);
    TrainingOptions plain = adam(2, 8, new Loss.BinaryCrossEntropy());
    TrainingOptions options = augmented ? augmented(plain) : plain;
    float[] expected = null;
    for (int partitions : new int[] {1, 5, 2}) {
      List<Row> rows = rows();
      Collections.shuffle(rows, new Random(partitions));
      try (Shards shards = deal(frame(rows, partitions), workers, 0.2)) {
        float[] values = train(shards, VAE, options, averaging).state().values();
        if (expected == null) {
          expected = values;
        }
        assertThat(values).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, AVERAGE", "0.5, RESET"})
  void reducersGiveTheSameBitsAsTheDriver(double outerMomentum, UpdaterStates states) {
    Averaging averaging = new Averaging(2, outerMomentum, 1, states, 0);
    TrainingOptions options = adam(2, 8, new Loss.BinaryCrossEntropy());
    try (Shards shards = deal(frame(rows(), 3), 5, 0)) {
      TrainingResult folded = train(shards, VAE, options, averaging);
      TrainingResult sliced =
          new DistributedTrainer(shards, VAE, options, averaging, TrainingListener.NONE, 0)
              .fit(VAE.initialParameters(5));
      assertThat(sliced.state().values()).isEqualTo(folded.state().values());
      assertThat(sliced.state().updates()).isEqualTo(folded.state().updates());
      assertThat(sliced.history().get(1).loss()).isEqualTo(folded.history().get(1).loss());
    }
  }

  /** With one round in an epoch the first steps' formula can be worked out by hand. */
  @ParameterizedTest
  @CsvSource({"0, 0.5", "0, 1.5", "0.5, 1", "0.9, 0.7"})
  void theOuterStepGoesOnFromThePlainAverage(double momentum, double stepSize) {
    TrainingOptions options = adam(1, 16, new Loss.BinaryCrossEntropy());
    try (Shards shards = deal(frame(rows(), 3), 3, 0)) {
      int epoch = DistributedTrainer.stepsPerEpoch(shards.plan(), 16);
      TrainingState plain = train(shards, VAE, options, epoch).state();
      TrainingState outer =
          train(
                  shards,
                  VAE,
                  options,
                  new Averaging(epoch, momentum, stepSize, UpdaterStates.AVERAGE, 0))
              .state();
      float[] start = VAE.initialParameters(5);
      float[] expected = plain.values().clone();
      for (int i = 0; i < start.length; i++) {
        double delta = (double) plain.values()[i] - start[i];
        expected[i] = (float) (start[i] + stepSize * delta); // no momentum in the first epoch
      }
      assertThat(outer.values()).containsExactly(expected, within(1e-6f));
      assertThat(outer.updates()).isEqualTo(plain.updates());
    }
  }

  @Test
  void momentumBeginsWithTheSecondEpoch() {
    try (Shards shards = deal(frame(rows(), 3), 3, 0)) {
      int epoch = DistributedTrainer.stepsPerEpoch(shards.plan(), 16);
      TrainingOptions one = adam(1, 16, new Loss.BinaryCrossEntropy());
      TrainingOptions two = adam(2, 16, new Loss.BinaryCrossEntropy());
      Averaging momentum = new Averaging(epoch, 0.5, 1, UpdaterStates.AVERAGE, 0);
      float[] first = train(shards, VAE, one, epoch).state().values();
      assertThat(train(shards, VAE, one, momentum).state().values()).isEqualTo(first);
      float[] plain = train(shards, VAE, two, epoch).state().values();
      float[] moved = train(shards, VAE, two, momentum).state().values();
      float[] expected = plain.clone();
      for (int i = 0; i < VAE.initialParameters(5).length; i++) {
        double delta = (double) plain[i] - first[i];
        expected[i] = (float) (first[i] + 1.5 * delta);
      }
      assertThat(moved).containsExactly(expected, within(1e-6f));
    }
  }

  @Test
  void withoutMomentumAndWithAStepOfOneTheAverageIsAssigned() {
    TrainingOptions options = adam(3, 16, new Loss.BinaryCrossEntropy());
    try (Shards shards = deal(frame(rows(), 3), 3, 0)) {
      float[] plain = train(shards, VAE, options, 2).state().values();
      Averaging off = new Averaging(2, 0, 1, UpdaterStates.AVERAGE, 0);
      assertThat(train(shards, VAE, options, off).state().values()).isEqualTo(plain);
      Averaging on = new Averaging(2, 0.5, 1, UpdaterStates.AVERAGE, 0);
      assertThat(train(shards, VAE, options, on).state().values()).isNotEqualTo(plain);
      Averaging reset = new Averaging(2, 0, 1, UpdaterStates.RESET, 0);
      assertThat(train(shards, VAE, options, reset).state().values()).isNotEqualTo(plain);
    }
  }

  @Test
  void theSynchronousStartAveragesEveryStep() {
    Averaging started = new Averaging(4, 0.5, 1, UpdaterStates.RESET, 2);
    try (Shards shards = deal(frame(rows(), 3), 3, 0)) {
      TrainingOptions start = adam(2, 16, new Loss.BinaryCrossEntropy());
      assertThat(train(shards, VAE, start, started).state().values())
          .isEqualTo(train(shards, VAE, start, 1).state().values());
      TrainingOptions longer = adam(3, 16, new Loss.BinaryCrossEntropy());
      assertThat(train(shards, VAE, longer, started).state().values())
          .isNotEqualTo(train(shards, VAE, longer, 1).state().values());
    }
  }

  @Test
  void severalSlicesPutTogetherAreTheWhole() {
    TrainingOptions options = adam(1, 64, new Loss.BinaryCrossEntropy());
    try (Shards shards = deal(frame(rows(), 3), 3, 0)) {
      float[] folded = train(shards, VAE, options, 1).state().values();
      float[] start = TrainingState.start(VAE.initialParameters(5), options).values();
      assertThat(folded).hasSameSizeAs(start);
      TrainingState state = TrainingState.start(VAE.initialParameters(5), options);
      for (int round = 0; round < 2; round++) {
        try (Exchange<TrainingState, RoundResult> exchange = open(state)) {
          WorkerTask task = new WorkerTask(VAE, options, shards.plan(), exchange, 0, round, 1);
          state =
              SlicedRound.run(shards.rdd().toJavaRDD(), task, 3, start.length, VAE.parameters(), 4)
                  .state();
        }
      }
      assertThat(state.values()).isEqualTo(folded);
    }
  }

  private Exchange<TrainingState, RoundResult> open(TrainingState state) {
    return Exchange.open(spark.sparkContext(), state, TrainingState.class);
  }

  @Test
  void inOneJvmStatesAndResultsAreHandedOverByReference() throws Exception {
    TrainingState state = new TrainingState(new float[] {1, 2}, 2, 0);
    RoundResult result = new RoundResult(state, 1, 0, 0);
    Exchange<TrainingState, RoundResult> drivers = open(state);
    Exchange<TrainingState, RoundResult> workers = copy(drivers);
    assertThat(workers).isNotSameAs(drivers);
    assertThat(workers.state()).isSameAs(state);
    RoundResult returned = workers.deliver(1, result);
    assertThat(returned).isNull();
    assertThat(drivers.take(1, returned)).isSameAs(result);
    drivers.close();
    assertThatThrownBy(workers::state)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the job that this task belongs to is over");
  }

  @SuppressWarnings("unchecked")
  private static <T> T copy(T object) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    }
  }

  @Test
  void moreWorkersThanRowsAndBatchesLargerThanShards() {
    try (Shards shards = deal(frame(rows().subList(0, 3), 4), 8, 0)) {
      TrainingResult result =
          train(shards, AUTOENCODER, adam(2, 500, new Loss.MeanSquaredError()), DEFAULT);
      for (float value : result.state().values()) {
        assertThat(value).isFinite();
      }
      assertThat(result.history()).hasSize(2);
      try (TrainingScores scores =
          new TrainingScores(shards, AUTOENCODER, result.state().parameters())) {
        ErrorSmoothing plain = ErrorSmoothing.none(AUTOENCODER.inputs());
        for (ScoreMethod method : ScoreMethod.values()) {
          if (method.likelihood()) {
            continue;
          }
          ScoreChoice choice = new ScoreChoice(method, new Loss.MeanSquaredError(), 1, 0);
          TrainingScores.Result scored = scores.of(choice, plain, 0.4, 1);
          assertThat(scored.statistics().pixelError()).hasSize(AUTOENCODER.inputs());
          assertThat(scored.threshold())
              .as(method.label())
              .isEqualTo(scores.threshold(Rows.TRAINING, scored.scoring(), 0.4, 1));
        }
      }
    }
  }

  @Test
  void stopsEarlyAndKeepsTheBestEpoch() {
    TrainingOptions options = stoppingEarly();
    try (Shards shards = deal(frame(rows(), 3), 2, 0.2)) {
      TrainingResult result = train(shards, AUTOENCODER, options, Averaging.every(7));
      double best = Double.POSITIVE_INFINITY;
      int bestEpoch = 0;
      for (int e = 0; e < result.history().size(); e++) {
        if (result.history().get(e).validationLoss() < best) {
          best = result.history().get(e).validationLoss();
          bestEpoch = e + 1;
        }
      }
      assertThat(result.history()).hasSizeLessThan(50);
      assertThat(result.bestEpoch()).isEqualTo(bestEpoch);
      assertThat(result.history()).hasSize(bestEpoch + 2);
    }
  }

  @Test
  void divergenceStopsAtOnceAndLeavesNothingCached() {
    TrainingOptions options = sgd(5, 32, 1e30, 2);
    Architecture linear =
        new Architecture(
            INPUTS, List.of(), 3, Latent.DETERMINISTIC, Activation.IDENTITY, Activation.IDENTITY);
    assertThatThrownBy(
            () -> {
              try (Shards shards = deal(frame(rows(), 3), 2, 0)) {
                train(shards, linear, options, 1);
              }
            })
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageStartingWith("training diverged in epoch 1, round ")
        .hasMessageEndingWith("lower stepSize (now 1.0E30) or set gradientClipNorm");
    assertThat(spark.sparkContext().getPersistentRDDs().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 20, 100, 202})
  void ranksAreExact(long k) {
    double[] values = new double[ROWS];
    RandomStream random = new RandomStream(3, Purpose.GENERATION, 0, 0, 0);
    for (int i = 0; i < ROWS; i++) {
      values[i] = i % 3 == 0 ? Math.floor(4 * random.nextGaussian()) : random.nextGaussian() * 1e-3;
    }
    List<double[]> chunks =
        List.of(
            Arrays.copyOf(values, 50),
            Arrays.copyOfRange(values, 50, 51),
            new double[0],
            Arrays.copyOfRange(values, 51, ROWS));
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<double[]> rdd = context.parallelize(chunks, 3);
    long[] ks = {k, 0, ROWS - 1 - k, k};
    double[] expected = {
      sorted[ROWS - 1 - (int) k], sorted[ROWS - 1], sorted[(int) k], sorted[ROWS - 1 - (int) k]
    };
    assertThat(Ranks.largest(rdd, "rank", ks)).containsExactly(expected);
    assertThat(Ranks.counted(rdd, "rank", ks)).containsExactly(expected);
    assertThat(Ranks.largest(rdd, "rank", k)).containsExactly(sorted[ROWS - 1 - (int) k]);
  }

  @Test
  void ranksThatAreNone() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<double[]> rdd = context.parallelize(List.of(new double[] {1, 2}, new double[] {3}), 2);
    for (long k : new long[] {3, 70_000}) {
      assertThatThrownBy(() -> Ranks.largest(rdd, "rank", k))
          .hasMessage("k must be below the number of values, but is " + k);
    }
    JavaRDD<double[]> nan = context.parallelize(List.of(new double[] {1, Double.NaN}), 1);
    assertThatThrownBy(() -> Ranks.largest(nan, "rank", 0))
        .hasStackTraceContaining("NaN has no rank");
    assertThatThrownBy(() -> Ranks.counted(nan, "rank", 0))
        .hasStackTraceContaining("NaN has no rank");
  }
}
