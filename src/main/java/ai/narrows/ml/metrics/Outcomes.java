package ai.narrows.ml.metrics;

/** Rows counted by what they are and what they are predicted to be. */
interface Outcomes {
  /** Anomalous rows that are predicted anomalous. */
  long truePositives();

  /** Anomalous rows that are predicted normal. */
  long falseNegatives();

  /** Normal rows that are predicted anomalous. */
  long falsePositives();

  /** Normal rows that are predicted normal. */
  long trueNegatives();

  /** Rows of which nobody knows whether they are anomalous. */
  long undecided();

  /** All anomalous rows. */
  default long positives() {
    return truePositives() + falseNegatives();
  }

  /** All normal rows. */
  default long negatives() {
    return falsePositives() + trueNegatives();
  }

  /** All rows. */
  default long rows() {
    return positives() + negatives() + undecided();
  }
}
