package io.narrows.nn;

import io.narrows.nn.RandomStream.Purpose;
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

/** A batch of 128 rows taken at random from 20 MB of pixels, others in every call. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class InputBenchmark {
  private static final int ROWS = 20_000_000 / Bench.PIXELS;

  @Param({"cpu", "nd4j"})
  public String kernels;

  private final byte[] pixels = Bench.pixels(ROWS * Bench.PIXELS, 1);
  private final int[] order = new int[ROWS];
  private int next;
  private Kernels k;
  private Matrix x; // [128, 784]

  @Setup
  public void allocate() {
    k = Bench.kernels(kernels);
    x = Bench.matrix(k, Bench.BATCH, Bench.PIXELS, 2);
    new RandomStream(1, Purpose.ROW_ORDER, 0, 0, 0).permute(order, ROWS);
  }

  @Benchmark
  public void uploadPixels() {
    for (int row = 0; row < Bench.BATCH; row++) {
      k.uploadPixels(pixels, order[next] * Bench.PIXELS, x, row);
      next = next + 1 < ROWS ? next + 1 : 0;
    }
  }
}
