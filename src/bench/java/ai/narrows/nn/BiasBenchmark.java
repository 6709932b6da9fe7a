package ai.narrows.nn;

import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** The bias's gradient from a batch [128, 784]. */
public class BiasBenchmark extends KernelsBenchmark {
  private Kernels k;
  private Matrix dz; // [128, 784]
  private Matrix dBias; // [1, 784]

  @Setup
  public void allocate() {
    k = Bench.kernels(kernels);
    dz = Bench.matrix(k, Bench.BATCH, Bench.PIXELS, 1);
    dBias = Bench.matrix(k, 1, Bench.PIXELS, 2);
  }

  @Benchmark
  public void biasBackward() {
    k.layers().biasBackward(Bench.BATCH, dz, dBias);
  }
}
