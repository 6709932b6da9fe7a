package ai.narrows.distributed;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Objective;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.optim.Clipping;
import ai.narrows.optim.StepSize;
import ai.narrows.optim.Updater;
import ai.narrows.train.Augmentation;
import ai.narrows.train.Averaging;
import ai.narrows.train.Averaging.UpdaterStates;
import ai.narrows.train.TrainingListener;
import ai.narrows.train.TrainingOptions;
import ai.narrows.train.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A session, images of random values, and what it takes to train on them. */
abstract class TrainerFixture extends SparkFixture {
  static final int INPUTS = 20;
  static final int ROWS = 203;
  static final ImageShape SHAPE = new ImageShape(1, INPUTS, 1);

  static final Architecture AUTOENCODER =
      new Architecture(
          INPUTS, List.of(12), 3, Latent.DETERMINISTIC, Activation.RELU, Activation.SIGMOID);
  static final Architecture VAE =
      new Architecture(
          INPUTS, List.of(12), 3, Latent.GAUSSIAN, Activation.TANH, Activation.SIGMOID);

  static List<Row> rows() {
    RandomStream random = new RandomStream(2, Purpose.GENERATION, 0, 0, 0);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] values = new double[INPUTS];
      double level = random.nextFloat();
      for (int j = 0; j < INPUTS; j++) {
        values[j] = 0.7 * level + 0.3 * random.nextFloat();
      }
      rows.add(RowFactory.create("row" + i, Vectors.dense(values)));
    }
    return rows;
  }

  Dataset<Row> frame(List<Row> rows, int partitions) {
    StructType schema =
        new StructType().add("id", DataTypes.StringType).add("image", SQLDataTypes.VectorType());
    return spark.createDataFrame(rows, schema).repartition(partitions);
  }

  Shards deal(Dataset<Row> frame, int workers, double validationFraction) {
    PixelColumn column =
        PixelColumn.of(frame.schema(), "image", Preprocessing.NONE, InputEncoding.ENCODED);
    return Shards.deal(frame, column, "id", SHAPE, new Shards.Options(workers, validationFraction));
  }

  static TrainingOptions options(int epochs, int batch, Loss loss, Updater updater) {
    return new TrainingOptions(
        epochs,
        batch,
        42,
        new Objective(loss, 1),
        updater,
        new StepSize(0.05, new StepSize.Constant(), 0),
        new Clipping(0),
        0);
  }

  static TrainingOptions adam(int epochs, int batch, Loss loss) {
    return options(epochs, batch, loss, new Updater.Adam(0.9, 0.999, 1e-8, 0));
  }

  /** The same on rows that are flipped and shifted as if they were images of 4x5 pixels. */
  static TrainingOptions augmented(TrainingOptions options) {
    return new TrainingOptions(
        options.epochs(),
        options.batchSize(),
        options.seed(),
        options.objective(),
        options.updater(),
        options.stepSize(),
        options.clipping(),
        options.patience(),
        new Augmentation(Augmentation.Flip.BOTH, 2, 4, 5, 1),
        1);
  }

  static TrainingResult train(
      Shards shards, Architecture architecture, TrainingOptions options, int frequency) {
    return train(shards, architecture, options, Averaging.every(frequency));
  }

  static TrainingResult train(
      Shards shards, Architecture architecture, TrainingOptions options, Averaging averaging) {
    return new DistributedTrainer(shards, architecture, options, averaging, TrainingListener.NONE)
        .fit(architecture.initialParameters(5));
  }

  /** All by default, as the estimators have it. */
  static final Averaging DEFAULT = new Averaging(0, -1, 1, UpdaterStates.AVERAGE, 0);

  /** Plain SGD on the mean squared error. */
  static TrainingOptions sgd(int epochs, int batch, double stepSize, int patience) {
    return new TrainingOptions(
        epochs,
        batch,
        42,
        new Objective(new Loss.MeanSquaredError(), 1),
        new Updater.Sgd(0),
        new StepSize(stepSize, new StepSize.Constant(), 0),
        new Clipping(0),
        patience);
  }

  /** With a step size that is too large the best epoch is an early one. */
  static TrainingOptions stoppingEarly() {
    return sgd(50, 32, 2000, 2);
  }
}
