package ai.narrows.ml.metrics;

import ai.narrows.message.Shipped;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.sql.Row;

/** The rows of one score, counted. */
final class ScoreGroup implements Outcomes, Shipped {
  private static final long serialVersionUID = 1;

  private final boolean scored;
  private final double score;
  private final long truePositives;
  private final long falseNegatives;
  private final long falsePositives;
  private final long trueNegatives;
  private final long undecided;
  private final List<ClassCount> classes;

  /**
   * A group.
   *
   * @param score null where there is none
   * @param counts [5] true positives, false negatives, false positives, true negatives and the rows
   *     of which nobody knows whether they are anomalous
   * @param classes the anomalous rows by their class
   */
  private ScoreGroup(Double score, long[] counts, List<ClassCount> classes) {
    scored = score != null;
    this.score = scored ? score : Double.NaN;
    truePositives = counts[0];
    falseNegatives = counts[1];
    falsePositives = counts[2];
    trueNegatives = counts[3];
    undecided = counts[4];
    this.classes = classes;
  }

  /** The anomalous rows of one class. A plain class, as its owner. */
  static final class ClassCount implements Serializable {
    private static final long serialVersionUID = 1;

    private final String name;
    private final long rows;
    private final long found;

    private ClassCount(String name, long rows, long found) {
      this.name = name;
      this.rows = rows;
      this.found = found;
    }

    /** Null where the class is. */
    String name() {
      return name;
    }

    long rows() {
      return rows;
    }

    /** Those that are predicted to be anomalous. */
    long found() {
      return found;
    }
  }

  /** Whether the rows have a score. */
  boolean isScored() {
    return scored;
  }

  /** NaN where there is none. */
  double score() {
    return score;
  }

  @Override
  public long truePositives() {
    return truePositives;
  }

  @Override
  public long falseNegatives() {
    return falseNegatives;
  }

  @Override
  public long falsePositives() {
    return falsePositives;
  }

  @Override
  public long trueNegatives() {
    return trueNegatives;
  }

  @Override
  public long undecided() {
    return undecided;
  }

  List<ClassCount> classes() {
    return classes;
  }

  /**
   * Groups out of rows that are sorted by the score: score, class of the anomalous rows, the five
   * counts.
   */
  static Iterator<ScoreGroup> of(Iterator<Row> sorted) {
    return new Merged(sorted);
  }

  private static Double score(Row row) {
    return row.isNullAt(0) ? null : (Double) row.getDouble(0);
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
      Double score = score(ahead);
      long[] counts = new long[COUNTS];
      List<ClassCount> classes = Collections.emptyList(); // which Kryo takes
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
      } while (ahead != null && Objects.equals(score, score(ahead)));
      return new ScoreGroup(score, counts, classes);
    }
  }
}
