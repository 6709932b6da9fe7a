package ai.narrows.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Group normalisation against PyTorch's formula in double. */
final class GroupNormalizationTest extends LayerContract {

  @Override
  List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.add(normalization(12, 6, 1)); // layer normalisation
    cases.add(normalization(12, 6, 2));
    cases.add(normalization(7, 5, 5)); // instance normalisation
    cases.add(normalization(1, 8, 2));
    cases.add(normalization(3, 40, 10));
    cases.add(normalization(100, 2, 1)); // several pixels at a time, and fewer at the end
    return cases;
  }

  private static Case normalization(int pixels, int channels, int groups) {
    return new Case(
        new GroupNormalization(pixels, channels, groups, Activation.TANH),
        (p, x) -> normalized(pixels, channels, groups, p, x));
  }

  private static double[] normalized(int pixels, int channels, int groups, double[] p, double[] x) {
    double[] out = new double[x.length];
    int each = channels / groups;
    for (int r = 0; r < ROWS; r++) {
      for (int g = 0; g < groups; g++) {
        double sum = 0;
        for (int i = 0; i < pixels * each; i++) {
          sum += x[place(r, g, i, pixels, channels, each)];
        }
        double mean = sum / (pixels * each);
        double squares = 0;
        for (int i = 0; i < pixels * each; i++) {
          squares += Math.pow(x[place(r, g, i, pixels, channels, each)] - mean, 2);
        }
        double deviation = Math.sqrt(squares / (pixels * each) + 1e-5);
        for (int i = 0; i < pixels * each; i++) {
          int at = place(r, g, i, pixels, channels, each);
          int c = at % channels;
          out[at] = Math.tanh((x[at] - mean) / deviation * p[c] + p[channels + c]);
        }
      }
    }
    return out;
  }

  /** Where value i of a group is. */
  private static int place(int row, int group, int i, int pixels, int channels, int each) {
    return (row * pixels + i / each) * channels + group * each + i % each;
  }

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.cpu(), Kernels.nd4j());
  }

  /** A mean that is large beside the deviation must not drown it. */
  @ParameterizedTest
  @MethodSource("kernels")
  void meansFarFromZero(Kernels kernels) {
    int pixels = 4000;
    int channels = 8;
    float[] x = new float[pixels * channels];
    RandomStream random = new RandomStream(5, Purpose.GENERATION, 0, 0, 0);
    random.fillGaussian(x, x.length);
    for (int i = 0; i < x.length; i++) {
      x[i] = 1000 + x[i] / 8;
    }
    float[] y =
        firstOutput(kernels, new GroupNormalization(pixels, channels, 2, Activation.IDENTITY), x);
    double sum = 0;
    double squares = 0;
    for (float value : y) {
      sum += value;
      squares += value * value;
    }
    assertThat(sum / y.length).isCloseTo(0, within(3e-3)); // x has steps of 6e-5
    assertThat(squares / y.length).isCloseTo(1, within(3e-3));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void imagesWithoutAnyVariance(Kernels kernels) {
    float[] x = new float[50 * 4];
    Arrays.fill(x, 0.3f);
    assertThat(firstOutput(kernels, new GroupNormalization(50, 4, 2, Activation.IDENTITY), x))
        .usingComparatorWithPrecision(1e-3f)
        .containsOnly(0f);
  }

  /** What a layer with its first parameters makes of one image. */
  private static float[] firstOutput(Kernels kernels, Layer layer, float[] x) {
    float[] parameters = new float[layer.parameters()];
    layer.initialise(parameters, 0, new RandomStream(1, Purpose.INITIALISATION, 0, 0, 0));
    try (Workspace workspace = new Workspace(kernels, parameters.length, false)) {
      kernels.upload(parameters, 0, workspace.parameters(), 0, parameters.length);
      Layer.Bound bound = layer.bind(workspace, 0, 1);
      Matrix in = workspace.matrix(1, layer.inputs());
      kernels.uploadRow(x, 0, in, 0);
      bound.forward(1, in);
      float[] y = new float[layer.outputs()];
      bound.copyOutput(0, y.length, y, 0);
      return y;
    }
  }

  @Test
  void startsWithoutAnEffectOfItsOwn() {
    float[] values = new float[8];
    Arrays.fill(values, 5f);
    new GroupNormalization(9, 3, 1, Activation.RELU)
        .initialise(values, 1, new RandomStream(1, Purpose.INITIALISATION, 0, 0, 0));
    assertThat(values).containsExactly(5, 1, 1, 1, 0, 0, 0, 5);
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new GroupNormalization(9, 6, 4, Activation.RELU))
        .hasMessage("groups must be a divisor of the 6 channels, but is 4");
    assertThatThrownBy(() -> new GroupNormalization(0, 6, 4, Activation.RELU))
        .hasMessage("group normalisation needs at least 1 pixel and 1 channel, but has 0 and 6");
  }
}
