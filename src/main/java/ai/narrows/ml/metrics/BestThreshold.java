package ai.narrows.ml.metrics;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/**
 * The threshold that gives the best F1 on labelled rows; of several the highest, which predicts the
 * fewest rows.
 *
 * @param threshold rows with a score above it are predicted to be anomalous. It lies half-way
 *     between two neighbouring scores, so that rounding in another scoring of the same rows changes
 *     no prediction; where all rows are to be predicted, just below the lowest
 * @param f1 the harmonic mean of precision and recall there, in (0, 1]
 * @param unscored rows without a score, which were left out
 */
public record BestThreshold(double threshold, double f1, long unscored) {

  /** The best of all partitions, given in their order. */
  static BestThreshold of(List<Candidate> partitions, long unscored) {
    Candidate best = null;
    double highest = Double.NaN;
    for (Candidate candidate : partitions) {
      if (candidate.isEmpty()) {
        continue;
      }
      if (best == null) {
        highest = candidate.first;
      } else if (Double.isNaN(best.next)) {
        best = best.followedBy(candidate.first);
      }
      if (best == null || candidate.f1 > best.f1) {
        best = candidate;
      }
    }
    if (best.f1 == 0) {
      return new BestThreshold(highest, 0, unscored); // all anomalous rows score -Infinity
    }
    double lower = Double.isNaN(best.next) ? Math.nextDown(best.last) : best.next;
    double middle = lower + (best.last - lower) / 2;
    return new BestThreshold(
        middle >= lower && middle < best.last ? middle : lower, best.f1, unscored);
  }

  /**
   * The best that a partition has.
   *
   * @param first the partition's highest score, NaN if it has none
   * @param last the lowest score that is predicted
   * @param next the highest that is not, NaN if it lies in another partition or nowhere
   */
  record Candidate(double first, double f1, double last, double next) implements Serializable {

    /**
     * @param groups highest score first
     * @param truePositives anomalous rows in the partitions before
     * @param falsePositives normal rows there
     * @param anomalous rows of all partitions
     */
    static Candidate of(
        Iterator<ScoreGroup> groups, long truePositives, long falsePositives, long anomalous) {
      Candidate best = new Candidate(Double.NaN, 0, Double.NaN, Double.NaN);
      double score = Double.NaN;
      while (groups.hasNext()) {
        ScoreGroup group = groups.next();
        if (best.isEmpty()) {
          best = new Candidate(group.score(), 0, group.score(), Double.NaN);
        } else if (best.last == score) {
          best = best.followedBy(group.score());
        }
        score = group.score();
        truePositives += group.positives();
        falsePositives += group.negatives();
        double f1 = 2.0 * truePositives / (truePositives + falsePositives + anomalous);
        if (f1 > best.f1 && score > Double.NEGATIVE_INFINITY) { // no threshold lies below that
          best = new Candidate(best.first, f1, score, Double.NaN);
        }
      }
      return best;
    }

    boolean isEmpty() {
      return Double.isNaN(first);
    }

    Candidate followedBy(double score) {
      return new Candidate(first, f1, last, score);
    }
  }
}
