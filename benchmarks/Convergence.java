import io.narrows.ml.Autoencoder;
import io.narrows.ml.AutoencoderEstimator;
import io.narrows.ml.AutoencoderModelBase;
import io.narrows.ml.VariationalAutoencoder;
import io.narrows.nn.Architecture;
import io.narrows.nn.Kernels;
import io.narrows.nn.Loss;
import io.narrows.train.BlockEvaluation;
import io.narrows.train.PixelBlock;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Test loss of the networks of reference on Fashion-MNIST after data-parallel training, mean over seeds.
 *
 * <p>Arguments: DATA_DIR (with the four *-ubyte.gz), ae|vae, workers, batch size per worker, averaging frequency (0 = default),
 * epochs, seeds.
 */
public final class Convergence {
  public static void main(String[] args) throws IOException {
    String dir = args[0];
    boolean vae = args[1].equals("vae");
    int workers = Integer.parseInt(args[2]);
    int batch = Integer.parseInt(args[3]);
    int frequency = Integer.parseInt(args[4]);
    int epochs = Integer.parseInt(args[5]);
    int seeds = Integer.parseInt(args[6]);
    try (SparkSession spark =
        SparkSession.builder().appName("convergence").config("spark.ui.enabled", "false").getOrCreate()) {
      Dataset<Row> train = spark.read().format("idx").load(dir + "/train-images-idx3-ubyte.gz");
      PixelBlock test = test(dir + "/t10k-images-idx3-ubyte.gz");
      double[] losses = new double[seeds];
      for (int seed = 1; seed <= seeds; seed++) {
        losses[seed - 1] =
            vae
                ? testLoss(configure(new VariationalAutoencoder(), workers, batch, frequency, epochs, seed), train, new Loss.BinaryCrossEntropy(), test)
                : testLoss(configure(new Autoencoder(), workers, batch, frequency, epochs, seed), train, new Loss.MeanSquaredError(), test);
      }
      System.out.printf(
          Locale.ROOT,
          "%s workers %d batch %d averagingFrequency %d epochs %d: mean test loss %.5f of %s%n",
          args[1], workers, batch, frequency, epochs, Arrays.stream(losses).average().orElseThrow(), Arrays.toString(losses));
    }
  }

  private static <E extends AutoencoderEstimator<E, M>, M extends AutoencoderModelBase<M>> E configure(
      E estimator, int workers, int batch, int frequency, int epochs, int seed) {
    return estimator
        .setNumWorkers(workers)
        .setBatchSize(batch)
        .setAveragingFrequency(frequency)
        .setEpochs(epochs)
        .setSeed(seed);
  }

  private static <E extends AutoencoderEstimator<E, M>, M extends AutoencoderModelBase<M>> double testLoss(
      E estimator, Dataset<Row> train, Loss loss, PixelBlock test) {
    M model = estimator.fit(train);
    Architecture architecture = model.architecture();
    try (BlockEvaluation evaluation = new BlockEvaluation(architecture, Kernels.cpu(), loss, 1)) {
      evaluation.setParameters(model.parameters());
      return evaluation.lossSum(test) / test.rows();
    }
  }

  private static PixelBlock test(String file) throws IOException {
    try (DataInputStream in = new DataInputStream(new GZIPInputStream(new FileInputStream(file)))) {
      in.readInt();
      int rows = in.readInt();
      int width = in.readInt() * in.readInt();
      return PixelBlock.ofBytes(0, rows, width, in.readNBytes(rows * width));
    }
  }
}
