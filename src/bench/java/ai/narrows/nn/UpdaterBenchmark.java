package ai.narrows.nn;

import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.Range;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * The updaters on as many values as the networks of reference have parameters. In a step the
 * gradient comes from BLAS and the parameters go back to it, which on {@code cpu} means a copy in
 * and a copy out: {@code handOver} adds both, by the smallest products that touch them.
 */
public class UpdaterBenchmark extends KernelsBenchmark {
  private static final float STEP = 1e-6f;

  @Param({"ae", "vae"})
  public String network;

  @Param({"false", "true"})
  public boolean handOver;

  private Kernels k;
  private Range all; // of the parameters
  private Buffer parameters; // [parameters of the network]
  private Buffer gradient; // [parameters of the network]
  private Buffer first; // [parameters of the network]
  private Buffer second; // [parameters of the network]
  private Matrix weight; // [1, 1] of the parameters
  private Matrix dWeight; // [1, 1] of the gradient
  private Matrix one; // [1, 1]
  private Matrix product; // [1, 1]

  @Setup
  public void allocate() {
    k = Bench.kernels(kernels);
    int n = Bench.network(network).parameters();
    parameters = Bench.buffer(k, Bench.gaussian(n, 1));
    gradient = Bench.buffer(k, Bench.gaussian(n, 2));
    first = k.allocate(n);
    second = k.allocate(n);
    all = Range.of(parameters);
    weight = k.matrix(parameters, 0, 1, 1);
    dWeight = k.matrix(gradient, 0, 1, 1);
    one = Bench.matrix(k, 1, 1, 3);
    product = Bench.matrix(k, 1, 1, 4);
  }

  private void take() {
    if (handOver) {
      k.layers().multiplyBackwardWeights(1, one, one, dWeight);
    }
  }

  private void giveBack() {
    if (handOver) {
      k.layers().multiplyBackwardInput(1, one, weight, product);
    }
  }

  @Benchmark
  public void sgd() {
    take();
    k.updates().sgd(all, parameters, gradient, 1f, STEP, 0f);
    giveBack();
  }

  @Benchmark
  public void momentum() {
    take();
    k.updates().momentum(all, parameters, gradient, first, 1f, STEP, 0.9f, 0f);
    giveBack();
  }

  @Benchmark
  public void adam() {
    take();
    k.updates()
        .adam(all, parameters, gradient, first, second, 1f, STEP, 0.9f, 0.999f, 1e-8f, 1f, 0f);
    giveBack();
  }
}
