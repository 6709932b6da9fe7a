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

/** The bias's gradient from a batch [128, 784]. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class BiasBenchmark {
  @Param({"cpu", "nd4j"})
  public String kernels;

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
    k.biasBackward(Bench.BATCH, dz, dBias);
  }
}
