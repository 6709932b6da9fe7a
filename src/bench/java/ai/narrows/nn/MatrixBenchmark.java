package ai.narrows.nn;

import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * The matrix products of a dense layer on a batch of 128; the shape is {@code inputs x outputs}.
 */
public class MatrixBenchmark extends KernelsBenchmark {
  @Param({"784x128", "128x64", "64x12", "784x400", "400x40"})
  public String shape;

  private Kernels k;
  private Matrix x; // [128, in]
  private Matrix dx; // [128, in]
  private Matrix weights; // [in, out]
  private Matrix dWeights; // [in, out]
  private Matrix bias; // [1, out]
  private Matrix z; // [128, out]
  private Matrix dz; // [128, out]

  @Setup
  public void allocate() {
    int cross = shape.indexOf('x');
    int in = Integer.parseInt(shape.substring(0, cross));
    int out = Integer.parseInt(shape.substring(cross + 1));
    k = Bench.kernels(kernels);
    x = Bench.matrix(k, Bench.BATCH, in, 1);
    dx = Bench.matrix(k, Bench.BATCH, in, 2);
    weights = Bench.matrix(k, in, out, 3);
    dWeights = Bench.matrix(k, in, out, 4);
    bias = Bench.matrix(k, 1, out, 5);
    z = Bench.matrix(k, Bench.BATCH, out, 6);
    dz = Bench.matrix(k, Bench.BATCH, out, 7);
  }

  @Benchmark
  public void affineForward() {
    k.layers().affineForward(Bench.BATCH, x, weights, bias, z);
  }

  @Benchmark
  public void multiplyBackwardInput() {
    k.layers().multiplyBackwardInput(Bench.BATCH, dz, weights, dx);
  }

  @Benchmark
  public void multiplyBackwardWeights() {
    k.layers().multiplyBackwardWeights(Bench.BATCH, x, dz, dWeights);
  }
}
