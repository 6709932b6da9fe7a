package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one bound network: the parameters, their gradient, and every activation, closed
 * together.
 */
public final class Workspace implements AutoCloseable {
  private final Kernels kernels;
  private final Buffer parameters; // [parameters], null where there are none
  private final List<Buffer> buffers = new ArrayList<>();
  private final boolean training;
  private final Buffer gradient; // [parameters], null for inference

  /** Memory for a network of so many parameters; gradients only for training. */
  public Workspace(Kernels kernels, int parameterCount, boolean training) {
    this.kernels = kernels;
    this.training = training;
    parameters = allocate(parameterCount);
    gradient = training ? allocate(parameterCount) : null;
  }

  /** Memory for a network that trains the parameters of another one, which owns them. */
  public Workspace(Kernels kernels, Buffer parameters) {
    this.kernels = kernels;
    this.training = true;
    this.parameters = parameters;
    gradient = allocate(parameters.length());
  }

  /** Memory without parameters, for inference. */
  public Workspace(Kernels kernels) {
    this.kernels = kernels;
    training = false;
    parameters = null;
    gradient = null;
  }

  /** The arithmetic that the memory is for. */
  public Kernels kernels() {
    return kernels;
  }

  /** The flat parameter vector. */
  public Buffer parameters() {
    return parameters;
  }

  /** The parameters' gradient. */
  public Buffer gradient() {
    if (gradient == null) {
      throw new IllegalStateException("this network was made for inference and has no gradient");
    }
    return gradient;
  }

  /** Memory that is closed with the network's. */
  public Buffer allocate(int length) {
    Buffer buffer = kernels.allocate(length);
    buffers.add(buffer);
    return buffer;
  }

  /** A matrix with a buffer of its own. */
  public Matrix matrix(int rows, int columns) {
    return kernels.matrix(allocate(Math.multiplyExact(rows, columns)), 0, rows, columns);
  }

  /** A view on the parameter vector. */
  Matrix weights(int offset, int rows, int columns) {
    return kernels.matrix(parameters, offset, rows, columns);
  }

  /** A view on the gradient; null for inference. */
  Matrix dWeights(int offset, int rows, int columns) {
    return training ? kernels.matrix(gradient, offset, rows, columns) : null;
  }

  /** As {@link #matrix}, needed for training only; null for inference. */
  public Matrix trainingMatrix(int rows, int columns) {
    return training ? matrix(rows, columns) : null;
  }

  @Override
  public void close() {
    buffers.forEach(Buffer::close);
  }
}
