package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Matrix;

/**
 * A fully connected layer: {@code Z[batch, out] = X[batch, in] W[in, out] + b[out], A = f(Z)}. Its
 * run of the parameter vector is W row by row, then b.
 *
 * @param inputs values per row that come in, at least 1
 * @param outputs values per row that go out, at least 1
 * @param activation f
 */
public record Dense(int inputs, int outputs, Activation activation) implements AffineLayer {

  public Dense {
    if (inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "a dense layer needs at least 1 input and 1 output, but has "
              + inputs
              + " and "
              + outputs);
    }
  }

  @Override
  public int weightRows() {
    return inputs;
  }

  @Override
  public int weightColumns() {
    return outputs;
  }

  @Override
  public int biases() {
    return outputs;
  }

  @Override
  public int fanIn() {
    return inputs;
  }

  @Override
  public Layer.Bound bind(Workspace workspace, int offset, int capacity) {
    return new Bound(this, workspace, offset, capacity);
  }

  private static final class Bound extends BoundAffineLayer {
    Bound(Dense layer, Workspace workspace, int offset, int capacity) {
      super(layer, workspace, offset, capacity);
    }

    @Override
    void forward(int rows, Matrix x, Activation f) {
      kernels.layers().affineForward(rows, x, weights, bias, output());
      kernels.layers().activationForward(rows, output(), f);
    }

    @Override
    void backward(int rows, Matrix x, Matrix dx, Activation f) {
      kernels.layers().activationBackward(rows, 0, output(), f, dOutput());
      kernels.layers().multiplyBackwardWeights(rows, x, dOutput(), dWeights);
      kernels.layers().biasBackward(rows, dOutput(), dBias);
      if (dx != null) {
        kernels.layers().multiplyBackwardInput(rows, dOutput(), weights, dx);
      }
    }
  }
}
