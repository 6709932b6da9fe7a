package ai.narrows.ml.metrics;

import ai.narrows.images.InputException;
import ai.narrows.nn.kernels.RandomStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;

/**
 * Intervals of 95 % for the metrics of a table of scores, by the percentiles of a bootstrap (Efron
 * and Tibshirani 1993, chapter 13): what else the metrics might have been, had other rows of the
 * same kind come along.
 *
 * <p>In each replicate every row counts as often as a Poisson distribution of mean 1 says, instead
 * of drawing as many rows as there are (Chamandy et al. 2012, Estimating uncertainty for massive
 * data streams): rows are then independent, and those of equal score and kind draw together. The
 * draws are keyed by seed, score and kind, and sums are of whole numbers: neither partitions nor
 * the order of rows make a difference.
 *
 * @param replicates how often the table was drawn; those without rows of both kinds do not count
 * @param seed of the draws
 * @param auroc where it might have been
 * @param averagePrecision where it might have been
 * @param f1 where that of the predictions might have been
 */
public record Bootstrap(
    int replicates, long seed, Interval auroc, Interval averagePrecision, Interval f1) {

  /** Replicates that are computed at a time; even. */
  private static final int BATCH = 1000;

  private static final int LEAST = 100;
  private static final int MOST = 1_000_000;
  private static final long MOST_ROWS = 2_000_000_000; // sums of whole numbers have 63 bits
  private static final double PRECISION = 0x1p32; // units of a precision

  // Kinds of rows, as the key of their draws.
  private static final int TRUE_POSITIVE = 0;
  private static final int FALSE_NEGATIVE = 1;
  private static final int FALSE_POSITIVE = 2;
  private static final int TRUE_NEGATIVE = 3;
  private static final int KINDS = 4;

  /**
   * Where the middle 95 % of the replicates lie.
   *
   * @param low the 2.5th percentile
   * @param high the 97.5th percentile
   */
  public record Interval(double low, double high) {
    private static final double TAIL = 0.025;

    /**
     * @param values [at least 1], sorted here
     */
    static Interval of(double[] values) {
      Arrays.sort(values);
      return new Interval(quantile(values, TAIL), quantile(values, 1 - TAIL));
    }

    /** With linear interpolation, as NumPy has it. */
    private static double quantile(double[] sorted, double share) {
      double place = share * (sorted.length - 1);
      int below = (int) place;
      int above = Math.min(below + 1, sorted.length - 1);
      return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
  }

  /**
   * Checks a number of replicates.
   *
   * @throws InputException if there are too few replicates for an interval, or too many
   */
  public static void check(int replicates) {
    if (replicates < LEAST || replicates > MOST) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the bootstrap takes from %d to %d replicates, but is asked for %d",
              LEAST,
              MOST,
              replicates));
    }
  }

  /**
   * @param groups highest score first
   * @param rows in all of them
   */
  static Bootstrap of(JavaRDD<ScoreGroup> groups, long rows, int replicates, long seed) {
    check(replicates);
    if (rows > MOST_ROWS) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the bootstrap takes at most %d rows, but there are %d: draw a sample of them",
              MOST_ROWS,
              rows));
    }
    double[] auroc = new double[replicates];
    double[] averagePrecision = new double[replicates];
    double[] f1 = new double[replicates];
    int used = 0;
    for (int from = 0; from < replicates; from += BATCH) {
      int count = Math.min(BATCH, replicates - from);
      Draws draws = new Draws(seed, from / BATCH);
      // [partitions][kinds][BATCH], then [partitions][2][BATCH]
      List<long[][]> counts =
          groups.mapPartitions(part -> List.<long[][]>of(draws.count(part)).iterator()).collect();
      long[][][] before = new long[counts.size()][][];
      long[][] total = new long[KINDS][BATCH];
      for (int i = 0; i < before.length; i++) {
        before[i] = classes(total);
        addAll(total, counts.get(i));
      }
      long[][] curves = new long[2][BATCH];
      groups
          .mapPartitionsWithIndex(
              (i, part) -> List.<long[][]>of(draws.curves(part, before[i])).iterator(), true)
          .collect()
          .forEach(part -> addAll(curves, part));
      long[][] classes = classes(total);
      for (int r = 0; r < count; r++) {
        double positives = classes[0][r];
        double negatives = classes[1][r];
        if (positives > 0 && negatives > 0) {
          auroc[used] = curves[0][r] / (2 * positives * negatives);
          averagePrecision[used] = curves[1][r] / PRECISION / positives;
          double found = total[TRUE_POSITIVE][r];
          f1[used++] = 2 * found / (found + total[FALSE_POSITIVE][r] + positives);
        }
      }
    }
    return new Bootstrap(
        replicates,
        seed,
        Interval.of(Arrays.copyOf(auroc, used)),
        Interval.of(Arrays.copyOf(averagePrecision, used)),
        Interval.of(Arrays.copyOf(f1, used)));
  }

  /** Anomalous and normal rows, [2][BATCH], of the counts of all kinds. */
  private static long[][] classes(long[][] kinds) {
    long[][] classes = {
      kinds[TRUE_POSITIVE].clone(), kinds[FALSE_POSITIVE].clone(),
    };
    add(classes[0], kinds[FALSE_NEGATIVE]);
    add(classes[1], kinds[TRUE_NEGATIVE]);
    return classes;
  }

  private static void addAll(long[][] sums, long[][] more) {
    for (int i = 0; i < sums.length; i++) {
      add(sums[i], more[i]);
    }
  }

  private static void add(long[] sums, long[] more) {
    for (int r = 0; r < sums.length; r++) {
      sums[r] += more[r];
    }
  }

  /** The draws of one batch of replicates; every pass over the groups finds the same. */
  private record Draws(long seed, int batch) implements Serializable {

    /** How many rows of each kind a partition has, [KINDS][BATCH]. */
    long[][] count(Iterator<ScoreGroup> groups) {
      long[][] sums = new long[KINDS][BATCH];
      Weights weights = new Weights(this);
      while (groups.hasNext()) {
        ScoreGroup group = groups.next();
        for (int kind = 0; kind < KINDS; kind++) {
          weights.addTo(sums[kind], group, kind);
        }
      }
      return sums;
    }

    /**
     * What a partition adds to the curves.
     *
     * @param above [2][BATCH] anomalous and normal rows in the partitions before; overwritten
     * @return [2][BATCH] twice the pairs in the right order, ties counting half; and over the
     *     anomalous rows the precision at their score, in units of 1 / PRECISION
     */
    long[][] curves(Iterator<ScoreGroup> groups, long[][] above) {
      long[][] curves = new long[2][BATCH];
      long[] truePositives = above[0];
      long[] falsePositives = above[1];
      long[] positives = new long[BATCH];
      long[] negatives = new long[BATCH];
      Weights weights = new Weights(this);
      while (groups.hasNext()) {
        ScoreGroup group = groups.next();
        Arrays.fill(positives, 0);
        Arrays.fill(negatives, 0);
        weights.addTo(positives, group, TRUE_POSITIVE);
        weights.addTo(positives, group, FALSE_NEGATIVE);
        weights.addTo(negatives, group, FALSE_POSITIVE);
        weights.addTo(negatives, group, TRUE_NEGATIVE);
        if (group.negatives() > 0) {
          addArea(curves[0], truePositives, positives, negatives);
          add(falsePositives, negatives);
        }
        if (group.positives() > 0) {
          add(truePositives, positives);
          addPrecision(curves[1], truePositives, falsePositives, positives);
        }
      }
      return curves;
    }

    private static void addArea(
        long[] area, long[] truePositives, long[] positives, long[] negatives) {
      for (int r = 0; r < BATCH; r++) {
        area[r] += negatives[r] * (2 * truePositives[r] + positives[r]);
      }
    }

    private static void addPrecision(
        long[] precision, long[] truePositives, long[] falsePositives, long[] positives) {
      for (int r = 0; r < BATCH; r++) {
        // 0 / 0 before the first row of a replicate, which as a whole number is 0.
        double here = (double) truePositives[r] / (truePositives[r] + falsePositives[r]);
        precision[r] += positives[r] * (long) (here * PRECISION);
      }
    }
  }

  /** How often the rows of a group count. */
  private static final class Weights {
    private static final int FEW = 64;

    private final Draws draws;
    private final RandomStream stream;
    private final PoissonTable[] tables = new PoissonTable[FEW];

    Weights(Draws draws) {
      this.draws = draws;
      this.stream = new RandomStream(draws.seed, RandomStream.Purpose.BOOTSTRAP, 0, 0, 0);
    }

    /**
     * Draws for the rows of one kind.
     *
     * @param sums [BATCH], to which they are added
     */
    void addTo(long[] sums, ScoreGroup group, int kind) {
      int rows = Math.toIntExact(rows(group, kind));
      if (rows == 0) {
        return;
      }
      PoissonTable table = table(rows);
      stream.restart(
          draws.seed,
          RandomStream.Purpose.BOOTSTRAP,
          Double.doubleToLongBits(group.score()),
          kind,
          draws.batch);
      for (int r = 0; r < BATCH; r += 2) {
        long bits = stream.nextLong();
        sums[r] += table.draw(bits >>> 32);
        sums[r + 1] += table.draw(bits & 0xffffffffL);
      }
    }

    private static long rows(ScoreGroup group, int kind) {
      return switch (kind) {
        case TRUE_POSITIVE -> group.truePositives();
        case FALSE_NEGATIVE -> group.falseNegatives();
        case FALSE_POSITIVE -> group.falsePositives();
        default -> group.trueNegatives();
      };
    }

    private PoissonTable table(int rows) {
      if (rows >= FEW) {
        return new PoissonTable(rows);
      }
      if (tables[rows] == null) {
        tables[rows] = new PoissonTable(rows);
      }
      return tables[rows];
    }
  }
}
