package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Cells;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.tensors.Tensor;
import java.util.List;

/** A layer between an image and the cells that it falls into, without weights. */
sealed interface Resampling extends Layer permits NearestUpsampling, AveragePooling {
  /** Of the larger image. */
  Cells cells();

  @Override
  default Activation activation() {
    return Activation.IDENTITY;
  }

  @Override
  default List<Tensor> tensors() {
    return List.of();
  }

  @Override
  default void initialise(float[] values, int offset, RandomStream random) {}
}
