package ai.narrows.ml.metrics;

import java.util.Arrays;

/**
 * Draws from a Poisson distribution, by its cumulated probabilities to 32 bits and a guide into
 * them (Chen and Asau 1974). Built from multiplications, divisions and sums alone, so that every
 * platform draws the same numbers.
 */
final class PoissonTable {
  private static final int GUIDE_BITS = 10;
  private static final double NEGLIGIBLE = 0x1p-60; // of the mode's probability

  private final int least;
  private final long[] cumulated; // [least..], of 2^32
  private final int[] guide = new int[1 << GUIDE_BITS];

  /**
   * @param mean a whole number, at least 1
   */
  PoissonTable(int mean) {
    // Outwards from the mode, whose weight is 1: p(k - 1) / p(k) = k / mean.
    int below = 0;
    for (double w = 1; below < mean && w >= NEGLIGIBLE; below++) {
      w *= (mean - below) / (double) mean;
    }
    int above = 0;
    for (double w = 1; w >= NEGLIGIBLE; above++) {
      w *= mean / (mean + above + 1.0);
    }
    double[] weights = new double[below + 1 + above];
    weights[below] = 1;
    for (int i = below; i > 0; i--) {
      weights[i - 1] = weights[i] * ((mean - below + i) / (double) mean);
    }
    for (int i = below + 1; i < weights.length; i++) {
      weights[i] = weights[i - 1] * (mean / ((double) mean - below + i));
    }
    double total = Arrays.stream(weights).reduce(0, Double::sum);
    least = mean - below;
    cumulated = new long[weights.length];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      cumulated[i] = (long) (sum / total * 0x1p32);
    }
    cumulated[weights.length - 1] = 1L << 32;
    int i = 0;
    for (int slot = 0; slot < guide.length; slot++) {
      while (cumulated[i] <= (long) slot << (32 - GUIDE_BITS)) {
        i++;
      }
      guide[slot] = i;
    }
  }

  /**
   * The number that belongs to a uniform draw.
   *
   * @param uniform 32 bits, in [0, 2^32)
   */
  int draw(long uniform) {
    int i = guide[(int) (uniform >>> (32 - GUIDE_BITS))];
    while (uniform >= cumulated[i]) {
      i++;
    }
    return least + i;
  }
}
