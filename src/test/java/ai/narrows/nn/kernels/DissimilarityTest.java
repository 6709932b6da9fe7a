package ai.narrows.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.kernels.Windows.Padding;
import ai.narrows.nn.layers.Workspace;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Structural dissimilarity against its definition in double, its gradient against differences. */
final class DissimilarityTest {
  private static final int CAPACITY = 5;
  private static final int ROWS = 3;
  private static final float SCALE = 0.3f;

  /** As for layers. */
  private static final int ATTEMPTS = 6;

  private static final List<Windows> WINDOWS =
      List.of(
          new Windows(13, 12, 2, 11, 1, Padding.VALID),
          new Windows(7, 9, 3, 4, 1, Padding.VALID),
          new Windows(5, 5, 1, 5, 1, Padding.VALID), // a single window
          new Windows(6, 4, 1, 3, 1, Padding.VALID),
          new Windows(3, 4, 2, 1, 1, Padding.VALID)); // no variance

  private final RandomStream random = new RandomStream(7, Purpose.GENERATION, 0, 0, 0);

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.cpu(), Kernels.nd4j());
  }

  static Stream<Object[]> cases() {
    return kernels()
        .flatMap(
            kernels ->
                WINDOWS.stream()
                    .flatMap(
                        w ->
                            Stream.of(Activation.SIGMOID, Activation.IDENTITY)
                                .map(f -> new Object[] {w, f, kernels})));
  }

  private float[] uniform(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  /** What the kernels make of some rows. */
  private static final class Result {
    final float[] y; // [ROWS, n]
    final float[] error; // [ROWS]
    final float[] dz; // [ROWS, n]

    Result(Kernels kernels, Windows w, Activation f, float[] z, float[] x) {
      int n = w.imageSize();
      y = new float[ROWS * n];
      error = new float[ROWS];
      dz = new float[ROWS * n];
      try (Buffer zs = kernels.allocate(CAPACITY * n);
          Buffer xs = kernels.allocate(CAPACITY * n);
          Buffer ds = kernels.allocate(CAPACITY * n);
          Buffer errors = kernels.allocate(CAPACITY)) {
        Matrix zm = kernels.matrix(zs, 0, CAPACITY, n);
        Matrix xm = kernels.matrix(xs, 0, CAPACITY, n);
        Matrix em = kernels.matrix(errors, 0, CAPACITY, 1);
        float[] alone = new float[ROWS];
        kernels.upload(x, 0, xs, 0, x.length);
        kernels.upload(z, 0, zs, 0, z.length);
        kernels.losses().structuralDissimilarityForward(ROWS, zm, f, xm, w, em);
        kernels.download(errors, 0, alone, 0, ROWS);
        kernels.upload(z, 0, zs, 0, z.length);
        kernels
            .losses()
            .structuralDissimilarityForwardBackward(
                ROWS, zm, f, xm, w, SCALE, em, kernels.matrix(ds, 0, CAPACITY, n));
        kernels.download(zs, 0, y, 0, y.length);
        kernels.download(errors, 0, error, 0, ROWS);
        kernels.download(ds, 0, dz, 0, dz.length);
        assertThat(alone).containsExactly(error);
      }
    }
  }

  private static double f(Activation f, double z) {
    return f == Activation.SIGMOID ? 1 / (1 + Math.exp(-z)) : z;
  }

  /** Equation 13, window by window. */
  private static double error(Windows w, Activation f, double[] z, float[] x, int row) {
    double sum = 0;
    for (int top = 0; top <= w.height() - w.kernel(); top++) {
      for (int left = 0; left <= w.width() - w.kernel(); left++) {
        for (int c = 0; c < w.channels(); c++) {
          double meanX = 0;
          double meanY = 0;
          double xx = 0;
          double yy = 0;
          double xy = 0;
          int pixels = w.kernel() * w.kernel();
          for (int k = 0; k < pixels; k++) {
            int line = top + k / w.kernel();
            int column = left + k % w.kernel();
            int at = row * w.imageSize() + (line * w.width() + column) * w.channels() + c;
            double y = f(f, z[at]);
            meanX += x[at] / (double) pixels;
            meanY += y / pixels;
            xx += x[at] * (double) x[at] / pixels;
            yy += y * y / pixels;
            xy += x[at] * y / pixels;
          }
          double c1 = Math.pow(0.01, 2);
          double c2 = Math.pow(0.03, 2);
          sum +=
              (2 * meanX * meanY + c1)
                  * (2 * (xy - meanX * meanY) + c2)
                  / (meanX * meanX + meanY * meanY + c1)
                  / (xx - meanX * meanX + yy - meanY * meanY + c2);
        }
      }
    }
    int windows = (w.height() - w.kernel() + 1) * (w.width() - w.kernel() + 1);
    return w.imageSize() * (1 - sum / (windows * w.channels()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isItsDefinition(Windows w, Activation f, Kernels kernels) {
    int n = w.imageSize();
    float[] x = uniform(ROWS * n);
    float[] z = uniform(ROWS * n);
    for (int i = 0; i < n; i++) {
      z[i] = x[i] + 0.01f * z[i]; // the first image is near its target, with f the identity
    }
    Result result = new Result(kernels, w, f, z, x);
    double[] at = new double[z.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = z[i];
      assertThat((double) result.y[i]).isCloseTo(f(f, z[i]), within(1e-6));
    }
    for (int r = 0; r < ROWS; r++) {
      double expected = error(w, f, at, x, r);
      assertThat((double) result.error[r]).isCloseTo(expected, within(1e-4 * expected));
      double[] slopes = new double[n];
      double largest = 0;
      for (int i = 0; i < n; i++) {
        slopes[i] = slope(w, f, at, x, r, r * n + i);
        largest = Math.max(largest, Math.abs(slopes[i]));
      }
      for (int i = 0; i < n; i++) {
        assertThat((double) result.dz[r * n + i])
            .as("value %d of row %d", i, r)
            .isCloseTo(SCALE * slopes[i], within(2e-4 * SCALE * largest));
      }
    }
  }

  private static double slope(Windows w, Activation f, double[] z, float[] x, int row, int i) {
    double step = 1e-5;
    double value = z[i];
    z[i] = value + step;
    double above = error(w, f, z, x, row);
    z[i] = value - step;
    double below = error(w, f, z, x, row);
    z[i] = value;
    return (above - below) / (2 * step);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void nothingWhereImagesAreEqual(Kernels kernels) {
    for (Windows w : WINDOWS) {
      float[] x = uniform(ROWS * w.imageSize());
      Arrays.fill(x, 0, w.imageSize(), 1f); // the first of one colour
      Result result = new Result(kernels, w, Activation.IDENTITY, x, x);
      assertThat(result.error).containsOnly(0f);
      assertThat(result.dz).containsOnly(0f);
    }
  }

  /** Images whose colours differ by little: what float could lose is many times their error. */
  @ParameterizedTest
  @MethodSource("kernels")
  void smallErrorsKeepTheirDigits(Kernels kernels) {
    Windows w = new Windows(40, 40, 1, 11, 1, Padding.VALID);
    float[] x = new float[ROWS * w.imageSize()];
    float[] z = new float[x.length];
    double[] at = new double[x.length];
    float[] noise = uniform(x.length);
    for (int i = 0; i < x.length; i++) {
      x[i] = 0.9f + 0.001f * (i % 7);
      z[i] = x[i] + 1e-4f * noise[i];
      at[i] = z[i];
    }
    Result result = new Result(kernels, w, Activation.IDENTITY, z, x);
    for (int r = 0; r < ROWS; r++) {
      double expected = error(w, Activation.IDENTITY, at, x, r);
      assertThat((double) result.error[r]).isCloseTo(expected, within(2e-3 * expected));
    }
  }

  @Test
  void allocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Windows w = WINDOWS.get(0);
    Kernels kernels = Kernels.cpu();
    try (Workspace workspace = new Workspace(kernels, 1, true)) {
      Matrix z = workspace.matrix(ROWS, w.imageSize());
      Matrix x = workspace.matrix(ROWS, w.imageSize());
      Matrix dz = workspace.matrix(ROWS, w.imageSize());
      Matrix error = workspace.matrix(ROWS, 1);
      long allocated = -1;
      for (int i = 0; i < ATTEMPTS && allocated != 0; i++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        kernels
            .losses()
            .structuralDissimilarityForwardBackward(
                ROWS, z, Activation.SIGMOID, x, w, SCALE, error, dz);
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertThat(allocated).isZero();
    }
  }
}
