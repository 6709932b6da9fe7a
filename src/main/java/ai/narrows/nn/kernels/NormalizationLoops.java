package ai.narrows.nn.kernels;

import java.util.Arrays;

/**
 * Group normalisation, a run of pixels at a time. What belongs to a channel is written out for
 * every pixel of such a run, and sums are taken for every value of one, so that HotSpot vectorises
 * all loops over an image; only then are the sums of a channel or a group put together, in double.
 */
final class NormalizationLoops {
  private NormalizationLoops() {}

  /** See {@link ImageKernels#groupNormalizationForward}. */
  static void forward(
      int images,
      CpuMatrix x,
      CpuMatrix gain,
      CpuMatrix bias,
      Activation f,
      CpuMatrix statistics,
      CpuMatrix y) {
    int n = x.columns();
    int channels = gain.columns();
    int groups = statistics.columns() / 2;
    int each = channels / groups;
    int count = n / groups; // values of a group
    int run = run(n, channels);
    Scratch scratch = Scratch.get();
    float[] values = scratch.run(0, run);
    float[] sums = scratch.run(1, run);
    float[] means = scratch.run(2, run);
    float[] scales = scratch.run(3, run);
    float[] biases = scratch.run(4, run);
    float[] gains = scratch.run(5, channels);
    float[] found = scratch.run(6, 2 * groups);
    gain.get(0, gains, channels);
    bias.get(0, biases, channels);
    repeat(biases, channels, run);
    for (int i = 0; i < images; i++) {
      int start = i * n;
      Arrays.fill(sums, 0, run, 0f);
      for (int at = 0; at < n; at += run) {
        int length = Math.min(run, n - at);
        x.get(start + at, values, length);
        FusedLoops.add(values, sums, length);
      }
      for (int g = 0; g < groups; g++) {
        found[g] = (float) (sum(sums, run, channels, g * each, each) / count);
        Arrays.fill(means, g * each, (g + 1) * each, found[g]);
      }
      repeat(means, channels, run);
      Arrays.fill(sums, 0, run, 0f);
      for (int at = 0; at < n; at += run) {
        int length = Math.min(run, n - at);
        x.get(start + at, values, length);
        addSquares(values, means, sums, length);
      }
      for (int g = 0; g < groups; g++) {
        double variance = sum(sums, run, channels, g * each, each) / count;
        found[groups + g] = (float) (1 / Math.sqrt(variance + Kernels.NORMALIZATION_EPSILON));
      }
      statistics.put(i * 2 * groups, found, 2 * groups);
      for (int c = 0; c < channels; c++) {
        scales[c] = gains[c] * found[groups + c / each];
      }
      repeat(scales, channels, run);
      for (int at = 0; at < n; at += run) {
        int length = Math.min(run, n - at);
        x.get(start + at, values, length);
        normalise(values, means, scales, biases, length);
        FusedLoops.activate(values, length, f);
        y.put(start + at, values, length);
      }
    }
  }

  /**
   * See {@link ImageKernels#groupNormalizationBackward}. With h = (x - mean) s, s one over the
   * standard deviation, and means over the group: {@code dx = s (gain dy - mean(gain dy) - h
   * mean(gain dy h))}.
   */
  static void backward(
      int images,
      CpuMatrix x,
      CpuMatrix statistics,
      CpuMatrix gain,
      CpuMatrix dy,
      CpuMatrix dGain,
      CpuMatrix dBias,
      CpuMatrix dx) {
    int n = x.columns();
    int channels = gain.columns();
    int groups = statistics.columns() / 2;
    int each = channels / groups;
    int count = n / groups; // values of a group
    int run = run(n, channels);
    Scratch scratch = Scratch.get();
    float[] values = scratch.run(0, run);
    float[] gradient = scratch.run(1, run);
    float[] means = scratch.run(2, run);
    float[] sums = scratch.run(3, run); // of dy, then what dy is multiplied by
    float[] products = scratch.run(4, run); // of dy (x - mean), then what x - mean is
    float[] shifts = scratch.run(5, run);
    float[] gains = scratch.run(6, channels);
    float[] found = scratch.run(7, 2 * groups);
    float[] dGains = scratch.run(8, channels);
    float[] dBiases = scratch.run(9, channels);
    gain.get(0, gains, channels);
    Arrays.fill(dGains, 0, channels, 0f);
    Arrays.fill(dBiases, 0, channels, 0f);
    for (int i = 0; i < images; i++) {
      int start = i * n;
      statistics.get(i * 2 * groups, found, 2 * groups);
      for (int c = 0; c < channels; c++) {
        means[c] = found[c / each];
      }
      repeat(means, channels, run);
      Arrays.fill(sums, 0, run, 0f);
      Arrays.fill(products, 0, run, 0f);
      for (int at = 0; at < n; at += run) {
        int length = Math.min(run, n - at);
        x.get(start + at, values, length);
        dy.get(start + at, gradient, length);
        FusedLoops.add(gradient, sums, length);
        addProducts(values, means, gradient, products, length);
      }
      for (int g = 0; g < groups; g++) {
        float inverse = found[groups + g];
        double sum = 0;
        double product = 0;
        for (int c = g * each; c < (g + 1) * each; c++) {
          double dBiasHere = sum(sums, run, channels, c, 1);
          double dGainHere = sum(products, run, channels, c, 1) * inverse;
          dBiases[c] += (float) dBiasHere;
          dGains[c] += (float) dGainHere;
          sum += gains[c] * dBiasHere;
          product += gains[c] * dGainHere;
        }
        for (int c = g * each; c < (g + 1) * each; c++) {
          sums[c] = gains[c] * inverse;
          products[c] = (float) (product / count * inverse * inverse);
          shifts[c] = (float) (sum / count * inverse);
        }
      }
      if (dx != null) {
        repeat(sums, channels, run);
        repeat(products, channels, run);
        repeat(shifts, channels, run);
        for (int at = 0; at < n; at += run) {
          int length = Math.min(run, n - at);
          x.get(start + at, values, length);
          dy.get(start + at, gradient, length);
          combine(values, means, products, sums, shifts, gradient, length);
          dx.put(start + at, gradient, length);
        }
      }
    }
    dGain.put(0, dGains, channels);
    dBias.put(0, dBiases, channels);
  }

  /**
   * Values in whole pixels, at least one: as many as a strip has or, since what is done once for a
   * run must cost little beside the image, a sixteenth of that.
   */
  private static int run(int n, int channels) {
    return Math.max(1, Math.min(Strip.LENGTH, n / 16) / channels) * channels;
  }

  /** Fills values up to n with copies of the first {@code length}. */
  private static void repeat(float[] values, int length, int n) {
    for (int done = length; done < n; done *= 2) {
      System.arraycopy(values, 0, values, done, Math.min(done, n - done));
    }
  }

  /** Of channels {@code from .. from + count - 1} of all pixels in a run. */
  private static double sum(float[] values, int run, int channels, int from, int count) {
    double sum = 0;
    for (int at = from; at < run; at += channels) {
      for (int j = at; j < at + count; j++) {
        sum += values[j];
      }
    }
    return sum;
  }

  private static void addSquares(float[] x, float[] means, float[] sums, int n) {
    for (int i = 0; i < n; i++) {
      float d = x[i] - means[i];
      sums[i] += d * d;
    }
  }

  private static void normalise(float[] x, float[] means, float[] scales, float[] biases, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = (x[i] - means[i]) * scales[i] + biases[i];
    }
  }

  private static void addProducts(float[] x, float[] means, float[] dy, float[] products, int n) {
    for (int i = 0; i < n; i++) {
      products[i] += dy[i] * (x[i] - means[i]);
    }
  }

  /** {@code dy = a dy - b (x - mean) - c}. */
  private static void combine(
      float[] x, float[] means, float[] b, float[] a, float[] c, float[] dy, int n) {
    for (int i = 0; i < n; i++) {
      dy[i] = a[i] * dy[i] - b[i] * (x[i] - means[i]) - c[i];
    }
  }
}
