package ai.narrows.distributed;

import ai.narrows.distributed.StateAverage.Reports;
import ai.narrows.message.Shipped;
import ai.narrows.train.ParameterAverage;
import ai.narrows.train.RoundResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * The average of many workers' large results: every worker emits its values in slices, a reducer
 * per slice adds them in the order of the workers, and the driver puts the slices together. The
 * same sums as {@link StateAverage}, bit for bit, without a whole result of each worker ever
 * meeting on the driver.
 */
final class SlicedRound {
  private SlicedRound() {}

  /** A worker's part of a slice, with its report of the round. */
  private static final class Part implements Shipped {
    private static final long serialVersionUID = 1L;

    private final int worker;
    private final long examples;
    private final double lossSum;
    private final double updates;
    private final long computeNanos;
    private final float[] values;

    Part(
        int worker,
        long examples,
        double lossSum,
        double updates,
        long computeNanos,
        float[] values) {
      this.worker = worker;
      this.examples = examples;
      this.lossSum = lossSum;
      this.updates = updates;
      this.computeNanos = computeNanos;
      this.values = values;
    }
  }

  /** An averaged slice; the first carries the workers' reports. */
  private static final class Slice implements Shipped {
    private static final long serialVersionUID = 1L;

    private final int index;
    private final float[] values;
    private final List<Part> reports;

    Slice(int index, float[] values, List<Part> reports) {
      this.index = index;
      this.values = values;
      this.reports = reports;
    }
  }

  /**
   * Runs a round.
   *
   * @param length of the state's values
   * @param slices number of slices, at least 1
   */
  static RoundResult run(
      JavaRDD<Shard> shards, WorkerTask task, int workers, int length, int parameters, int slices) {
    List<Slice> averaged =
        shards
            .flatMapToPair(shard -> cut(shard.worker(), task.run(shard), slices))
            .partitionBy(new IndexPartitioner(slices))
            .mapPartitions(SlicedRound::average)
            .collect();
    float[] average = new float[length];
    Reports reports = new Reports(workers);
    for (Slice slice : averaged) {
      System.arraycopy(
          slice.values, 0, average, start(slice.index, slices, length), slice.values.length);
      for (Part part : slice.reports) {
        reports.set(part.worker, part.examples, part.lossSum, part.updates, part.computeNanos);
      }
    }
    return reports.result(average, parameters);
  }

  private static int start(int slice, int slices, int length) {
    return (int) ((long) length * slice / slices);
  }

  /** Slices as they are asked for. */
  private static Iterator<Tuple2<Integer, Part>> cut(int worker, RoundResult result, int slices) {
    float[] values = result.state().values();
    return IntStream.range(0, slices)
        .mapToObj(
            s ->
                new Tuple2<>(
                    s,
                    new Part(
                        worker,
                        result.examples(),
                        result.lossSum(),
                        result.state().updates(),
                        result.computeNanos(),
                        Arrays.copyOfRange(
                            values,
                            start(s, slices, values.length),
                            start(s + 1, slices, values.length)))))
        .iterator();
  }

  private static Iterator<Slice> average(Iterator<Tuple2<Integer, Part>> parts) {
    ParameterAverage average = null;
    List<Part> reports = new ArrayList<>();
    int index = -1;
    while (parts.hasNext()) {
      Tuple2<Integer, Part> next = parts.next();
      Part part = next._2();
      index = next._1();
      if (average == null) {
        average = new ParameterAverage(part.values.length);
      }
      average.add(part.worker, part.examples, part.values);
      if (index == 0) {
        reports.add(
            new Part(
                part.worker, part.examples, part.lossSum, part.updates, part.computeNanos, null));
      }
    }
    return average == null
        ? List.<Slice>of().iterator()
        : List.of(new Slice(index, average.average(), reports)).iterator();
  }
}
