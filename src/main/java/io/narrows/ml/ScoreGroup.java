package io.narrows.ml;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/**
 * The rows of one score, counted.
 *
 * @param score NaN where there is none
 * @param undecided rows of which nobody knows whether they are anomalous
 * @param classes the anomalous rows by their class
 */
record ScoreGroup(
    double score,
    long truePositives,
    long falseNegatives,
    long falsePositives,
    long trueNegatives,
    long undecided,
    List<ClassCount> classes)
    implements Serializable {

  /**
   * The anomalous rows of one class.
   *
   * @param name null where the class is
   * @param found those that are predicted to be anomalous
   */
  record ClassCount(String name, long rows, long found) implements Serializable {}

  long positives() {
    return truePositives + falseNegatives;
  }

  long negatives() {
    return falsePositives + trueNegatives;
  }

  long rows() {
    return positives() + negatives() + undecided;
  }

  /**
   * Groups out of rows that are sorted by the score: score, class of the anomalous rows, the five
   * counts.
   */
  static Iterator<ScoreGroup> of(Iterator<Row> sorted) {
    return new Merged(sorted);
  }

  private static double score(Row row) {
    return row.isNullAt(0) ? Double.NaN : row.getDouble(0);
  }

  /** Brings the classes of a score together. */
  private static final class Merged implements Iterator<ScoreGroup> {
    private static final int COUNTS = 5;
    private static final int FIRST = 2; // of the counts

    private final Iterator<Row> rows;
    private final Map<String, String> names = new HashMap<>(); // each name once in memory
    private Row ahead;

    Merged(Iterator<Row> rows) {
      this.rows = rows;
      advance();
    }

    private void advance() {
      ahead = rows.hasNext() ? rows.next() : null;
    }

    @Override
    public boolean hasNext() {
      return ahead != null;
    }

    @Override
    public ScoreGroup next() {
      if (ahead == null) {
        throw new NoSuchElementException();
      }
      double score = score(ahead);
      long[] counts = new long[COUNTS];
      List<ClassCount> classes = List.of();
      do {
        for (int i = 0; i < COUNTS; i++) {
          counts[i] += ahead.getLong(FIRST + i);
        }
        long found = ahead.getLong(FIRST);
        long positives = found + ahead.getLong(FIRST + 1);
        if (positives > 0) {
          classes = classes.isEmpty() ? new ArrayList<>(1) : classes;
          String name = names.computeIfAbsent(ahead.getString(1), same -> same);
          classes.add(new ClassCount(name, positives, found));
        }
        advance();
      } while (ahead != null && Double.compare(score, score(ahead)) == 0);
      return new ScoreGroup(score, counts[0], counts[1], counts[2], counts[3], counts[4], classes);
    }
  }
}
