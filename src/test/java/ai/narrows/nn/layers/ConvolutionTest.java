package ai.narrows.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.kernels.Windows;
import ai.narrows.nn.kernels.Windows.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Convolutions and their transposes against the sums that define them. */
final class ConvolutionTest extends LayerContract {
  private static final int FILTERS = 3;
  private static final int CHANNELS = 4;

  @Override
  List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Windows w : windows()) {
      cases.add(
          new Case(new Convolution(w, FILTERS, Activation.TANH), (p, x) -> convolution(w, p, x)));
      cases.add(
          new Case(
              new TransposedConvolution(w, CHANNELS, Activation.TANH),
              (p, x) -> transposed(w, p, x)));
    }
    return cases;
  }

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

  /** The definition, pixel by pixel. */
  private static double[] convolution(Windows w, double[] p, double[] x) {
    double[] out = new double[ROWS * w.count() * FILTERS];
    for (int r = 0; r < ROWS; r++) {
      for (int o = 0; o < w.count() * FILTERS; o++) {
        int f = o % FILTERS;
        double z = p[w.patchSize() * FILTERS + f];
        for (int j = 0; j < w.patchSize(); j++) {
          int at = pixel(w, o / FILTERS, j);
          if (at >= 0) {
            z += x[r * w.imageSize() + at] * p[j * FILTERS + f];
          }
        }
        out[r * w.count() * FILTERS + o] = Math.tanh(z);
      }
    }
    return out;
  }

  /** The same the other way round. */
  private static double[] transposed(Windows w, double[] p, double[] x) {
    double[] out = new double[ROWS * w.imageSize()];
    for (int r = 0; r < ROWS; r++) {
      for (int window = 0; window < w.count(); window++) {
        for (int j = 0; j < w.patchSize(); j++) {
          int at = pixel(w, window, j);
          for (int c = 0; at >= 0 && c < CHANNELS; c++) {
            out[r * w.imageSize() + at] +=
                x[(r * w.count() + window) * CHANNELS + c] * p[c * w.patchSize() + j];
          }
        }
      }
    }
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.tanh(out[i] + p[CHANNELS * w.patchSize() + i % w.channels()]);
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

  /** Both take the patch's size for their fan-in, as PyTorch does. */
  @Test
  void startsWithinTheBoundOfItsPatches() {
    Windows windows = new Windows(9, 9, 4, 5, 1, Padding.SAME);
    for (Layer layer :
        List.of(
            new Convolution(windows, 30, Activation.RELU),
            new TransposedConvolution(windows, 30, Activation.RELU))) {
      float[] values = new float[layer.parameters() + 2];
      layer.initialise(values, 1, new RandomStream(1, Purpose.INITIALISATION, 0, 0, 0));
      float largest = 0;
      for (float value : values) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(largest).isBetween(0.0995f, 0.1f); // 1 / sqrt(5 5 4)
      assertThat(values[0]).isZero();
      assertThat(values[values.length - 1]).isZero();
    }
  }

  /** More images than are unrolled at a time, against each image alone. */
  @Test
  void imagesInPiecesAreAsEachAlone() {
    Windows windows = new Windows(96, 96, 1, 3, 1, Padding.SAME); // 2 at a time
    for (Layer layer :
        List.of(
            new Convolution(windows, 4, Activation.TANH),
            new TransposedConvolution(windows, 4, Activation.TANH))) {
      float[] parameters = gaussian(layer.parameters());
      float[] x = gaussian(ROWS * layer.inputs());
      float[] d = gaussian(ROWS * layer.outputs());
      double[] gradient = new double[parameters.length];
      float[] outputs = new float[d.length];
      float[] dx = new float[x.length];
      for (int r = 0; r < ROWS; r++) {
        float[] row = Arrays.copyOfRange(x, r * layer.inputs(), (r + 1) * layer.inputs());
        float[] dRow = Arrays.copyOfRange(d, r * layer.outputs(), (r + 1) * layer.outputs());
        try (Run run = new Run(layer, Kernels.cpu(), parameters, row)) {
          run.step(dRow, run.dx);
          System.arraycopy(run.output(), 0, outputs, r * layer.outputs(), layer.outputs());
          System.arraycopy(run.dx(), 0, dx, r * layer.inputs(), layer.inputs());
          float[] part = run.gradient();
          for (int i = 0; i < part.length; i++) {
            gradient[i] += part[i];
          }
        }
      }
      try (Run run = new Run(layer, Kernels.cpu(), parameters, x)) {
        run.step(d, run.dx);
        assertClose(run.output(), doubles(outputs));
        assertClose(run.dx(), doubles(dx));
        assertClose(run.gradient(), gradient);
      }
    }
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
