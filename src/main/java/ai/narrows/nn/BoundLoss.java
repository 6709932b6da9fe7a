package ai.narrows.nn;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.Windows;
import ai.narrows.nn.layers.Layer;

/**
 * The error that a {@link Loss} weighs, on a network's memory: from the output layer's logits and
 * the images to each row's error and, where asked, the gradient of the logits.
 */
abstract sealed class BoundLoss {
  /**
   * The memory of one network.
   *
   * @param kernels the arithmetic
   * @param output the output layer, of which the activation is still to come
   * @param activation the output layer's
   * @param x the images [capacity, inputs]
   * @param errors of the rows, overwritten by each pass
   */
  record Memory(
      Kernels kernels, Layer.Bound output, Activation activation, Matrix x, RowValues errors) {
    Matrix logits() {
      return output.output();
    }

    Matrix dLogits() {
      return output.dOutput();
    }

    Matrix error() {
      return errors.matrix();
    }
  }

  final Memory memory;

  private BoundLoss(Memory memory) {
    this.memory = memory;
  }

  static BoundLoss of(Loss loss, Memory memory) {
    if (loss instanceof Loss.BinaryCrossEntropy) {
      return new CrossEntropy(memory);
    }
    if (loss instanceof Loss.StructuralDissimilarity ssim) {
      return new Dissimilarity(memory, ssim);
    }
    return new SquaredError(memory);
  }

  /** Whether this is the error that a loss weighs. */
  abstract boolean measures(Loss loss);

  /** Leaves reconstructions in the output layer and errors in their rows. */
  abstract void forward(int rows);

  /**
   * As {@link #forward}, and the gradient of the logits.
   *
   * @param scale on it
   */
  abstract void forwardBackward(int rows, float scale);

  /** Of mean squared error and Gaussian likelihoods. */
  static final class SquaredError extends BoundLoss {
    SquaredError(Memory memory) {
      super(memory);
    }

    @Override
    boolean measures(Loss loss) {
      return !(loss instanceof Loss.BinaryCrossEntropy)
          && !(loss instanceof Loss.StructuralDissimilarity);
    }

    @Override
    void forward(int rows) {
      memory
          .kernels
          .losses()
          .squaredErrorForward(rows, memory.logits(), memory.activation, memory.x, memory.error());
    }

    @Override
    void forwardBackward(int rows, float scale) {
      memory
          .kernels
          .losses()
          .squaredErrorForwardBackward(
              rows,
              memory.logits(),
              memory.activation,
              memory.x,
              scale,
              memory.error(),
              memory.dLogits());
    }
  }

  private static final class CrossEntropy extends BoundLoss {
    CrossEntropy(Memory memory) {
      super(memory);
    }

    @Override
    boolean measures(Loss loss) {
      return loss instanceof Loss.BinaryCrossEntropy;
    }

    @Override
    void forward(int rows) {
      memory.kernels.losses().crossEntropyForward(rows, memory.logits(), memory.x, memory.error());
    }

    @Override
    void forwardBackward(int rows, float scale) {
      memory
          .kernels
          .losses()
          .crossEntropyForwardBackward(
              rows, memory.logits(), memory.x, scale, memory.error(), memory.dLogits());
    }
  }

  private static final class Dissimilarity extends BoundLoss {
    private final Loss.StructuralDissimilarity loss;
    private final Windows windows;

    Dissimilarity(Memory memory, Loss.StructuralDissimilarity loss) {
      super(memory);
      this.loss = loss;
      int side = Loss.StructuralDissimilarity.WINDOW;
      windows =
          new Windows(loss.height(), loss.width(), loss.channels(), side, 1, Windows.Padding.VALID);
    }

    @Override
    boolean measures(Loss other) {
      return loss.equals(other);
    }

    @Override
    void forward(int rows) {
      memory
          .kernels
          .losses()
          .structuralDissimilarityForward(
              rows, memory.logits(), memory.activation, memory.x, windows, memory.error());
    }

    @Override
    void forwardBackward(int rows, float scale) {
      memory
          .kernels
          .losses()
          .structuralDissimilarityForwardBackward(
              rows,
              memory.logits(),
              memory.activation,
              memory.x,
              windows,
              scale,
              memory.error(),
              memory.dLogits());
    }
  }
}
