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
    float bound = (float) (1 / Math.sqrt(inputs));
    for (int i = 0; i < parameters(); i++) {
      values[offset + i] = (2 * random.nextFloat() - 1) * bound;
    }
  }

  @Override
  public Layer.Bound bind(Workspace workspace, int offset, int capacity) {
    return new Bound(this, workspace, offset, capacity);
  }

  private static final class Bound implements Layer.Bound {
    private final Kernels kernels;
    private final Activation activation;
    private final Matrix weights; // [in, out]
    private final Matrix bias; // [1, out]
    private final Matrix dWeights; // [in, out]
    private final Matrix dBias; // [1, out]
    private final Buffer outputValues; // [capacity * out]
    private final Matrix output; // [capacity, out]
    private final Matrix dOutput; // [capacity, out]

    Bound(Dense layer, Workspace workspace, int offset, int capacity) {
      int in = layer.inputs;
      int out = layer.outputs;
      kernels = workspace.kernels;
      activation = layer.activation;
      weights = workspace.weights(offset, in, out);
      bias = workspace.weights(offset + in * out, 1, out);
      dWeights = workspace.dWeights(offset, in, out);
      dBias = workspace.dWeights(offset + in * out, 1, out);
      outputValues = workspace.allocate(Math.multiplyExact(capacity, out));
      output = kernels.matrix(outputValues, 0, capacity, out);
      dOutput = workspace.trainingMatrix(capacity, out);
    }

    @Override
    public Matrix output() {
      return output;
    }

    @Override
    public void copyOutput(int at, int length, float[] target, int to) {
      kernels.download(outputValues, at, target, to, length);
    }

    @Override
    public Matrix dOutput() {
      return dOutput;
    }

    @Override
    public void forward(int rows, Matrix x) {
      forwardLinear(rows, x);
      kernels.activationForward(rows, output, activation);
    }

    @Override
    public void backward(int rows, Matrix x, Matrix dx) {
      kernels.activationBackward(rows, output, activation, dOutput);
      backwardLinear(rows, x, dx);
    }

    @Override
    public void forwardLinear(int rows, Matrix x) {
      kernels.affineForward(rows, x, weights, bias, output);
    }

    @Override
    public void backwardLinear(int rows, Matrix x, Matrix dx) {
      kernels.multiplyBackwardWeights(rows, x, dOutput, dWeights);
      kernels.biasBackward(rows, dOutput, dBias);
      if (dx != null) {
        kernels.multiplyBackwardInput(rows, dOutput, weights, dx);
      }
    }
  }
}
