package ai.narrows.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Range;
import org.junit.jupiter.api.Test;

/** States, clipping and refusals; the formulas themselves are held by the golden runs. */
class UpdaterTest {
  private static final Kernels KERNELS = Kernels.cpu();

  private static Buffer buffer(float... values) {
    Buffer buffer = KERNELS.allocate(values.length);
    KERNELS.upload(values, 0, buffer, 0, values.length);
    return buffer;
  }

  private static float[] values(Buffer buffer) {
    float[] values = new float[buffer.length()];
    KERNELS.download(buffer, 0, values, 0, values.length);
    return values;
  }

  private static void step(
      Updater updater,
      Buffer parameters,
      Buffer gradient,
      UpdaterState state,
      double scale,
      double stepSize) {
    state.countUpdate();
    updater.step(KERNELS, Range.of(parameters), parameters, gradient, state, scale, stepSize);
  }

  private static double scale(double norm, Buffer gradient) {
    return new Clipping(norm).scale(KERNELS.updates().sumOfSquares(Range.of(gradient), gradient));
  }

  /** A state that went over the wire goes on as if it had stayed. */
  @Test
  void aCopiedStateGoesOnAlike() {
    Updater adam = new Updater.Adam(0.9, 0.999, 1e-8, 0.01);
    try (Buffer stayed = buffer(1, 2, 3);
        Buffer moved = buffer(1, 2, 3);
        Buffer gradient = buffer(0.5f, -1, 2);
        UpdaterState first = new UpdaterState(KERNELS, adam, 3);
        UpdaterState second = new UpdaterState(KERNELS, adam, 3)) {
      step(adam, stayed, gradient, first, 1, 0.1);
      step(adam, moved, gradient, second, 1, 0.1);
      float[] wire = new float[7];
      second.copyTo(wire, 1);
      try (UpdaterState third = new UpdaterState(KERNELS, adam, 3)) {
        third.set(second.updates(), wire, 1);
        step(adam, stayed, gradient, first, 1, 0.1);
        step(adam, moved, gradient, third, 1, 0.1);
        assertThat(third.updates()).isEqualTo(2);
      }
      assertThat(values(moved)).isEqualTo(values(stayed));
    }
  }

  @Test
  void clippingShortensLongGradientsOnly() {
    try (Buffer gradient = buffer(3, 4)) {
      assertThat(scale(10, gradient)).isEqualTo(1);
      assertThat(scale(0, gradient)).isEqualTo(1);
      assertThat(scale(1, gradient)).isCloseTo(0.2, within(1e-12));
    }
    assertThatThrownBy(() -> new Clipping(-1))
        .hasMessage("gradientClipNorm must be at least 0, but is -1.0");
  }

  @Test
  void clippedSgdMovesAlongTheShortenedGradient() {
    Updater sgd = new Updater.Sgd(0);
    try (Buffer parameters = buffer(1, 1);
        Buffer gradient = buffer(3, 4);
        UpdaterState state = new UpdaterState(KERNELS, sgd, 2)) {
      step(sgd, parameters, gradient, state, scale(1, gradient), 0.5);
      assertThat(values(parameters)).containsExactly(new float[] {0.7f, 0.6f}, within(1e-6f));
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new Updater.Sgd(-1))
        .hasMessage("weightDecay must be at least 0, but is -1.0");
    assertThatThrownBy(() -> new Updater.Momentum(1, 0))
        .hasMessage("momentum must be at least 0 and below 1, but is 1.0");
    assertThatThrownBy(() -> new Updater.Adam(1, 0.9, 1e-8, 0))
        .hasMessage("beta1 must be at least 0 and below 1, but is 1.0");
    assertThatThrownBy(() -> new Updater.Adam(0.9, -1, 1e-8, 0))
        .hasMessage("beta2 must be at least 0 and below 1, but is -1.0");
    assertThatThrownBy(() -> new Updater.Adam(0.9, 0.9, 0, 0))
        .hasMessage("epsilon must be positive, but is 0.0");
  }
}
