package ai.narrows.train;

import ai.narrows.nn.Bench;
import ai.narrows.nn.MicroBenchmark;
import org.openjdk.jmh.annotations.Benchmark;

/** The average of two workers' results, each the autoencoder of reference with Adam's state. */
public class AverageBenchmark extends MicroBenchmark {
  private static final int N = 3 * Bench.network("ae").parameters();

  private final float[] first = Bench.gaussian(N, 1);
  private final float[] second = Bench.gaussian(N, 2);
  private final ParameterAverage average = new ParameterAverage(N);

  @Benchmark
  public float[] average() {
    average.clear();
    average.add(0, Bench.BATCH, first);
    average.add(1, Bench.BATCH, second);
    return average.average();
  }
}
