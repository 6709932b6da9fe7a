package ai.narrows.distributed;

import ai.narrows.message.Shipped;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;

/**
 * Exact ranks of doubles spread over a cluster. Low ranks take one pass, in which each partition
 * sends its largest values. For ranks from 65,536 on a double's bits, flipped so that they sort as
 * the numbers do, are narrowed down sixteen at a time: four passes of counting, exact at any size,
 * with 65,536 counters on the wire per partition and rank looked for.
 */
public final class Ranks {
  private static final int BITS = 16;
  private static final int COUNTERS = 1 << BITS;
  private static final int PASSES = Long.SIZE / BITS;

  private Ranks() {}

  /**
   * For each k the value with exactly {@code k} values before it in descending order, equal ones
   * each counted.
   *
   * @param values chunks of any length, none NaN; read up to four times, so best persisted
   * @param what is looked for, in the words of Spark's UI
   * @param ks from 0, below the number of values
   * @return [ks]
   */
  public static double[] largest(JavaRDD<double[]> values, String what, long... ks) {
    long last = Arrays.stream(ks).max().orElseThrow();
    return last < COUNTERS ? sent(values, what, ks, (int) last) : counted(values, what, ks);
  }

  /** One pass, in which each partition sends as many of its largest values as may be needed. */
  private static double[] sent(JavaRDD<double[]> values, String what, long[] ks, int last) {
    Largest largest =
        Described.get(
            values.context(),
            what,
            () -> values.aggregate(new Largest(last + 1), Largest::add, Largest::addAll));
    double[] descending = largest.descending();
    if (descending.length <= last) {
      throw outOfRange(last);
    }
    return Arrays.stream(ks).mapToDouble(k -> descending[(int) k]).toArray();
  }

  private static IllegalArgumentException outOfRange(long k) {
    return new IllegalArgumentException("k must be below the number of values, but is " + k);
  }

  /** Four passes of counting, for any rank. */
  static double[] counted(JavaRDD<double[]> values, String what, long... ks) {
    long[] prefixes = new long[ks.length];
    long[] before = ks.clone();
    for (int shift = 64 - BITS; shift >= 0; shift -= BITS) {
      long[] known = Arrays.stream(prefixes).distinct().toArray();
      int at = shift;
      long[] counts =
          Described.get(
              values.context(),
              String.format(Locale.ROOT, "%s: pass %d of %d", what, PASSES - at / BITS, PASSES),
              () ->
                  values.treeAggregate(
                      new long[known.length * COUNTERS],
                      (sums, chunk) -> count(sums, chunk, known, at),
                      Ranks::add));
      for (int i = 0; i < ks.length; i++) {
        int from = indexOf(known, prefixes[i]) * COUNTERS;
        int digit = COUNTERS - 1;
        while (digit >= 0 && before[i] >= counts[from + digit]) {
          before[i] -= counts[from + digit--];
        }
        if (digit < 0) {
          throw outOfRange(ks[i]);
        }
        prefixes[i] |= (long) digit << shift;
      }
    }
    return Arrays.stream(prefixes).mapToDouble(Ranks::unordered).toArray();
  }

  private static int indexOf(long[] values, long value) {
    int i = 0;
    while (values[i] != value) {
      i++;
    }
    return i;
  }

  /**
   * An order statistic of a few values: the least one that a share of all is not above, which for
   * {@code n} values is the {@code ceil(share * n)}-th from below. The share 1 gives the largest.
   *
   * @param values at least one, sorted by this
   * @param share in (0, 1]
   */
  public static double quantile(double[] values, double share) {
    Arrays.sort(values);
    // 0.07 of 100 is 7.000000000000001 in binary, but the seventh is meant.
    int rank = (int) Math.ceil(share * values.length - 1e-9);
    return values[Math.max(1, rank) - 1];
  }

  private static double ranked(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("NaN has no rank");
    }
    return value;
  }

  /** The largest of the values seen so far. */
  private static final class Largest implements Shipped {
    private static final long serialVersionUID = 1L;

    private final int most;
    private double[] values = new double[0]; // any order; all that may be among the largest
    private int size;

    Largest(int most) {
      this.most = most;
    }

    Largest add(double[] chunk) {
      for (double value : chunk) {
        add(ranked(value));
      }
      return this;
    }

    Largest addAll(Largest other) {
      for (int i = 0; i < other.size; i++) {
        add(other.values[i]);
      }
      return this;
    }

    private void add(double value) {
      if (size == values.length) {
        shrink();
        values = Arrays.copyOf(values, Math.min(2 * most, Math.max(64, 2 * size)));
      }
      values[size++] = value;
    }

    /** Leaves the {@code most} largest. */
    private void shrink() {
      if (size > most) {
        Arrays.sort(values, 0, size);
        System.arraycopy(values, size - most, values, 0, most);
        size = most;
      }
    }

    double[] descending() {
      shrink();
      Arrays.sort(values, 0, size);
      return IntStream.range(0, size).mapToDouble(i -> values[size - 1 - i]).toArray();
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      shrink();
      values = Arrays.copyOf(values, size);
      out.defaultWriteObject();
    }
  }

  /** Counts, for each of the prefixes, the next digit of the values that begin with it. */
  private static long[] count(long[] counts, double[] chunk, long[] prefixes, int shift) {
    for (double value : chunk) {
      long bits = ordered(ranked(value));
      int digit = (int) (bits >>> shift) & (COUNTERS - 1);
      for (int p = 0; p < prefixes.length; p++) {
        boolean matches = shift == 64 - BITS || (bits ^ prefixes[p]) >>> (shift + BITS) == 0;
        if (matches) {
          counts[p * COUNTERS + digit]++;
        }
      }
    }
    return counts;
  }

  private static long[] add(long[] a, long[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] += b[i];
    }
    return a;
  }

  /** Bits that sort, unsigned, as the numbers do. */
  static long ordered(double value) {
    long bits = Double.doubleToLongBits(value);
    return bits < 0 ? ~bits : bits | Long.MIN_VALUE;
  }

  /** Inverse of {@link #ordered}. */
  static double unordered(long ordered) {
    return Double.longBitsToDouble(ordered < 0 ? ordered & Long.MAX_VALUE : ~ordered);
  }
}
