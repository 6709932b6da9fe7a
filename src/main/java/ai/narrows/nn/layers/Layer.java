package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.tensors.Tensor;
import java.util.List;

/**
 * The description of a layer, apart from its weights: these are a run of {@link #parameters()}
 * values in the network's one flat vector.
 */
public sealed interface Layer permits AffineLayer, GroupNormalization, Resampling {
  /** Values per row that come in. */
  int inputs();

  /** Values per row that go out. */
  int outputs();

  /** What is applied to what goes out. */
  Activation activation();

  /** This layer's parameters, in the order of its run in the parameter vector. */
  List<Tensor> tensors();

  /** Length of that run. */
  default int parameters() {
    return Tensor.count(tensors());
  }

  /**
   * Writes this layer's first weights.
   *
   * @param values the parameter vector; this layer's run from {@code offset} on is overwritten
   */
  void initialise(float[] values, int offset, RandomStream random);

  /** Prepares views and memory for working on up to {@code capacity} rows. */
  Bound bind(Workspace workspace, int offset, int capacity);

  /**
   * A layer with its views on the parameter vector and its own activations; all shapes [rows, n].
   */
  interface Bound {
    /** Where {@link #forward} and {@link #forwardLinear} leave their result. */
    Matrix output();

    /** Copies {@code length} values of {@link #output()} from {@code at} on. */
    void copyOutput(int at, int length, float[] target, int to);

    /**
     * Gradient of the loss with respect to {@link #output()}, filled by whatever comes behind this
     * layer.
     */
    Matrix dOutput();

    /** {@code output = f(what the layer makes of x)}. */
    void forward(int rows, Matrix x);

    /** As {@link #forward} without f: the output layer's activation is fused with the loss. */
    void forwardLinear(int rows, Matrix x);

    /** From {@link #dOutput()}: the gradients of the weights, and dx unless it is null. */
    void backward(int rows, Matrix x, Matrix dx);

    /**
     * As {@link #backward}, with {@link #dOutput()} holding the gradient before the activation
     * already.
     */
    void backwardLinear(int rows, Matrix x, Matrix dx);
  }
}
