package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Cells;
import ai.narrows.nn.kernels.Matrix;

/**
 * Makes an image smaller: every cell becomes the mean of its pixels, all channels apart. Cells at
 * the edges average over the pixels they have: PyTorch's {@code AvgPool2d(side, ceil_mode=True,
 * count_include_pad=False)}.
 *
 * @param cells of the image that comes in; a pixel goes out for each
 */
public record AveragePooling(Cells cells) implements Resampling {

  @Override
  public int inputs() {
    return cells.imageSize();
  }

  @Override
  public int outputs() {
    return cells.size();
  }

  @Override
  public Layer.Bound bind(Workspace workspace, int offset, int capacity) {
    return new Bound(this, workspace, capacity);
  }

  private static final class Bound extends BoundLayer {
    private final Cells cells;

    Bound(AveragePooling layer, Workspace workspace, int capacity) {
      super(layer, workspace, capacity);
      cells = layer.cells;
    }

    @Override
    void forward(int rows, Matrix x, Activation f) {
      kernels.images().sumCells(rows, x, cells, Cells.Weight.SHARE, output());
      kernels.layers().activationForward(rows, output(), f);
    }

    @Override
    void backward(int rows, Matrix x, Matrix dx, Activation f) {
      kernels.layers().activationBackward(rows, 0, output(), f, dOutput());
      if (dx != null) {
        kernels.images().repeatCells(rows, dOutput(), cells, Cells.Weight.SHARE, dx);
      }
    }
  }
}
