package ai.narrows.nn.layers;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * What an encoder sees of a value: {@code (x - mean) / deviation}, with the mean and the standard
 * deviation of its channel in the training rows (see {@code ChannelMoments}). What the decoder is
 * asked for stays x itself, so that errors and likelihoods mean what they mean without.
 *
 * @param means of each channel; none where the encoder sees values as they are
 * @param deviations of each channel, positive
 */
public record Standardization(List<Double> means, List<Double> deviations) implements Serializable {
  /** Values as they are. */
  public static final Standardization NONE = new Standardization(List.of(), List.of());

  public Standardization {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    if (means.size() != deviations.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "standardization needs as many deviations as means, but has %d and %d",
              deviations.size(),
              means.size()));
    }
    for (int c = 0; c < means.size(); c++) {
      double mean = means.get(c);
      double deviation = deviations.get(c);
      boolean positive = deviation > 0 && deviation < Double.POSITIVE_INFINITY;
      if (!positive || !isFinite(1 / deviation) || !isFinite(mean / deviation)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "standardization needs finite means and positive deviations, but channel %d has %s and %s",
                c,
                mean,
                deviation));
      }
    }
  }

  /** In float32, which networks compute in. */
  private static boolean isFinite(double value) {
    return Float.isFinite((float) value);
  }

  /** Whether it changes anything. */
  public boolean any() {
    return !means.isEmpty();
  }

  /** How many channels it knows; 0 where it changes nothing. */
  public int channels() {
    return means.size();
  }

  /** What values are multiplied by [inputs]. */
  public float[] scale(int inputs) {
    float[] scale = new float[inputs];
    for (int j = 0; j < inputs; j++) {
      scale[j] = (float) (1 / deviations.get(j % channels()));
    }
    return scale;
  }

  /** What is added to them then [inputs]. */
  public float[] shift(int inputs) {
    float[] shift = new float[inputs];
    for (int j = 0; j < inputs; j++) {
      shift[j] = (float) (-means.get(j % channels()) / deviations.get(j % channels()));
    }
    return shift;
  }

  @Override
  public String toString() {
    return any()
        ? String.format(Locale.ROOT, "means %s, deviations %s", means, deviations)
        : "none";
  }
}
