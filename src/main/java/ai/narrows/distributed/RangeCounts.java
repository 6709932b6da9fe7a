package ai.narrows.distributed;

import ai.narrows.distributed.HashedRows.Problem;
import ai.narrows.distributed.HashedRows.Ranked;
import ai.narrows.images.InputException;
import ai.narrows.message.Message;
import ai.narrows.message.Shipped;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/** What the ranges of hashes hold that the images are dealt by. */
final class RangeCounts {
  /** Most ranges that are counted by one task, as nothing is known of their sizes yet. */
  private static final int COUNTED_TOGETHER = 16;

  /** Ranges are counted by a task each up to this number, or four to a core. */
  private static final int COUNTING_TASKS = 64;

  private final List<Count> counts;

  private RangeCounts(List<Count> counts) {
    this.counts = counts;
  }

  /**
   * Counts, in a job.
   *
   * @throws InputException if a row is no image, or most are outside the range
   */
  static RangeCounts of(JavaPairRDD<Integer, Packet> hashed, Cutting cutting) {
    int tasks = Math.max(COUNTING_TASKS, 4 * hashed.context().defaultParallelism());
    int ranges = hashed.getNumPartitions();
    int together = Math.min(COUNTED_TOGETHER, (ranges + tasks - 1) / tasks);
    JavaRDD<Count> counting =
        Runs.ofLength(together, ranges)
            .of(
                hashed
                    .mapPartitions(packets -> List.of(Count.of(packets, cutting)).iterator())
                    .rdd());
    List<Count> counts =
        Described.get(counting.context(), "dealing the images: counting", counting::collect);
    Problem problem = lowest(counts.stream().map(count -> count.problem));
    if (problem != null) {
      throw problem.toException();
    }
    RangeCounts all = new RangeCounts(counts);
    all.checkRange();
    return all;
  }

  /**
   * Rows that were left out because their values are outside the range are no exceptions where they
   * are the rule.
   */
  private void checkRange() {
    long images = images();
    long outside = sum(count -> count.outside);
    if (outside > images) {
      throw new InputException(
          Message.of(
              "%s of %s images have values outside the range, too many to leave them out: %s",
              outside,
              outside + images,
              lowest(counts.stream().map(count -> count.firstOutside)).toException().told()));
    }
  }

  /** Element i is the number of rows before range i, the last one all of them. */
  long[] offsets() {
    return offsets(count -> count.rows);
  }

  /** Element i is the number of images before range i, the last one all of them. */
  long[] imageOffsets() {
    return offsets(count -> count.images);
  }

  private long[] offsets(ToLongFunction<Count> number) {
    long[] offsets = new long[counts.size() + 1];
    for (int i = 0; i < counts.size(); i++) {
      offsets[i + 1] = offsets[i] + number.applyAsLong(counts.get(i));
    }
    return offsets;
  }

  /**
   * Sum of the 128-bit hashes of all images, hexadecimal: the same for the same images, in whatever
   * files, order or partitions they come.
   */
  String fingerprint() {
    return String.format(
        Locale.ROOT, "%016x%016x", sum(count -> count.hashSum1), sum(count -> count.hashSum2));
  }

  /** All images. */
  long images() {
    return sum(count -> count.images);
  }

  /** Rows left out since they hold no sound image. */
  long skipped() {
    return sum(count -> count.skipped);
  }

  private long sum(ToLongFunction<Count> number) {
    return counts.stream().mapToLong(number).sum();
  }

  /** Rows that the images of the lowest ranks make; a job finds out where one range ends. */
  long rowsOf(long images, JavaPairRDD<Integer, Packet> hashed, Cutting cutting) {
    if (cutting.whole()) {
      return images;
    }
    long left = images;
    long rows = 0;
    int range = 0;
    while (range < counts.size() && counts.get(range).images <= left) {
      left -= counts.get(range).images;
      rows += counts.get(range++).rows;
    }
    if (left == 0) {
      return rows;
    }
    long lowest = left;
    int[] last = {range};
    JavaRDD<Long> counting =
        hashed.mapPartitions(
            packets ->
                List.of(
                        HashedRows.sorted(packets, cutting).stream()
                            .limit(lowest)
                            .mapToLong(image -> image.rows)
                            .sum())
                    .iterator());
    return rows
        + Described.get(
            counting.context(),
            "dealing the images: held-out images",
            () -> counting.collectPartitions(last)[0].get(0));
  }

  /** The problem of the row with the lowest id. */
  private static Problem lowest(Stream<Problem> problems) {
    return problems.filter(Objects::nonNull).min(Comparator.comparing(Problem::id)).orElse(null);
  }

  /**
   * What a range of hashes holds: its images, the rows that they make, the sums of both halves of
   * their hashes, how many were left out, how many of these because of the range, and of those that
   * are no image, or are outside, the one with the lowest id, or null.
   */
  private static final class Count implements Shipped {
    private static final long serialVersionUID = 1L;

    private long images;
    private long rows;
    private long hashSum1;
    private long hashSum2;
    private long skipped;
    private long outside;
    private Problem problem;
    private Problem firstOutside;

    static Count of(Iterator<Tuple2<Integer, Packet>> packets, Cutting cutting) {
      Count count = new Count();
      while (packets.hasNext()) {
        Packet packet = packets.next()._2();
        for (Ranked image : HashedRows.records(packet, cutting)) {
          count.images++;
          count.rows += image.rows;
          count.hashSum1 += image.hash1;
          count.hashSum2 += image.hash2;
        }
        count.skipped += packet.skipped();
        count.outside += packet.outside();
        if (packet.outside() > 0) {
          count.firstOutside = lowest(Stream.of(count.firstOutside, packet.problem()));
        } else {
          count.problem = lowest(Stream.of(count.problem, packet.problem()));
        }
      }
      return count;
    }
  }
}
