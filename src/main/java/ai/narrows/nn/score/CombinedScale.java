package ai.narrows.nn.score;

import ai.narrows.message.Shipped;
import ai.narrows.tensors.Tensor;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Mean and standard deviation that each part of {@link ScoreMethod#COMBINED} has over rows: the
 * unit in which the part is measured. Made of {@link Moments}, saved with the model, never changed.
 */
public final class CombinedScale implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The parts in their order: {@link ScoreMethod#NORMALIZED_ERROR}, and the squares of {@link
   * ScoreMethod#LATENT_DISTANCE} and {@link ScoreMethod#REENCODING_DISTANCE}.
   */
  static final int PARTS = 3;

  /** No standard deviation counts as less than this share of the mean, or of 1 below it. */
  private static final double DEVIATION_FLOOR = 1e-3;

  /** Leaves parts as they are. */
  static final CombinedScale NONE = new CombinedScale(new float[] {0, 0, 0}, new float[] {1, 1, 1});

  private final float[] means; // [PARTS]
  private final float[] deviations; // [PARTS]

  private CombinedScale(float[] means, float[] deviations) {
    this.means = means;
    this.deviations = deviations;
  }

  /** Sums over rows, which may be added up. */
  public static final class Moments implements Shipped {
    private static final long serialVersionUID = 1L;

    private final double[] sums = new double[PARTS];
    private final double[] squares = new double[PARTS];
    private long rows;

    /**
     * Adds the rows that a reconstruction pass has just seen.
     *
     * @param count the pass's rows
     * @param statistics by which the parts are measured, the same for all rows
     */
    public void add(ScoringNetwork network, int count, ScoreStatistics statistics) {
      double[][] parts = statistics.parts(network, count);
      for (int p = 0; p < PARTS; p++) {
        for (int r = 0; r < count; r++) {
          sums[p] += parts[p][r];
          squares[p] += parts[p][r] * parts[p][r];
        }
      }
      rows += count;
    }

    /** Adds other sums. */
    public void add(Moments other) {
      ScoreStatistics.add(sums, other.sums);
      ScoreStatistics.add(squares, other.squares);
      rows += other.rows;
    }

    /**
     * The calibration by all rows added.
     *
     * @throws IllegalArgumentException if there are none, or one gave a value that is not finite
     */
    public CombinedScale calibration() {
      if (rows == 0) {
        throw new IllegalArgumentException("no rows, no calibration");
      }
      float[] means = new float[PARTS];
      float[] deviations = new float[PARTS];
      for (int p = 0; p < PARTS; p++) {
        double mean = sums[p] / rows;
        double variance = Math.max(0, squares[p] / rows - mean * mean);
        double floor = DEVIATION_FLOOR * Math.max(1, mean); // where all rows are the same
        means[p] = (float) mean;
        deviations[p] = (float) Math.max(Math.sqrt(variance), floor);
        if (!Float.isFinite(means[p]) || !Float.isFinite(deviations[p])) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "part %d of the combined score has mean %s and variance %s over the training rows",
                  p,
                  mean,
                  variance));
        }
      }
      return new CombinedScale(means, deviations);
    }
  }

  /**
   * Logarithm of the mean of {@code exp(z)} over the parts, z being how many standard deviations a
   * part lies above its mean.
   *
   * @param parts [PARTS, rows]
   */
  double score(double[][] parts, int row) {
    double[] z = new double[PARTS];
    double highest = Double.NEGATIVE_INFINITY;
    for (int p = 0; p < PARTS; p++) {
      z[p] = (parts[p][row] - means[p]) / deviations[p];
      highest = Math.max(highest, z[p]);
    }
    double sum = 0;
    for (int p = 0; p < PARTS; p++) {
      sum += Math.exp(z[p] - highest); // no overflow, whatever z is
    }
    return highest + Math.log(sum / PARTS);
  }

  /** What {@link #copyTo} writes, in this order. */
  static List<Tensor> tensors() {
    return List.of(Tensor.of("mean", PARTS), Tensor.of("deviation", PARTS));
  }

  /** Copies everything out to {@code values} from {@code to} on. */
  void copyTo(float[] values, int to) {
    System.arraycopy(means, 0, values, to, PARTS);
    System.arraycopy(deviations, 0, values, to + PARTS, PARTS);
  }

  /**
   * A calibration as {@link #copyTo} wrote it.
   *
   * @throws IllegalArgumentException if a standard deviation is not positive
   */
  static CombinedScale from(float[] values, int from) {
    float[] means = new float[PARTS];
    float[] deviations = new float[PARTS];
    System.arraycopy(values, from, means, 0, PARTS);
    System.arraycopy(values, from + PARTS, deviations, 0, PARTS);
    for (float deviation : deviations) {
      if (!(deviation > 0)) {
        throw new IllegalArgumentException(
            "a standard deviation of the combined score's parts is " + deviation);
      }
    }
    return new CombinedScale(means, deviations);
  }
}
