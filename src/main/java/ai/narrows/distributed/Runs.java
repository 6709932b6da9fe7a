package ai.narrows.distributed;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;

/**
 * Neighbouring partitions that become one, so that many small ones do not take a task each. Spark's
 * own way of coalescing may put partitions of one host side by side; here they stay in order.
 */
final class Runs implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<Integer> firsts = new ArrayList<>(); // the first partition of each run
  private final int partitions;

  /**
   * Runs that begin anew where another partition would make them too large.
   *
   * @param offsets element i is what the partitions before i hold together, the last one all
   * @param most what a run may hold, if it is more than one partition
   */
  Runs(long[] offsets, long most) {
    partitions = offsets.length - 1;
    for (int i = 0; i < partitions; i++) {
      if (firsts.isEmpty() || offsets[i + 1] - offsets[firsts.get(firsts.size() - 1)] > most) {
        firsts.add(i);
      }
    }
  }

  /** Runs of so many partitions each, the last one maybe of fewer. */
  static Runs ofLength(int length, int partitions) {
    return new Runs(LongStream.rangeClosed(0, partitions).toArray(), length);
  }

  /** Number of runs. */
  int size() {
    return firsts.size();
  }

  /** The first partition of a run. */
  int first(int run) {
    return firsts.get(run);
  }

  /** The partition behind the last one of a run. */
  int end(int run) {
    return run + 1 < size() ? first(run + 1) : partitions;
  }

  /** The partitions of a run. */
  IntStream partitionsOf(int run) {
    return IntStream.range(first(run), end(run));
  }

  /** A partition for each run, with all that is in it, in order. */
  <T> JavaRDD<T> of(RDD<T> rdd) {
    return new RunRdd<>(rdd, this).toJavaRDD();
  }
}
