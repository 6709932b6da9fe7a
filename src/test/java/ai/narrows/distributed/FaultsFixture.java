package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.Fault;
import ai.narrows.TestSpark;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Objective;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.optim.Clipping;
import ai.narrows.optim.StepSize;
import ai.narrows.optim.Updater;
import ai.narrows.train.Averaging;
import ai.narrows.train.EpochReport;
import ai.narrows.train.TrainingException;
import ai.narrows.train.TrainingListener;
import ai.narrows.train.TrainingOptions;
import ai.narrows.train.TrainingResult;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A training in which faults strike, and what must come of it all the same. */
abstract class FaultsFixture {
  static final String IMAGES =
      Path.of("data/fashion-mnist/t10k-images-idx3-ubyte.gz").toAbsolutePath().toString();

  static final int SHARDS = 3;
  static final int EPOCHS = 3;

  /** In the second epoch, in the middle of a round. */
  static final double MOMENT = 1.4;

  static final Architecture NETWORK =
      new Architecture(784, List.of(32), 8, Latent.GAUSSIAN, Activation.RELU, Activation.SIGMOID);

  /** The constant step size, which is asked for at every step: there a fault can strike. */
  record FaultySchedule(Fault fault) implements StepSize.Schedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double factor(double epoch) {
      if (epoch >= MOMENT) {
        fault.strike();
      }
      return 1;
    }
  }

  /** What must be the same: a hash of the last state, and the history without its times. */
  record Outcome(String sha256, List<EpochReport> history) {
    static Outcome of(TrainingResult result) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * result.state().values().length);
      bytes.asFloatBuffer().put(result.state().values());
      return new Outcome(
          DigestUtils.sha256Hex(bytes.array()),
          result.history().stream()
              .map(r -> new EpochReport(r.epoch(), r.loss(), r.validationLoss(), 0, 0, 0))
              .toList());
    }
  }

  @TempDir static Path folder;
  static Outcome undisturbed;

  /** What becomes of training where nothing goes wrong, in this JVM. */
  @BeforeAll
  static void trainUndisturbed() {
    SparkSession spark = TestSpark.enter();
    undisturbed = train(spark, new StepSize.Constant());
    TestSpark.leave(spark);
  }

  static TrainingOptions options(StepSize.Schedule schedule) {
    return new TrainingOptions(
        EPOCHS,
        64,
        7,
        new Objective(new Loss.BinaryCrossEntropy(), 1),
        new Updater.Adam(0.9, 0.999, 1e-8, 0),
        new StepSize(1e-3, schedule, 0),
        new Clipping(0),
        0);
  }

  static Outcome train(SparkSession spark, StepSize.Schedule schedule) {
    return train(spark, schedule, DistributedTrainer.DRIVER_VALUES);
  }

  static Outcome train(SparkSession spark, StepSize.Schedule schedule, long driverValues) {
    return train(spark.read().format("idx").load(IMAGES), schedule, driverValues);
  }

  static Outcome train(Dataset<Row> images, StepSize.Schedule schedule, long driverValues) {
    return train(images, options(schedule), driverValues);
  }

  static Outcome train(Dataset<Row> images, TrainingOptions options, long driverValues) {
    Dataset<Row> read = images.select("image", "id");
    PixelColumn column =
        PixelColumn.of(read.schema(), "image", Preprocessing.NONE, InputEncoding.ENCODED);
    ImageShape shape = new ImageShape(28, 28, 1);
    try (Shards shards = Shards.deal(read, column, "id", shape, new Shards.Options(SHARDS, 0.1))) {
      return Outcome.of(
          new DistributedTrainer(
                  shards,
                  NETWORK,
                  options,
                  Averaging.every(10),
                  TrainingListener.NONE,
                  driverValues)
              .fit(NETWORK.initialParameters(7)));
    }
  }

  static Fault fault(Fault.Kind kind) {
    return new Fault(kind, 1, folder.resolve("marker-" + System.nanoTime()).toString());
  }

  static void assertEnds(SparkSession spark, int attempts) {
    Fault fault = fault(Fault.Kind.THROW_ALWAYS);
    assertThatThrownBy(() -> train(spark, new FaultySchedule(fault)))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            String.format(
                    Locale.ROOT,
                    "shard 2 of 3 failed in epoch 2, round [0-9], %d times: ",
                    attempts)
                + "java.lang.IllegalStateException: a fault of the test's");
    assertThat(spark.sparkContext().getPersistentRDDs().isEmpty()).isTrue();
  }
}
