package ai.narrows.nn.score;

import ai.narrows.message.Shipped;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.tensors.Tensor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What training rows are like after a model: how badly each pixel is rebuilt, where the latents
 * lie, how far they move when the reconstruction is encoded in its turn, and in which units these
 * three are combined. Made of {@link Moments}, calibrated by {@link CombinedScale.Moments}, saved
 * with the model, never changed.
 */
public final class ScoreStatistics implements Serializable {
  private static final long serialVersionUID = 1L;

  private final float[] pixelError; // [inputs]
  private final Spread latents;
  private final Spread shifts;
  private final CombinedScale calibration;
  private final ErrorSmoothing smoothing;

  private ScoreStatistics(
      float[] pixelError,
      Spread latents,
      Spread shifts,
      CombinedScale calibration,
      ErrorSmoothing smoothing) {
    this.pixelError = pixelError;
    this.latents = latents;
    this.shifts = shifts;
    this.calibration = calibration;
    this.smoothing = smoothing;
  }

  /** Sums over rows, which may be added up. */
  public static final class Moments implements Shipped {
    private static final long serialVersionUID = 1L;

    private final double[] squaredErrors; // [inputs]
    private final Spread.Moments latents;
    private final Spread.Moments shifts;
    private final int latentDim;
    private long rows;

    /** Of no rows. */
    public Moments(Architecture architecture) {
      squaredErrors = new double[architecture.inputs()];
      latentDim = architecture.latentDim();
      latents = new Spread.Moments("latent", latentDim);
      shifts = new Spread.Moments("latent shift", latentDim);
    }

    /**
     * Adds the rows that a reconstruction pass has just seen.
     *
     * @param count the pass's rows
     * @param smoothing of their errors, the same for all rows
     */
    public void add(ScoringNetwork network, int count, ErrorSmoothing smoothing) {
      float[] errors = new float[squaredErrors.length];
      network.pixelErrors(count, smoothing, errors);
      for (int j = 0; j < errors.length; j++) {
        squaredErrors[j] += errors[j];
      }
      float[] vectors = new float[count * latentDim]; // [count, k]
      network.network().copyLatent(count, vectors, 0);
      latents.add(count, vectors);
      network.latentShifts(count, vectors);
      shifts.add(count, vectors);
      rows += count;
    }

    /** Adds other sums. */
    public void add(Moments other) {
      ScoreStatistics.add(squaredErrors, other.squaredErrors);
      latents.add(other.latents);
      shifts.add(other.shifts);
      rows += other.rows;
    }

    /**
     * The statistics of all rows added, not yet calibrated: {@link ScoreStatistics#with}.
     *
     * @param smoothing with which they were added
     * @throws IllegalArgumentException if there are none, or one gave a value that is not finite
     */
    public ScoreStatistics statistics(ErrorSmoothing smoothing) {
      if (rows == 0) {
        throw new IllegalArgumentException("no rows, no statistics");
      }
      float[] pixelError = new float[squaredErrors.length];
      double mean = 0;
      for (double sum : squaredErrors) {
        mean += sum / rows / squaredErrors.length;
      }
      double overall = Math.max(mean, 1e-12); // where all is rebuilt perfectly
      for (int j = 0; j < pixelError.length; j++) {
        pixelError[j] = (float) ((squaredErrors[j] / rows + overall) / 2);
        if (!Float.isFinite(pixelError[j])) {
          throw new IllegalArgumentException(
              "the mean squared error of value " + j + " is " + pixelError[j]);
        }
      }
      return new ScoreStatistics(
          pixelError, latents.spread(rows), shifts.spread(rows), CombinedScale.NONE, smoothing);
    }
  }

  /** Adds to sums. */
  static void add(double[] sums, double[] others) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += others[i];
    }
  }

  /** What {@link #copyTo} writes for such a network, in this order. */
  public static List<Tensor> tensors(Architecture architecture) {
    List<Tensor> tensors = new ArrayList<>();
    tensors.add(Tensor.of("pixelError", architecture.inputs()));
    for (String spread : List.of("latent", "shift")) {
      Spread.tensors(architecture.latentDim()).forEach(tensor -> tensors.add(tensor.in(spread)));
    }
    CombinedScale.tensors().forEach(tensor -> tensors.add(tensor.in("combined")));
    return tensors;
  }

  /**
   * Copies everything out.
   *
   * @param values those of {@link #tensors} from {@code to} on, overwritten
   */
  public void copyTo(float[] values, int to) {
    System.arraycopy(pixelError, 0, values, to, pixelError.length);
    latents.copyTo(values, to + pixelError.length);
    shifts.copyTo(values, to + pixelError.length + latents.length());
    calibration.copyTo(values, to + pixelError.length + latents.length() + shifts.length());
  }

  /**
   * Statistics as {@link #copyTo} wrote them.
   *
   * @throws IllegalArgumentException if they cannot be any: a pixel's error or a standard deviation
   *     is not positive
   */
  public static ScoreStatistics from(
      Architecture architecture, ErrorSmoothing smoothing, float[] values, int from) {
    int k = architecture.latentDim();
    float[] pixelError = new float[architecture.inputs()];
    System.arraycopy(values, from, pixelError, 0, pixelError.length);
    for (float error : pixelError) {
      if (!(error > 0)) {
        throw new IllegalArgumentException("a pixel's mean squared error is " + error);
      }
    }
    int at = from + pixelError.length;
    Spread latents = Spread.from(k, values, at);
    Spread shifts = Spread.from(k, values, at + latents.length());
    CombinedScale calibration = CombinedScale.from(values, at + latents.length() + shifts.length());
    return new ScoreStatistics(pixelError, latents, shifts, calibration, smoothing);
  }

  /**
   * Half-way between the mean squared error of each pixel over the training rows, errors smoothed,
   * and the mean over all pixels [inputs]; a copy. A pixel that hardly varies would count for too
   * much by its own.
   */
  public float[] pixelError() {
    return pixelError.clone();
  }

  /** What errors are averaged over before they are squared. */
  public ErrorSmoothing smoothing() {
    return smoothing;
  }

  /** The same, the parts of {@link ScoreMethod#COMBINED} measured in other units. */
  public ScoreStatistics with(CombinedScale other) {
    return new ScoreStatistics(pixelError, latents, shifts, other, smoothing);
  }

  /** The units in which the parts of {@link ScoreMethod#COMBINED} are measured. */
  CombinedScale calibration() {
    return calibration;
  }

  /**
   * After a reconstruction pass: the parts of {@link ScoreMethod#COMBINED}, in the order of {@link
   * CombinedScale}.
   *
   * @return [parts, rows], at least 0
   */
  double[][] parts(ScoringNetwork network, int rows) {
    double[][] parts = new double[CombinedScale.PARTS][rows];
    network.normalizedErrors(rows, this, parts[0]);
    latentDistances(network, rows, parts[1]);
    reencodingDistances(network, rows, parts[2]);
    for (int r = 0; r < rows; r++) {
      parts[1][r] *= parts[1][r];
      parts[2][r] *= parts[2][r];
    }
    return parts;
  }

  /**
   * After a reconstruction pass: {@link ScoreMethod#LATENT_DISTANCE}.
   *
   * @param distances [rows], overwritten
   */
  void latentDistances(ScoringNetwork network, int rows, double[] distances) {
    float[] vectors = new float[rows * network.network().architecture().latentDim()];
    network.network().copyLatent(rows, vectors, 0);
    latents.distances(rows, vectors, distances);
  }

  /**
   * After a reconstruction pass: {@link ScoreMethod#REENCODING_DISTANCE}.
   *
   * @param distances [rows], overwritten
   */
  void reencodingDistances(ScoringNetwork network, int rows, double[] distances) {
    float[] vectors = new float[rows * network.network().architecture().latentDim()];
    network.latentShifts(rows, vectors);
    shifts.distances(rows, vectors, distances);
  }
}
