package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.tensors.Tensor;
import java.util.List;

/**
 * A layer that multiplies by weights W and adds a bias b: its run of the parameter vector is W row
 * by row, then b.
 */
sealed interface AffineLayer extends Layer permits Dense, Convolution, TransposedConvolution {
  /** Rows of W. */
  int weightRows();

  /** Columns of W. */
  int weightColumns();

  /** Length of b. */
  int biases();

  /** Shape of W as the layer thinks of it, as many values as [weightRows, weightColumns]. */
  default List<Integer> weightShape() {
    return List.of(weightRows(), weightColumns());
  }

  /** How many values PyTorch takes one that goes out to be the sum of. */
  int fanIn();

  @Override
  default List<Tensor> tensors() {
    return List.of(new Tensor("weight", weightShape()), Tensor.of("bias", biases()));
  }

  /**
   * Uniform within {@code 1 / sqrt(fanIn)}, weights and bias: what PyTorch's Linear, Conv2d and
   * ConvTranspose2d start from (He et al. 2015, with a = sqrt 5).
   */
  @Override
  default void initialise(float[] values, int offset, RandomStream random) {
    random.fillUniform(values, offset, parameters(), 1 / Math.sqrt(fanIn()));
  }
}
