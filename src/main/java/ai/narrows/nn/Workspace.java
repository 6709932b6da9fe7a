package ai.narrows.nn;

import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one bound network: the parameters, their gradient, and every activation, closed
 * together.
 */
final class Workspace implements AutoCloseable {
  final Kernels kernels;
  final Buffer parameters; // [parameters]
  private final List<Buffer> buffers = new ArrayList<>();
  private final boolean training;
  private final Buffer gradient; // [parameters], null for inference

  Workspace(Kernels kernels, int parameterCount, boolean training) {
    this.kernels = kernels;
    this.training = training;
    parameters = allocate(parameterCount);
    gradient = training ? allocate(parameterCount) : null;
  }

  Buffer gradient() {
    if (gradient == null) {
      throw new IllegalStateException("this network was made for inference and has no gradient");
    }
    return gradient;
  }

  Buffer allocate(int length) {
    Buffer buffer = kernels.allocate(length);
    buffers.add(buffer);
    return buffer;
  }

  /** A matrix with a buffer of its own. */
  Matrix matrix(int rows, int columns) {
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
  Matrix trainingMatrix(int rows, int columns) {
    return training ? matrix(rows, columns) : null;
  }

  @Override
  public void close() {
    buffers.forEach(Buffer::close);
  }
}
