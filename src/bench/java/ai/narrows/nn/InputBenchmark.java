package ai.narrows.nn;

import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** A batch of 128 rows taken at random from 20 MB of pixels, others in every call. */
public class InputBenchmark extends KernelsBenchmark {
  private static final int ROWS = 20_000_000 / Bench.PIXELS;

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
