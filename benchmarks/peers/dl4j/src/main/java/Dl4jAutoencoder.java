import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The autoencoder of reference in Deeplearning4j, on Fashion-MNIST in memory; see {@code run}. An
 * epoch's rate counts everything from its shuffle to its last step.
 */
public final class Dl4jAutoencoder {
  private static final int[] SIZES = {784, 128, 64, 12, 3, 12, 64, 128, 784};
  private static final int PIXELS = SIZES[0];
  private static final int LATENT = 4; // place of the bottleneck in SIZES
  private static final int BATCH = 128;
  private static final double STEP_SIZE = 1e-3;
  private static final long SEED = 1;

  private Dl4jAutoencoder() {}

  /**
   * Trains and prints the result.
   *
   * @param args folder of train-images-idx3-ubyte.gz; epochs
   */
  public static void main(String[] args) throws IOException {
    float[] images = images(Path.of(args[0], "train-images-idx3-ubyte.gz"));
    int epochs = Integer.parseInt(args[1]);
    int rows = images.length / PIXELS;
    int[] order = new int[rows];
    Arrays.setAll(order, i -> i);
    Random random = new Random(SEED);
    double[] rates = new double[epochs];
    double[] losses = new double[epochs];
    MultiLayerNetwork network = new MultiLayerNetwork(configuration());
    network.init();
    for (int epoch = 0; epoch < epochs; epoch++) {
      long begin = System.nanoTime();
      shuffle(order, random);
      double lossSum = 0;
      for (int from = 0; from < rows; from += BATCH) {
        int n = Math.min(BATCH, rows - from);
        try (INDArray x = batch(images, order, from, n)) {
          network.fit(x, x);
        }
        lossSum += n * network.score();
      }
      rates[epoch] = rows / ((System.nanoTime() - begin) * 1e-9);
      losses[epoch] = lossSum / rows;
    }
    System.out.printf(
        "RESULT {\"rates\":%s,\"loss\":%s,\"threads\":\"%s\"}%n",
        json(rates, "%.0f"), json(losses, "%.5f"), threads());
    System.exit(0); // threads of ND4J would wait for ever
  }

  /** ReLU between layers, none at the bottleneck, sigmoid at the output. */
  private static MultiLayerConfiguration configuration() {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(SEED)
            .updater(new Adam(STEP_SIZE))
            .weightInit(WeightInit.UNIFORM) // within 1 / sqrt(inputs)
            .list();
    int last = SIZES.length - 2;
    for (int i = 0; i < last; i++) {
      layers.layer(
          new DenseLayer.Builder()
              .nIn(SIZES[i])
              .nOut(SIZES[i + 1])
              .activation(i + 1 == LATENT ? Activation.IDENTITY : Activation.RELU)
              .build());
    }
    return layers
        .layer(
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(SIZES[last])
                .nOut(SIZES[last + 1])
                .activation(Activation.SIGMOID)
                .build())
        .build();
  }

  /** An IDX file's pixels in [0, 1]: [rows * 784]. */
  private static float[] images(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16))) {
      if (in.readInt() != 0x803) {
        throw new IOException(file + " has no images in IDX format");
      }
      int rows = in.readInt();
      int pixels = Math.multiplyExact(in.readInt(), in.readInt());
      if (pixels != PIXELS) {
        throw new IOException(file + " has images of " + pixels + " pixels, not " + PIXELS);
      }
      byte[] bytes = new byte[Math.multiplyExact(rows, pixels)];
      in.readFully(bytes);
      float[] values = new float[bytes.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (bytes[i] & 255) / 255f;
      }
      return values;
    }
  }

  private static void shuffle(int[] order, Random random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  /** The images [n, 784] at n places of the order. */
  private static INDArray batch(float[] images, int[] order, int from, int n) {
    float[] values = new float[n * PIXELS];
    for (int i = 0; i < n; i++) {
      System.arraycopy(images, order[from + i] * PIXELS, values, i * PIXELS, PIXELS);
    }
    return Nd4j.create(values, new long[] {n, PIXELS}, 'c');
  }

  /** What ND4J says it uses, whatever it was asked for. */
  private static String threads() {
    return String.format(
        Locale.ROOT,
        "OpenMP %d, BLAS %d",
        NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads(),
        Nd4j.factory().blas().getMaxThreads());
  }

  private static String json(double[] values, String format) {
    return Arrays.stream(values)
        .mapToObj(value -> String.format(Locale.ROOT, format, value))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
