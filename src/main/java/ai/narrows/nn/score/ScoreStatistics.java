package ai.narrows.nn.score;

import ai.narrows.message.Shipped;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.tensors.Tensor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What training rows are like after a model: how badly each pixel is rebuilt, where the latents
 * lie, and how far they move when the reconstruction is encoded in its turn. Made of {@link
 * Moments}, saved with the model, never changed.
 */
public final class ScoreStatistics implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No pixel's mean squared error counts as less than this share of the mean over all pixels. */
  private static final double ERROR_FLOOR = 0.1;

  private final float[] pixelError; // [inputs]
  private final Spread latents;
  private final Spread shifts;
  private final ErrorSmoothing smoothing;

  private ScoreStatistics(
      float[] pixelError, Spread latents, Spread shifts, ErrorSmoothing smoothing) {
    this.pixelError = pixelError;
    this.latents = latents;
    this.shifts = shifts;
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
     * The statistics of all rows added.
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
      double floor = Math.max(ERROR_FLOOR * mean, 1e-12); // where all is rebuilt perfectly
      for (int j = 0; j < pixelError.length; j++) {
        pixelError[j] = (float) Math.max(squaredErrors[j] / rows, floor);
        if (!Float.isFinite(pixelError[j])) {
          throw new IllegalArgumentException(
              "the mean squared error of value " + j + " is " + pixelError[j]);
        }
      }
      return new ScoreStatistics(pixelError, latents.spread(rows), shifts.spread(rows), smoothing);
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
  }

  /**
   * Statistics as {@link #copyTo} wrote them.
   *
   * @throws IllegalArgumentException if they cannot be any: a pixel's error is not positive, or a
   *     value is not finite
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
    return new ScoreStatistics(pixelError, latents, shifts, smoothing);
  }

  /**
   * Mean squared error of each pixel over the training rows, errors smoothed, kept off 0 [inputs];
   * a copy.
   */
  public float[] pixelError() {
    return pixelError.clone();
  }

  /** What errors are averaged over before they are squared. */
  public ErrorSmoothing smoothing() {
    return smoothing;
  }

  /** Where the training rows' latents lie. */
  Spread latents() {
    return latents;
  }

  /** How far they move when the reconstructions are encoded. */
  Spread shifts() {
    return shifts;
  }
}
