package ai.narrows.nn;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Activations of a batch [128, 784]. They work in place and would change their values ever further,
 * so each call gets what a matrix product before it would have left, outside the measurement.
 */
public class ActivationBenchmark extends KernelsBenchmark {
  private static final int N = Bench.BATCH * Bench.PIXELS;

  @Param public Activation activation;

  private final float[] fresh = Bench.gaussian(N, 1);
  private Kernels k;
  private Buffer values; // [128 * 784]
  private Matrix changed; // [128, 784]
  private Matrix result; // [128, 784]

  @Setup
  public void allocate() {
    k = Bench.kernels(kernels);
    values = k.allocate(N);
    changed = k.matrix(values, 0, Bench.BATCH, Bench.PIXELS);
    result = Bench.matrix(k, Bench.BATCH, Bench.PIXELS, 2);
    k.layers().activationForward(Bench.BATCH, result, activation);
  }

  @Setup(Level.Invocation)
  public void refresh() {
    k.upload(fresh, 0, values, 0, N);
  }

  @Benchmark
  public void forward() {
    k.layers().activationForward(Bench.BATCH, changed, activation);
  }

  @Benchmark
  public void backward() {
    k.layers().activationBackward(Bench.BATCH, 0, result, activation, changed);
  }
}
