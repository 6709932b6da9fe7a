package ai.narrows.nn;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import java.util.List;

/** What the benchmarks share: the networks of reference and values to work on. */
public final class Bench {
  /** Rows of a step. */
  public static final int BATCH = 128;

  /** Values of an image. */
  public static final int PIXELS = 784;

  private Bench() {}

  /** The kernels of a benchmark's {@code kernels} parameter, {@code cpu} or {@code nd4j}. */
  public static Kernels kernels(String name) {
    return switch (name) {
      case "cpu" -> Kernels.cpu();
      case "nd4j" -> Kernels.nd4j();
      default ->
          throw new IllegalArgumentException("kernels must be cpu or nd4j, but is '" + name + "'");
    };
  }

  /**
   * The network of reference of a benchmark's {@code network} parameter, {@code ae} or {@code vae}.
   */
  public static Architecture network(String name) {
    return switch (name) {
      case "ae" ->
          new Architecture(
              PIXELS,
              List.of(128, 64, 12),
              3,
              Latent.DETERMINISTIC,
              Activation.RELU,
              Activation.SIGMOID);
      case "vae" ->
          new Architecture(
              PIXELS, List.of(400), 20, Latent.GAUSSIAN, Activation.RELU, Activation.SIGMOID);
      default ->
          throw new IllegalArgumentException("network must be ae or vae, but is '" + name + "'");
    };
  }

  /** Standard normal values [n], the same for the same seed. */
  public static float[] gaussian(int n, long seed) {
    float[] values = new float[n];
    stream(seed).fillGaussian(values, n);
    return values;
  }

  /** Values in [0, 1) [n], the same for the same seed. */
  public static float[] uniform(int n, long seed) {
    RandomStream random = stream(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  /** Pixels [n], the same for the same seed. */
  public static byte[] pixels(int n, long seed) {
    RandomStream random = stream(seed);
    byte[] pixels = new byte[n];
    for (int i = 0; i < n; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    return pixels;
  }

  private static RandomStream stream(long seed) {
    return new RandomStream(seed, Purpose.GENERATION, 0, 0, 0);
  }

  /** A buffer of these values. */
  static Buffer buffer(Kernels kernels, float[] values) {
    Buffer buffer = kernels.allocate(values.length);
    kernels.upload(values, 0, buffer, 0, values.length);
    return buffer;
  }

  /** A matrix of these values, with a buffer of its own. */
  static Matrix matrix(Kernels kernels, float[] values, int rows, int columns) {
    return kernels.matrix(buffer(kernels, values), 0, rows, columns);
  }

  /** A matrix [rows, columns] of standard normal values. */
  static Matrix matrix(Kernels kernels, int rows, int columns, long seed) {
    return matrix(kernels, gaussian(rows * columns, seed), rows, columns);
  }
}
