package ai.narrows.ml.metrics;

import java.io.Serializable;
import java.util.Iterator;
import java.util.Locale;

/**
 * Counts over the rows of a partition, or of all partitions.
 *
 * @param nan rows whose score is NaN
 * @param unscored rows without a score, in none of the other counts
 */
record Totals(
    long truePositives,
    long falseNegatives,
    long falsePositives,
    long trueNegatives,
    long undecided,
    long nan,
    long unscored)
    implements Outcomes, Serializable {
  static final Totals ZERO = new Totals(0, 0, 0, 0, 0, 0, 0);

  static Totals of(Iterator<ScoreGroup> groups) {
    Totals totals = ZERO;
    while (groups.hasNext()) {
      ScoreGroup group = groups.next();
      totals =
          totals.plus(
              group.isScored()
                  ? new Totals(
                      group.truePositives(),
                      group.falseNegatives(),
                      group.falsePositives(),
                      group.trueNegatives(),
                      group.undecided(),
                      Double.isNaN(group.score()) ? group.rows() : 0,
                      0)
                  : new Totals(0, 0, 0, 0, 0, 0, group.rows()));
    }
    return totals;
  }

  Totals plus(Totals that) {
    return new Totals(
        truePositives + that.truePositives,
        falseNegatives + that.falseNegatives,
        falsePositives + that.falsePositives,
        trueNegatives + that.trueNegatives,
        undecided + that.undecided,
        nan + that.nan,
        unscored + that.unscored);
  }

  /**
   * Makes sure that metrics can be computed of them.
   *
   * @throws IllegalArgumentException saying what is missing
   */
  void check() {
    long rows = rows();
    require(rows + unscored > 0, "there are no scores");
    require(rows > 0, "none of the " + unscored + " rows has a score");
    require(nan == 0, nan + " of " + rows + " scores are NaN");
    require(
        undecided == 0,
        String.format(
            Locale.ROOT,
            "the condition for anomalous rows is neither true nor false for %d of %d rows, where a column is null",
            undecided,
            rows));
    require(
        positives() > 0,
        String.format(
            Locale.ROOT, "none of the %d rows is anomalous: both kinds are needed", rows));
    require(
        negatives() > 0,
        String.format(
            Locale.ROOT, "all of the %d rows are anomalous: both kinds are needed", rows));
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
