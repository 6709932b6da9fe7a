package ai.narrows.optim;

import ai.narrows.message.ParamException;
import java.io.Serializable;

/**
 * The step size as a pure function of the position in training, measured in epochs (2.5 is the
 * middle of the third epoch). During the first {@code warmupEpochs} it rises linearly towards the
 * base value (Goyal et al. 2017, section 2.2); afterwards the schedule's factor applies.
 *
 * @param base the highest value with one worker
 * @param schedule how it falls
 * @param warmupEpochs length of the rise in epochs, 0 for none
 * @param factor on the base value, for the number of workers
 */
public record StepSize(double base, Schedule schedule, double warmupEpochs, double factor)
    implements Serializable {

  /** For one worker. */
  public StepSize(double base, Schedule schedule, double warmupEpochs) {
    this(base, schedule, warmupEpochs, 1);
  }

  public StepSize {
    if (!(base > 0) || Double.isInfinite(base)) {
      throw new ParamException("stepSize", "must be positive", base);
    }
    if (!(warmupEpochs >= 0) || Double.isInfinite(warmupEpochs)) {
      throw new ParamException("warmupEpochs", "must be at least 0", warmupEpochs);
    }
  }

  /** How it grows with the workers, whose minibatches are together so many times as large. */
  public enum Scaling {
    /** Not at all. */
    NONE,
    /** With the root of their number (Malladi et al. 2022, for Adam), up to {@link #MOST}. */
    SQRT,
    /** With their number (Goyal et al. 2017, section 2.1, for SGD). */
    LINEAR;

    /** The largest factor of {@link #SQRT}: that of 16 workers, the most that have been tried. */
    public static final double MOST = 4;

    /** Factor for this many workers, 1 for one. */
    public double factor(int workers) {
      return switch (this) {
        case NONE -> 1;
        case SQRT -> Math.min(MOST, Math.sqrt(workers));
        case LINEAR -> workers;
      };
    }
  }

  /** The same with another factor. */
  public StepSize times(double newFactor) {
    return new StepSize(base, schedule, warmupEpochs, newFactor);
  }

  /** How the step size falls. */
  public interface Schedule extends Serializable {
    /** Factor on the base value, in [0, 1]. */
    double factor(double epoch);
  }

  /** Stays where it is. */
  public record Constant() implements Schedule {
    @Override
    public double factor(double epoch) {
      return 1;
    }
  }

  /**
   * Multiplied by {@code decayRate} after every {@code decayEpochs} epochs.
   *
   * @param decayEpochs length of a step in epochs, at least 1
   * @param decayRate factor of a step, in (0, 1]
   */
  public record Step(int decayEpochs, double decayRate) implements Schedule {
    public Step {
      if (decayEpochs < 1) {
        throw new ParamException("decayEpochs", "must be at least 1", decayEpochs);
      }
      if (!(decayRate > 0 && decayRate <= 1)) {
        throw new ParamException("decayRate", "must be above 0 and at most 1", decayRate);
      }
    }

    @Override
    public double factor(double epoch) {
      return Math.pow(decayRate, Math.floor(epoch / decayEpochs));
    }
  }

  /**
   * Half a cosine from the base value at the start to 0 at the end of training (Loshchilov and
   * Hutter 2017, equation 5, without restarts).
   *
   * @param epochs length of training
   */
  public record Cosine(int epochs) implements Schedule {
    public Cosine {
      if (epochs < 1) {
        throw new ParamException("epochs", "must be at least 1", epochs);
      }
    }

    @Override
    public double factor(double epoch) {
      return 0.5 * (1 + Math.cos(Math.PI * Math.min(1, epoch / epochs)));
    }
  }

  /**
   * The step size of the step that covers this stretch of training.
   *
   * @param epoch where the step starts, in epochs
   * @param length the step's length in epochs; during warm-up the value at its end counts, so that
   *     the first is not 0
   */
  public double at(double epoch, double length) {
    double rise = warmupEpochs > 0 ? Math.min(1, (epoch + length) / warmupEpochs) : 1;
    return base * factor * rise * schedule.factor(epoch);
  }
}
