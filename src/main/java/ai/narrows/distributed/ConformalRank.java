package ai.narrows.distributed;

import java.math.BigDecimal;

/**
 * Which of some scores is the threshold that a share of all scores to come lies above.
 *
 * <p>Split conformal prediction (Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random
 * World, section 4.1; Angelopoulos and Bates 2023, A Gentle Introduction to Conformal Prediction,
 * section 1): of n scores of rows that the model has not been fitted to, the ceil((n + 1)(1 -
 * rate))-th smallest is, for another row of the same kind, exceeded with a probability of at most
 * {@code rate}. That is the l-th largest, l = floor((n + 1) rate). Over all sets of n such rows the
 * probability is distributed as Beta(l, n + 1 - l) (Vovk 2012, Conditional validity of inductive
 * conformal predictors), if scores have no ties, and is lower with ties.
 *
 * <p>Rates are taken as the decimals that they are written as: of 99 rows and a rate of 0.07 l is
 * 7, whatever binary fractions make of it.
 */
public final class ConformalRank {
  private ConformalRank() {}

  /**
   * The rank from above for rows that the model has not been fitted to.
   *
   * @param count of the scores, at least 1
   * @param rate share of all rows to come whose scores may lie above, in [0, 1)
   * @return l as above, from 1, or 1 where even the largest score is exceeded more often: see
   *     {@link #attained}
   */
  public static long unseen(long count, double rate) {
    return Math.max(1, share(count + 1, rate));
  }

  /** Whether so many scores are enough for a rate, or the rate is 0, which no number attains. */
  public static boolean attained(long count, double rate) {
    return rate == 0 || share(count + 1, rate) >= 1;
  }

  /**
   * The fewest scores that are enough for a rate: ceil(1 / rate) - 1.
   *
   * @param rate above 0
   */
  public static long enough(double rate) {
    long guess = (long) Math.ceil(1 / rate) - 1;
    while (guess > 0 && share(guess, rate) >= 1) {
      guess--; // 1 / rate may be rounded up
    }
    return share(guess + 1, rate) >= 1 ? guess : guess + 1;
  }

  /**
   * The rank from above for the rows that the model has been fitted to: floor(rate count) scores
   * lie above it.
   *
   * @param count of the scores, at least 1
   * @param rate share of these scores that may lie above, in [0, 1)
   * @return from 1
   */
  public static long fitted(long count, double rate) {
    return share(count, rate) + 1;
  }

  /** Rounded down. */
  private static long share(long count, double rate) {
    return BigDecimal.valueOf(rate).multiply(BigDecimal.valueOf(count)).longValue();
  }
}
