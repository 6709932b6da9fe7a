package ai.narrows.nn.layers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.nn.kernels.Activation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fully connected layers against the sums that define them. */
final class DenseTest extends LayerContract {

  @Override
  List<Case> cases() {
    return List.of(
        new Case(new Dense(7, 4, Activation.TANH), (p, x) -> dense(7, 4, p, x)),
        new Case(new Dense(1, 3, Activation.TANH), (p, x) -> dense(1, 3, p, x)));
  }

  private static double[] dense(int inputs, int outputs, double[] p, double[] x) {
    double[] out = new double[ROWS * outputs];
    for (int i = 0; i < out.length; i++) {
      int o = i % outputs;
      double z = p[inputs * outputs + o];
      for (int j = 0; j < inputs; j++) {
        z += x[i / outputs * inputs + j] * p[j * outputs + o];
      }
      out[i] = Math.tanh(z);
    }
    return out;
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new Dense(0, 3, Activation.TANH))
        .hasMessage("a dense layer needs at least 1 input and 1 output, but has 0 and 3");
  }
}
