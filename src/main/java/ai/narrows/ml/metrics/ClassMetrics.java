package ai.narrows.ml.metrics;

import ai.narrows.images.InputException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;

/**
 * How well the scores tell one class of anomalous rows from all normal rows, other classes left
 * out.
 *
 * @param name of the class; null for the rows that have none
 * @param rows of the class
 * @param auroc probability that a row of the class has a higher score than a normal one, ties
 *     counting half, in [0, 1]
 * @param averagePrecision sum of precision times gain in recall over the distinct scores, in (0, 1]
 * @param recall share of the class that is predicted to be anomalous, in [0, 1]
 */
public record ClassMetrics(
    String name, long rows, double auroc, double averagePrecision, double recall) {

  private static final int MOST = 1000;

  private static final Comparator<String> BY_NAME =
      Comparator.nullsLast(
          Comparator.comparing(ClassMetrics::number)
              .thenComparing(Comparator.<String>naturalOrder()));

  /** Where a name that is a number stands; the others come after the numbers. */
  private static double number(String name) {
    try {
      return Double.parseDouble(name);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /**
   * @param groups highest score first
   * @param normalBefore normal rows in the partitions before each [partitions]
   * @param normal normal rows of all partitions
   */
  static List<ClassMetrics> of(JavaRDD<ScoreGroup> groups, long[] normalBefore, long normal) {
    List<HashMap<String, Sums>> counts =
        Collected.of(groups.mapPartitions(part -> List.of(count(part)).iterator()));
    HashMap<String, Sums> all = new HashMap<>();
    List<HashMap<String, Long>> before = new ArrayList<>(); // rows of a class, [partitions]
    for (HashMap<String, Sums> count : counts) {
      HashMap<String, Long> rows = new HashMap<>();
      count.forEach(
          (name, sums) -> {
            Sums sum = all.computeIfAbsent(name, any -> new Sums());
            rows.put(name, sum.rows);
            sum.add(sums);
          });
      before.add(rows);
      if (all.size() > MOST) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "the anomalous rows have more than %d classes: is that a column of classes?",
                MOST));
      }
    }
    Collected.of(
            groups.mapPartitionsWithIndex(
                (i, part) ->
                    List.of(curves(part, before.get(i), normalBefore[i], normal)).iterator(),
                true))
        .forEach(curves -> curves.forEach((name, sums) -> all.get(name).add(sums)));
    return all.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(BY_NAME))
        .map(entry -> entry.getValue().metrics(entry.getKey(), normal))
        .toList();
  }

  /** Counts the classes of a partition, one more than there may be at most. */
  private static HashMap<String, Sums> count(Iterator<ScoreGroup> groups) {
    HashMap<String, Sums> counts = new HashMap<>();
    while (groups.hasNext() && counts.size() <= MOST) {
      for (ScoreGroup.ClassCount count : groups.next().classes()) {
        Sums sums = counts.computeIfAbsent(count.name(), any -> new Sums());
        sums.rows += count.rows();
        sums.found += count.found();
      }
    }
    return counts;
  }

  /** What a partition adds to the curves of its classes. */
  private static HashMap<String, Sums> curves(
      Iterator<ScoreGroup> groups, Map<String, Long> before, long normalBefore, long normal) {
    HashMap<String, Sums> curves = new HashMap<>();
    Map<String, Long> above = new HashMap<>(before); // rows of a class with this score or higher
    long normalAbove = normalBefore;
    while (groups.hasNext()) {
      ScoreGroup group = groups.next();
      normalAbove += group.negatives();
      for (ScoreGroup.ClassCount count : group.classes()) {
        long rows = above.merge(count.name(), count.rows(), Long::sum);
        Sums sums = curves.computeIfAbsent(count.name(), any -> new Sums());
        sums.area += count.rows() * (normal - normalAbove + 0.5 * group.negatives());
        sums.precision += (double) count.rows() * rows / (rows + normalAbove);
      }
    }
    return curves;
  }

  /** Sums over the rows of a class, as in {@link RankedScores}. */
  private static final class Sums implements Serializable {
    private static final long serialVersionUID = 1L;

    long rows;
    long found;
    double area;
    double precision;

    void add(Sums that) {
      rows += that.rows;
      found += that.found;
      area += that.area;
      precision += that.precision;
    }

    ClassMetrics metrics(String name, long normal) {
      return new ClassMetrics(
          name, rows, area / ((double) rows * normal), precision / rows, (double) found / rows);
    }
  }
}
