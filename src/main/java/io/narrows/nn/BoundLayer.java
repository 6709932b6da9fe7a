package io.narrows.nn;

/** What all layers with weights, a bias and an activation share when they are bound. */
abstract class BoundLayer implements Layer.Bound {
  final Kernels kernels;
  final Matrix weights; // [weightRows, weightColumns]
  final Matrix bias; // [1, biases]
  final Matrix dWeights; // null for inference, as all gradients
  final Matrix dBias;
  private final Activation activation;
  private final Buffer outputValues; // [capacity * outputs]
  private final Matrix output; // [capacity, outputs]
  private final Matrix dOutput; // [capacity, outputs]

  /** With the weights at {@code offset} in the parameter vector, and the bias behind them. */
  BoundLayer(
      Layer layer,
      Workspace workspace,
      int offset,
      int weightRows,
      int weightColumns,
      int biases,
      int capacity) {
    kernels = workspace.kernels;
    activation = layer.activation();
    int biasOffset = offset + weightRows * weightColumns;
    weights = workspace.weights(offset, weightRows, weightColumns);
    bias = workspace.weights(biasOffset, 1, biases);
    dWeights = workspace.dWeights(offset, weightRows, weightColumns);
    dBias = workspace.dWeights(biasOffset, 1, biases);
    outputValues = workspace.allocate(Math.multiplyExact(capacity, layer.outputs()));
    output = kernels.matrix(outputValues, 0, capacity, layer.outputs());
    dOutput = workspace.trainingMatrix(capacity, layer.outputs());
  }

  /** {@code output = f(what the layer makes of x)}. */
  abstract void forward(int rows, Matrix x, Activation f);

  @Override
  public final Matrix output() {
    return output;
  }

  @Override
  public final void copyOutput(int at, int length, float[] target, int to) {
    kernels.download(outputValues, at, target, to, length);
  }

  @Override
  public final Matrix dOutput() {
    return dOutput;
  }

  @Override
  public final void forward(int rows, Matrix x) {
    forward(rows, x, activation);
  }

  @Override
  public final void forwardLinear(int rows, Matrix x) {
    forward(rows, x, Activation.IDENTITY);
  }

  @Override
  public final void backward(int rows, Matrix x, Matrix dx) {
    kernels.activationBackward(rows, output, activation, dOutput);
    backwardLinear(rows, x, dx);
  }
}
