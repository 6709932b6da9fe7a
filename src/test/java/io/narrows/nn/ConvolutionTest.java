package io.narrows.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.narrows.nn.RandomStream.Purpose;
import io.narrows.nn.Windows.Padding;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Convolutions and their transposes against the sums that define them, and their gradients against
 * differences.
 */
final class ConvolutionTest {
  private static final int CAPACITY = 5;
  private static final int ROWS = 3;
  private static final double TOLERANCE = 2e-5;

  private final RandomStream random = new RandomStream(3, Purpose.GENERATION, 0, 0, 0);

  private static List<Windows> windows() {
    List<Windows> all = new ArrayList<>();
    for (Padding padding : Padding.values()) {
      all.add(new Windows(6, 7, 2, 3, 2, padding));
      all.add(new Windows(5, 4, 3, 3, 1, padding));
      all.add(new Windows(4, 6, 1, 4, 2, padding));
      all.add(new Windows(5, 5, 2, 2, 3, padding));
      all.add(new Windows(3, 3, 2, 1, 1, padding));
      all.add(new Windows(5, 3, 1, 3, 3, padding));
    }
    return all;
  }

  static Stream<Object[]> convolutions() {
    return windows().stream()
        .flatMap(
            w ->
                Stream.of(Kernels.cpu(), Kernels.nd4j()).map(kernels -> new Object[] {w, kernels}));
  }

  private float[] gaussian(int length) {
    float[] values = new float[length];
    random.fillGaussian(values, length);
    return values;
  }

  /** What a layer makes of some rows, and its gradients, by the layer itself. */
  private static final class Result {
    private final float[] output;
    private final float[] dx;
    private final float[] gradient;

    Result(float[] output, float[] dx, float[] gradient) {
      this.output = output;
      this.dx = dx;
      this.gradient = gradient;
    }
  }

  private static Result run(
      Layer layer, Kernels kernels, float[] parameters, float[] x, float[] d) {
    int offset = 2; // the layer's run is not the first
    try (Workspace workspace = new Workspace(kernels, offset + layer.parameters() + 1, true)) {
      kernels.upload(parameters, 0, workspace.parameters, offset, parameters.length);
      Layer.Bound bound = layer.bind(workspace, offset, CAPACITY);
      Buffer xs = workspace.allocate(CAPACITY * layer.inputs());
      Buffer dxs = workspace.allocate(CAPACITY * layer.inputs());
      kernels.upload(x, 0, xs, 0, x.length);
      Matrix xm = kernels.matrix(xs, 0, CAPACITY, layer.inputs());
      bound.forward(ROWS, xm);
      float[] output = new float[ROWS * layer.outputs()];
      bound.copyOutput(0, output.length, output, 0);
      for (int r = 0; r < ROWS; r++) {
        kernels.uploadRow(d, r * layer.outputs(), bound.dOutput(), r);
      }
      bound.backward(ROWS, xm, kernels.matrix(dxs, 0, CAPACITY, layer.inputs()));
      float[] dx = new float[ROWS * layer.inputs()];
      kernels.download(dxs, 0, dx, 0, dx.length);
      float[] gradient = new float[layer.parameters()];
      kernels.download(workspace.gradient(), offset, gradient, 0, gradient.length);
      return new Result(output, dx, gradient);
    }
  }

  private static double tanhOf(double z) {
    return Math.tanh(z);
  }

  /** The definition, pixel by pixel. */
  private static double[] convolution(Windows w, int filters, double[] p, double[] x) {
    double[] out = new double[ROWS * w.count() * filters];
    for (int r = 0; r < ROWS; r++) {
      for (int o = 0; o < w.count() * filters; o++) {
        int f = o % filters;
        double z = p[w.patchSize() * filters + f];
        for (int j = 0; j < w.patchSize(); j++) {
          int at = pixel(w, o / filters, j);
          if (at >= 0) {
            z += x[r * w.imageSize() + at] * p[j * filters + f];
          }
        }
        out[r * w.count() * filters + o] = tanhOf(z);
      }
    }
    return out;
  }

  /** The same the other way round. */
  private static double[] transposed(Windows w, int channels, double[] p, double[] x) {
    double[] out = new double[ROWS * w.imageSize()];
    for (int r = 0; r < ROWS; r++) {
      for (int window = 0; window < w.count(); window++) {
        for (int j = 0; j < w.patchSize(); j++) {
          int at = pixel(w, window, j);
          for (int c = 0; at >= 0 && c < channels; c++) {
            out[r * w.imageSize() + at] +=
                x[(r * w.count() + window) * channels + c] * p[c * w.patchSize() + j];
          }
        }
      }
    }
    for (int i = 0; i < out.length; i++) {
      out[i] = tanhOf(out[i] + p[channels * w.patchSize() + i % w.channels()]);
    }
    return out;
  }

  /** Which value of an image is value {@code j} of a window's patch; -1 for none. */
  private static int pixel(Windows w, int window, int j) {
    int y = w.start() + window / w.columns() * w.stride() + j / (w.kernel() * w.channels());
    int x = w.start() + window % w.columns() * w.stride() + j / w.channels() % w.kernel();
    return y < 0 || y >= w.height() || x < 0 || x >= w.width()
        ? -1
        : (y * w.width() + x) * w.channels() + j % w.channels();
  }

  private interface Definition {
    double[] apply(double[] parameters, double[] x);
  }

  private void check(Layer layer, Kernels kernels, Definition definition) {
    float[] parameters = gaussian(layer.parameters());
    float[] x = gaussian(ROWS * layer.inputs());
    float[] d = gaussian(ROWS * layer.outputs());
    Result result = run(layer, kernels, parameters, x, d.clone());
    double[] p = doubles(parameters);
    double[] in = doubles(x);
    assertClose(result.output, definition.apply(p, in));
    assertClose(result.gradient, differences(p, d, values -> definition.apply(values, in)));
    assertClose(result.dx, differences(in, d, values -> definition.apply(p, values)));
  }

  private interface Function {
    double[] apply(double[] values);
  }

  private static double[] differences(double[] at, float[] weights, Function f) {
    double step = 1e-5;
    double[] slopes = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double value = at[i];
      at[i] = value + step;
      double above = dot(weights, f.apply(at));
      at[i] = value - step;
      slopes[i] = (above - dot(weights, f.apply(at))) / (2 * step);
      at[i] = value;
    }
    return slopes;
  }

  private static double dot(float[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("value %d", i)
          .isCloseTo(expected[i], within(TOLERANCE * (1 + Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolution(Windows windows, Kernels kernels) {
    int filters = 3;
    check(
        new Convolution(windows, filters, Activation.TANH),
        kernels,
        (parameters, x) -> convolution(windows, filters, parameters, x));
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void transposedConvolution(Windows windows, Kernels kernels) {
    int channels = 4;
    check(
        new TransposedConvolution(windows, channels, Activation.TANH),
        kernels,
        (parameters, x) -> transposed(windows, channels, parameters, x));
  }

  @Test
  void countsWindows() {
    Windows same = new Windows(64, 33, 3, 3, 2, Padding.SAME);
    assertThat(same.rows()).isEqualTo(32);
    assertThat(same.columns()).isEqualTo(17);
    assertThat(same.start()).isEqualTo(-1);
    Windows valid = new Windows(64, 33, 3, 3, 2, Padding.VALID);
    assertThat(valid.rows()).isEqualTo(31);
    assertThat(valid.columns()).isEqualTo(16);
    assertThat(valid.start()).isZero();
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new Windows(4, 4, 1, 5, 1, Padding.VALID))
        .hasMessage("a kernel of 5 does not fit images of 4x4 without padding");
    assertThatThrownBy(() -> new Windows(4, 4, 1, 0, 1, Padding.SAME))
        .hasMessageContaining("kernel 0");
  }
}
