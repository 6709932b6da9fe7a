package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;

/** What all layers share when they are bound: their output, and its activation. */
abstract class BoundLayer implements Layer.Bound {
  final Kernels kernels;
  private final Activation activation;
  private final Buffer outputValues; // [capacity * outputs]
  private final Matrix output; // [capacity, outputs]
  private final Matrix dOutput; // [capacity, outputs], null for inference

  BoundLayer(Layer layer, Workspace workspace, int capacity) {
    kernels = workspace.kernels();
    activation = layer.activation();
    outputValues = workspace.allocate(Math.multiplyExact(capacity, layer.outputs()));
    output = kernels.matrix(outputValues, 0, capacity, layer.outputs());
    dOutput = workspace.trainingMatrix(capacity, layer.outputs());
  }

  /** {@code output = f(what the layer makes of x)}. */
  abstract void forward(int rows, Matrix x, Activation f);

  /**
   * From {@link #dOutput()}, the gradient behind f, which becomes the one before it: the gradients
   * of the weights, and dx unless it is null.
   */
  abstract void backward(int rows, Matrix x, Matrix dx, Activation f);

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
    backward(rows, x, dx, activation);
  }

  @Override
  public final void backwardLinear(int rows, Matrix x, Matrix dx) {
    backward(rows, x, dx, Activation.IDENTITY);
  }
}
