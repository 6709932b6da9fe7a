package ai.narrows.images.features;

/**
 * How one axis of a map of features is brought to a grid. An axis that shrinks takes means of what
 * its positions cover; one that grows is interpolated linearly between the centers of positions.
 *
 * @param first for every position of the grid the first of the map that counts
 * @param weights for every position of the grid what the first and those behind it weigh
 */
@SuppressWarnings("ArrayRecordComponent") // two tables, never changed, never compared
public record GridAxis(int[] first, float[][] weights) {

  /** From {@code in} positions to {@code out}. */
  public static GridAxis of(int in, int out) {
    int[] first = new int[out];
    float[][] weights = new float[out][];
    double step = (double) in / out;
    for (int i = 0; i < out; i++) {
      if (in >= out) {
        double begin = i * step;
        double end = Math.min(in, (i + 1) * step);
        first[i] = (int) begin;
        int last = Math.min(in, (int) Math.ceil(end - 1e-9));
        weights[i] = new float[Math.max(1, last - first[i])];
        for (int k = 0; k < weights[i].length; k++) {
          double covered =
              Math.min(end, first[i] + k + 1.0) - Math.max(begin, (double) first[i] + k);
          weights[i][k] = (float) (covered / (end - begin));
        }
      } else {
        double center = Math.max(0, Math.min(in - 1.0, (i + 0.5) * step - 0.5));
        first[i] = Math.min((int) center, Math.max(0, in - 2));
        double second = center - first[i];
        weights[i] = in == 1 ? new float[] {1} : new float[] {(float) (1 - second), (float) second};
      }
    }
    return new GridAxis(first, weights);
  }
}
