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
 * @param classes the anomalous rows by their class, where classes are asked for
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
   * Groups out of rows that are sorted by the score: score, the five counts and, where classes are
   * asked for, the class of the anomalous among them.
   */
  static Iterator<ScoreGroup> of(Iterator<Row> sorted) {
    return new Merged(sorted);
  }

  private static double score(Row row) {
    return row.isNullAt(0) ? Double.NaN : row.getDouble(0);
  }

  /** Brings the classes of a score together. */
  private static final class Merged implements Iterator<ScoreGroup> {
    private static final int CLASS = 6;

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
      long[] counts = new long[CLASS - 1];
      List<ClassCount> classes = List.of();
      do {
        for (int i = 0; i < counts.length; i++) {
          counts[i] += ahead.getLong(i + 1);
        }
        long positives = ahead.getLong(1) + ahead.getLong(2);
        if (ahead.length() > CLASS && positives > 0) {
          classes = classes.isEmpty() ? new ArrayList<>(1) : classes;
          String name = names.computeIfAbsent(ahead.getString(CLASS), same -> same);
          classes.add(new ClassCount(name, positives, ahead.getLong(1)));
        }
        advance();
      } while (ahead != null && Double.compare(score, score(ahead)) == 0);
      return new ScoreGroup(score, counts[0], counts[1], counts[2], counts[3], counts[4], classes);
    }
  }
}
