package ai.narrows.images.pixels;

/**
 * How one axis of an image is resized. An axis that shrinks takes means of what its pixels cover;
 * one that grows is interpolated linearly between pixel centres, the borders repeated.
 *
 * @param first for every pixel that goes out the first that comes in and counts
 * @param weights for every pixel that goes out what the first and those behind it weigh; they add
 *     up to 1
 */
@SuppressWarnings("ArrayRecordComponent") // two tables, never changed, never compared
public record ResizeAxis(int[] first, float[][] weights) {

  /** From {@code in} pixels to {@code out}. */
  public static ResizeAxis of(int in, int out) {
    ResizeAxis axis = new ResizeAxis(new int[out], new float[out][]);
    for (int i = 0; i < out; i++) {
      if (out < in) {
        axis.average(i, in, out);
      } else {
        axis.interpolate(i, in, out);
      }
    }
    return axis;
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
