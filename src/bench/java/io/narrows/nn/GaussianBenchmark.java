package io.narrows.nn;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The Gaussian latent of the variational autoencoder of reference: 128 rows of 20. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class GaussianBenchmark {
  private static final int LATENT = 20;

  @Param({"cpu", "nd4j"})
  public String kernels;

  private Kernels k;
  private Matrix heads; // [128, 40]
  private Matrix dHeads; // [128, 40]
  private Matrix noise; // [128, 20]
  private Matrix z; // [128, 20]
  private Matrix dz; // [128, 20]
  private Matrix rowKl; // [128, 1]

  @Setup
  public void allocate() {
    k = Bench.kernels(kernels);
    heads = Bench.matrix(k, Bench.BATCH, 2 * LATENT, 1);
    dHeads = Bench.matrix(k, Bench.BATCH, 2 * LATENT, 2);
    noise = Bench.matrix(k, Bench.BATCH, LATENT, 3);
    z = Bench.matrix(k, Bench.BATCH, LATENT, 4);
    dz = Bench.matrix(k, Bench.BATCH, LATENT, 5);
    rowKl = Bench.matrix(k, Bench.BATCH, 1, 6);
  }

  @Benchmark
  public void forward() {
    k.gaussianForward(Bench.BATCH, heads, noise, z, rowKl);
  }

  @Benchmark
  public void backward() {
    k.gaussianBackward(Bench.BATCH, heads, noise, dz, 1f / Bench.BATCH, dHeads);
  }
}
