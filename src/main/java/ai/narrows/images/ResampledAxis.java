package ai.narrows.images;

/**
 * An axis that is brought to another length. Where it shrinks, an output position is the mean of
 * what it covers; where it grows, values are interpolated linearly between the centres of
 * positions, the borders repeated.
 */
public final class ResampledAxis {
  private final int[] first; // [out]
  private final float[][] weights; // [out][inputs read]

  /**
   * An axis and its new length.
   *
   * @param in positions of the input, at least 1
   * @param out positions of the output, at least 1
   */
  public ResampledAxis(int in, int out) {
    first = new int[out];
    weights = new float[out][];
    for (int i = 0; i < out; i++) {
      if (out < in) {
        average(i, in, out);
      } else {
        interpolate(i, in, out);
      }
    }
  }

  /** The first input position that output {@code i} reads. */
  public int first(int i) {
    return first[i];
  }

  /** What the input positions that output {@code i} reads weigh, from the first one on. */
  public float[] weights(int i) {
    return weights[i];
  }

  /** In units of 1/out of an input pixel: output i covers [i * in, (i + 1) * in). */
  private void average(int i, long in, long out) {
    long begin = i * in;
    long end = begin + in;
    first[i] = (int) (begin / out);
    int last = (int) ((end - 1) / out);
    weights[i] = new float[last - first[i] + 1];
    for (int k = 0; k < weights[i].length; k++) {
      long pixel = (first[i] + k) * out;
      long covered = Math.min(end, pixel + out) - Math.max(begin, pixel);
      weights[i][k] = (float) ((double) covered / in);
    }
  }

  /** Output i's centre lies at (i + 1/2) * in / out - 1/2 among the input's centres. */
  private void interpolate(int i, int in, int out) {
    double centre = (i + 0.5) * in / out - 0.5;
    int left = (int) Math.floor(centre);
    float right = (float) (centre - left);
    if (left < 0 || left >= in - 1 || right == 0) {
      first[i] = Math.max(0, Math.min(left, in - 1));
      weights[i] = new float[] {1};
    } else {
      first[i] = left;
      weights[i] = new float[] {1 - right, right};
    }
  }
}
