package io.narrows.train;

import io.narrows.nn.Bench;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The average of two workers' results, each the autoencoder of reference with Adam's state. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class AverageBenchmark {
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
