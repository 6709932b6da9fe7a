package ai.narrows.distributed;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;

/**
 * Exact ranks of doubles spread over a cluster. A double's bits, flipped so that they sort as the
 * numbers do, are narrowed down sixteen at a time: four passes of counting, exact at any size, with
 * 65,536 counters on the wire per partition.
 */
public final class Ranks {
  private static final int BITS = 16;
  private static final int COUNTERS = 1 << BITS;
  private static final int PASSES = Long.SIZE / BITS;

  private Ranks() {}

  /**
   * The value with exactly {@code k} values before it in descending order, equal ones each counted.
   *
   * @param values chunks of any length, none NaN; read four times, so best persisted
   * @param k from 0, below the number of values
   * @param what is looked for, in the words of Spark's UI
   */
  public static double largest(JavaRDD<double[]> values, long k, String what) {
    long prefix = 0;
    long before = k;
    for (int shift = 64 - BITS; shift >= 0; shift -= BITS) {
      long known = prefix;
      int at = shift;
      long[] counts =
          Described.get(
              values.context(),
              String.format(Locale.ROOT, "%s: pass %d of %d", what, PASSES - at / BITS, PASSES),
              () ->
                  values.treeAggregate(
                      new long[COUNTERS],
                      (sums, chunk) -> count(sums, chunk, known, at),
                      Ranks::add));
      int digit = COUNTERS - 1;
      while (digit >= 0 && before >= counts[digit]) {
        before -= counts[digit--];
      }
      if (digit < 0) {
        throw new IllegalArgumentException("k must be below the number of values, but is " + k);
      }
      prefix |= (long) digit << shift;
    }
    return unordered(prefix);
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

  private static long[] count(long[] counts, double[] chunk, long prefix, int shift) {
    for (double value : chunk) {
      if (Double.isNaN(value)) {
        throw new IllegalArgumentException("NaN has no rank");
      }
      long bits = ordered(value);
      boolean matches = shift == 64 - BITS || (bits ^ prefix) >>> (shift + BITS) == 0;
      if (matches) {
        counts[(int) (bits >>> shift) & (COUNTERS - 1)]++;
      }
    }
    return counts;
  }

  private static long[] add(long[] a, long[] b) {
    for (int i = 0; i < COUNTERS; i++) {
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
