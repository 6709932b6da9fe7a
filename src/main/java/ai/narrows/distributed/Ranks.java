package ai.narrows.distributed;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;

/**
 * Exact ranks of doubles spread over a cluster. A double's bits, flipped so that they sort as the
 * numbers do, are narrowed down sixteen at a time: four passes of counting, exact at any size, with
 * 65,536 counters on the wire per partition and rank looked for.
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
   * @param values chunks of any length, none NaN; read four times, so best persisted
   * @param what is looked for, in the words of Spark's UI
   * @param ks from 0, below the number of values
   * @return [ks]
   */
  public static double[] largest(JavaRDD<double[]> values, String what, long... ks) {
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
          throw new IllegalArgumentException(
              "k must be below the number of values, but is " + ks[i]);
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

  /** Counts, for each of the prefixes, the next digit of the values that begin with it. */
  private static long[] count(long[] counts, double[] chunk, long[] prefixes, int shift) {
    for (double value : chunk) {
      if (Double.isNaN(value)) {
        throw new IllegalArgumentException("NaN has no rank");
      }
      long bits = ordered(value);
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
