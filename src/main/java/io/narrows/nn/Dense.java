package io.narrows.nn;

/**
 * A fully connected layer: {@code Z[batch, out] = X[batch, in] W[in, out] + b[out], A = f(Z)}. Its
 * run of the parameter vector is W row by row, then b.
 */
record Dense(int inputs, int outputs, Activation activation) implements Layer {

  Dense {
    if (inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "a dense layer needs at least 1 input and 1 output, but has "
              + inputs
              + " and "
              + outputs);
    }
  }

  @Override
  public int parameters() {
    return Math.addExact(Math.multiplyExact(inputs, outputs), outputs);
  }

  /**
   * Uniform within {@code 1 / sqrt(in)}, weights and bias: what PyTorch's Linear starts from (He et
   * al. 2015, with a = sqrt 5).
   */
  @Override
  public void initialise(float[] values, int offset, RandomStream random) {
    random.fillUniform(values, offset, parameters(), 1 / Math.sqrt(inputs));
  }

  @Override
  public Layer.Bound bind(Workspace workspace, int offset, int capacity) {
    return new Bound(this, workspace, offset, capacity);
  }

  private static final class Bound extends BoundLayer {
    Bound(Dense layer, Workspace workspace, int offset, int capacity) {
      super(layer, workspace, offset, layer.inputs, layer.outputs, layer.outputs, capacity);
    }

    @Override
    void forward(int rows, Matrix x, Activation f) {
      kernels.affineForward(rows, x, weights, bias, output());
      kernels.activationForward(rows, output(), f);
    }

    @Override
    public void backwardLinear(int rows, Matrix x, Matrix dx) {
      kernels.multiplyBackwardWeights(rows, x, dOutput(), dWeights);
      kernels.biasBackward(rows, dOutput(), dBias);
      if (dx != null) {
        kernels.multiplyBackwardInput(rows, dOutput(), weights, dx);
      }
    }
  }
}
