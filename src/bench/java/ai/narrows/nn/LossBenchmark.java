package ai.narrows.nn;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

/** Output layer and loss of a batch [128, 784]; see {@link ActivationBenchmark}. */
public class LossBenchmark extends KernelsBenchmark {
  private static final int N = Bench.BATCH * Bench.PIXELS;

  private final float[] fresh = Bench.gaussian(N, 1);
  private Kernels k;
  private Buffer values; // [128 * 784]
  private Matrix z; // [128, 784]
  private Matrix x; // [128, 784]
  private Matrix dz; // [128, 784]
  private Matrix rowError; // [128, 1]

  @Setup
  public void allocate() {
    k = Bench.kernels(kernels);
    values = k.allocate(N);
    z = k.matrix(values, 0, Bench.BATCH, Bench.PIXELS);
    x = Bench.matrix(k, Bench.uniform(N, 2), Bench.BATCH, Bench.PIXELS);
    dz = Bench.matrix(k, Bench.BATCH, Bench.PIXELS, 3);
    rowError = Bench.matrix(k, Bench.BATCH, 1, 4);
  }

  @Setup(Level.Invocation)
  public void refresh() {
    k.upload(fresh, 0, values, 0, N);
  }

  @Benchmark
  public void squaredErrorForwardBackward() {
    k.losses()
        .squaredErrorForwardBackward(Bench.BATCH, z, Activation.SIGMOID, x, 1e-3f, rowError, dz);
  }

  @Benchmark
  public void crossEntropyForwardBackward() {
    k.losses().crossEntropyForwardBackward(Bench.BATCH, z, x, 1e-3f, rowError, dz);
  }
}
