import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The matrix products of a training step of a network of reference and nothing else, by the same kernels, on as many threads as
 * there are workers: what a training could reach at most.
 *
 * <p>Arguments: ae|vae|conv, threads, batch size, seconds.
 */
public final class Products {
  private static final Kernels KERNELS = Kernels.cpu();

  /** Inputs and outputs of each layer; of a convolution values of a patch, channels and patches of an image. */
  private static final int[][] AE = {{784, 128}, {128, 64}, {64, 12}, {12, 3}, {3, 12}, {12, 64}, {64, 128}, {128, 784}};

  /** The convolutional network on images of 64x64x3. */
  private static final int[][] CONVOLUTIONAL = {
    {27, 32, 1024}, {288, 64, 256}, {576, 128, 64}, {8192, 64}, {64, 8192}, {128, 576, 64}, {64, 288, 256}, {32, 27, 1024}
  };

  /** Values of patches, and of what they are multiplied with or become, that Narrows has at a time. */
  private static final int PIECE = 1 << 18;

  private static final int[][] VAE = {{784, 400}, {400, 40}, {20, 400}, {400, 784}};

  public static void main(String[] args) {
    int[][] shapes =
        switch (args[0]) {
          case "vae" -> VAE;
          case "conv" -> CONVOLUTIONAL;
          default -> AE;
        };
    int threads = Integer.parseInt(args[1]);
    int batch = Integer.parseInt(args[2]);
    double seconds = Double.parseDouble(args[3]);
    Thread[] workers = new Thread[threads];
    double[][] rates = new double[threads][5];
    for (int t = 0; t < threads; t++) {
      int thread = t;
      workers[t] = new Thread(() -> measure(shapes, batch, seconds / 5, rates[thread]));
    }
    IntStream.range(0, threads).forEach(t -> workers[t].start());
    double[] sums = new double[5];
    for (int t = 0; t < threads; t++) {
      try {
        workers[t].join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      for (int i = 0; i < sums.length; i++) {
        sums[i] += rates[t][i];
      }
    }
    new Result().with("rates", sums).print();
  }

  private static void measure(int[][] shapes, int batch, double seconds, double[] rates) {
    Layer[] layers = new Layer[shapes.length];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = new Layer(batch, shapes[i]);
    }
    for (int i = 0; i < rates.length; i++) {
      long begin = System.nanoTime();
      long steps = 0;
      while (System.nanoTime() - begin < seconds * 1e9) {
        for (Layer layer : layers) {
          layer.forward();
        }
        for (int l = layers.length - 1; l >= 0; l--) {
          layers[l].backward(l > 0);
        }
        steps++;
      }
      rates[i] = steps * batch / ((System.nanoTime() - begin) / 1e9);
    }
  }

  private static final class Layer {
    private final int batch;
    private final int in;
    private final int out;
    private final int patches; // of an image
    private final int images; // at a time
    private final Matrix x;
    private final Matrix w;
    private final Matrix z;
    private final Matrix dx;
    private final Matrix dw;
    private final Matrix dz;

    Layer(int batch, int[] shape) {
      this.batch = batch;
      in = shape[0];
      out = shape[1];
      patches = shape.length > 2 ? shape[2] : 1;
      images = shape.length > 2 ? Math.max(1, Math.min(batch, PIECE / (patches * (in + out)))) : batch;
      int rows = images * patches;
      x = random(rows, in);
      w = random(in, out);
      z = random(rows, out);
      dx = random(rows, in);
      dw = random(in, out);
      dz = random(rows, out);
    }

    private static Matrix random(int rows, int columns) {
      float[] values = new float[rows * columns];
      Random random = new Random(1);
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
      Buffer buffer = KERNELS.allocate(values.length);
      KERNELS.upload(values, 0, buffer, 0, values.length);
      return KERNELS.matrix(buffer, 0, rows, columns);
    }

    void forward() {
      for (int first = 0; first < batch; first += images) {
        int rows = Math.min(images, batch - first) * patches;
        KERNELS.layers().multiply(rows, x, 0, w, z, 0);
      }
    }

    void backward(boolean input) {
      for (int first = 0; first < batch; first += images) {
        int rows = Math.min(images, batch - first) * patches;
        if (patches == 1) {
          KERNELS.layers().multiplyBackwardWeights(rows, x, dz, dw);
        } else {
          KERNELS.layers().multiplyBackwardWeightsAdd(rows, x, 0, dz, 0, dw);
        }
        if (input) {
          KERNELS.layers().multiplyTransposed(rows, dz, 0, w, dx, 0);
        }
      }
    }
  }
}
