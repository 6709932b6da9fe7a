import ai.narrows.ml.Autoencoder;
import ai.narrows.ml.AutoencoderEstimator;
import ai.narrows.ml.VariationalAutoencoder;
import ai.narrows.train.EpochReport;
import ai.narrows.train.TrainingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.RDDInfo;

/**
 * Trains a network of reference on Fashion-MNIST's 60,000 images, or the convolutional one on 12,000 of them made 64x64x3, and
 * tells each epoch's images per second.
 *
 * <p>Arguments: DATA_DIR, ae|vae|conv, epochs, workers, batch size per worker.
 */
public final class Training {
  public static void main(String[] args) throws IOException {
    try (SparkSession spark =
        SparkSession.builder().appName("training").config("spark.ui.enabled", "false").getOrCreate()) {
      Dataset<Row> images = spark.read().format("idx").load(args[0] + "/train-images-idx3-ubyte.gz");
      Epochs epochs = new Epochs(spark);
      AutoencoderEstimator<?, ?> estimator = args[1].equals("vae") ? new VariationalAutoencoder() : new Autoencoder();
      if (args[1].equals("conv")) {
        images = images.where("index < " + PHOTOGRAPHS);
        photographs((Autoencoder) estimator);
      }
      estimator
          .setEpochs(Integer.parseInt(args[2]))
          .setNumWorkers(Integer.parseInt(args[3]))
          .setCalibrationFraction(0)
          .setBatchSize(Integer.parseInt(args[4]));
      estimator.setListener(epochs);
      estimator.fit(images);
      new Result()
          .with("rates", epochs.reports.stream().map(EpochReport::imagesPerSecond).toList())
          .with("communication", epochs.reports.stream().map(EpochReport::communicationShare).toList())
          .with("seconds", epochs.reports.stream().map(EpochReport::seconds).toList())
          .with("loss", epochs.reports.stream().map(EpochReport::loss).toList())
          .with("cacheBytesPerPixel", (double) epochs.cachedBytes / (images.count() * 784))
          .print();
    }
  }

  /** How many images the convolutional network gets. */
  static final int PHOTOGRAPHS = 12_000;

  /** Convolutions of 32, 64 and 128 channels on 64x64x3, 64 latents. */
  static void photographs(Autoencoder estimator) {
    estimator.setArchitecture("convolutional").setLatentDim(64).setHeight(64).setWidth(64).setChannels(3);
  }

  private static final class Epochs implements TrainingListener {
    private final SparkSession spark;
    private final List<EpochReport> reports = new ArrayList<>();
    private long cachedBytes;

    Epochs(SparkSession spark) {
      this.spark = spark;
    }

    @Override
    public void epochFinished(EpochReport report, int epochs) {
      reports.add(report);
      cachedBytes = Arrays.stream(spark.sparkContext().getRDDStorageInfo()).mapToLong(RDDInfo::memSize).sum();
    }
  }
}
