package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.SparkFixture;
import ai.narrows.distributed.DistributedTrainer;
import ai.narrows.distributed.Shards;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Objective;
import ai.narrows.nn.Pool;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.optim.Clipping;
import ai.narrows.optim.StepSize;
import ai.narrows.optim.Updater;
import ai.narrows.train.Averaging;
import ai.narrows.train.EpochReport;
import ai.narrows.train.TrainingListener;
import ai.narrows.train.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.BlockId;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** What many fits and transforms leave behind in one JVM, also where they fail: nothing. */
final class TidinessIT extends SparkFixture {
  private static final int TIMES = 28; // each of the seven cases four times, with both estimators
  private static final int ROWS = 40;
  private static final int INPUTS = 16;
  private static final StructType SCHEMA =
      new StructType().add("id", DataTypes.StringType).add("image", SQLDataTypes.VectorType());
  private static final long SECONDS = 60;

  /** What is in use: off-heap bytes as JavaCPP counts them, names of RDDs and broadcast blocks. */
  private record InUse(long bytes, List<String> rdds, List<String> broadcasts) {}

  /** A step size that no task gets to know. */
  private record Failing() implements StepSize.Schedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double factor(double epoch) {
      throw new IllegalStateException("thrown on a worker");
    }
  }

  /** No context in which others have worked before: nothing of theirs is counted. */
  @Override
  protected Map<String, Object> sparkSettings() {
    return Map.of("spark.app.name", "tidiness");
  }

  @BeforeAll
  void registerTheFault() {
    UDF1<String, Boolean> fails =
        id -> {
          if (id.equals("row 7")) {
            throw new IllegalStateException("thrown by a task");
          }
          return true;
        };
    spark.udf().register("fails", fails, DataTypes.BooleanType);
  }

  /** Rows of numbers; of the seventh row all are the one given. */
  private Dataset<Row> rows(double seventh) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] values = new double[INPUTS];
      for (int j = 0; j < INPUTS; j++) {
        values[j] = i == 7 ? seventh : (i * (j + 3) % 11) / 10.0;
      }
      rows.add(RowFactory.create("row " + i, Vectors.dense(values)));
    }
    return spark.createDataFrame(rows, SCHEMA).repartition(2);
  }

  private static AutoencoderEstimator<?, ?> estimator(int time) {
    AutoencoderEstimator<?, ?> estimator =
        time % 2 == 0 ? new Autoencoder() : new VariationalAutoencoder();
    return estimator
        .setHidden(8)
        .setLatentDim(2)
        .setEpochs(2)
        .setBatchSize(8)
        .setNumWorkers(2)
        .setValidationFraction(0.2);
  }

  private static long total(FittedAutoencoder<?> model, Dataset<Row> rows) {
    return model.transform(rows).where(functions.col("anomalyScore").geq(0)).count();
  }

  /** A training and a transform that end well, or one of each that does not. */
  private void once(int time, FittedAutoencoder<?> model) {
    AutoencoderEstimator<?, ?> estimator = estimator(time);
    switch (time % 7) {
      case 2 -> {
        assertThatThrownBy(() -> estimator.fit(rows(Double.NaN))).hasMessageContaining("row 7");
        assertThatThrownBy(() -> total(model, rows(Double.NaN))).hasMessageContaining("row 7");
      }
      case 3 -> {
        Dataset<Row> failing = rows(0).where("fails(id)");
        assertThatThrownBy(() -> estimator.fit(failing)).hasStackTraceContaining("by a task");
        assertThatThrownBy(() -> total(model, failing)).hasStackTraceContaining("by a task");
      }
      case 4 -> {
        estimator.setListener(
            new TrainingListener() {
              @Override
              public void epochFinished(EpochReport report, int epochs) {
                throw new IllegalStateException("thrown by a listener");
              }
            });
        assertThatThrownBy(() -> estimator.fit(rows(0))).hasMessage("thrown by a listener");
        assertThat(model.transform(rows(0)).limit(1).count())
            .isEqualTo(1); // the rest is not asked for
      }
      case 5 -> {
        estimator.setLoss("mse").setOutputActivation("identity").setSolver("sgd").setStepSize(1e30);
        if (estimator instanceof VariationalAutoencoder) {
          estimator.setLoss("gaussian");
        }
        assertThatThrownBy(() -> estimator.fit(rows(0))).hasMessageContaining("diverged");
        model.transform(rows(0)); // and nothing asked for
      }
      case 6 -> {
        assertThatThrownBy(this::failOnAWorker).hasMessageContaining("thrown on a worker");
        assertThat(total(model, rows(0))).isEqualTo(ROWS);
      }
      default -> assertThat(total(estimator.fit(rows(0)), rows(0))).isEqualTo(ROWS);
    }
  }

  private void failOnAWorker() {
    Architecture network =
        new Architecture(
            INPUTS, List.of(8), 2, Latent.GAUSSIAN, Activation.RELU, Activation.SIGMOID);
    TrainingOptions options =
        new TrainingOptions(
            1,
            8,
            1,
            new Objective(new Loss.BinaryCrossEntropy(), 1),
            new Updater.Sgd(0),
            new StepSize(1, new Failing(), 0),
            new Clipping(0),
            0);
    Dataset<Row> rows = rows(0).select("image", "id");
    PixelColumn column =
        PixelColumn.of(rows.schema(), "image", Preprocessing.NONE, InputEncoding.ENCODED);
    ImageShape shape = new ImageShape(1, INPUTS, 1);
    try (Shards shards = Shards.deal(rows, column, "id", shape, new Shards.Options(2, 0))) {
      new DistributedTrainer(shards, network, options, Averaging.every(1), TrainingListener.NONE)
          .fit(network.initialParameters(1));
    }
  }

  @Test
  void nothingStays() throws InterruptedException {
    FittedAutoencoder<?> model = (FittedAutoencoder<?>) estimator(0).fit(rows(0));
    assertThat(total(model, rows(0))).isEqualTo(ROWS);
    InUse before = settled(Long.MAX_VALUE);
    for (int time = 0; time < TIMES; time++) {
      once(time, model);
    }
    InUse after = settled(before.bytes);
    assertThat(after.bytes).isLessThanOrEqualTo(before.bytes);
    assertThat(after.rdds).isEmpty();
    assertThat(after.broadcasts).isEmpty();
  }

  /**
   * What is in use when pools are empty and Spark's cleaner has done its work, which begins with a
   * garbage collection: a lazy table cannot know when nobody will ask for it again.
   *
   * @param bytes that are waited for
   */
  private InUse settled(long bytes) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    InUse now;
    do {
      Pool.clearAll();
      System.gc();
      now = now();
      Thread.sleep(100);
    } while ((now.bytes > bytes || !now.rdds.isEmpty() || !now.broadcasts.isEmpty())
        && System.nanoTime() < end);
    return now;
  }

  private InUse now() {
    AbstractFunction1<BlockId, Object> isBroadcast =
        new AbstractFunction1<>() {
          @Override
          public Boolean apply(BlockId block) {
            return block.isBroadcast();
          }
        };
    return new InUse(
        Pointer.totalBytes(),
        CollectionConverters.asJava(spark.sparkContext().getPersistentRDDs()).values().stream()
            .map(Object::toString)
            .toList(),
        CollectionConverters.asJava(SparkEnv.get().blockManager().getMatchingBlockIds(isBroadcast))
            .stream()
            .map(BlockId::name)
            .toList());
  }
}
