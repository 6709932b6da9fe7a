package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Cells;
import ai.narrows.nn.kernels.Matrix;

/**
 * Makes an image larger by repeating its pixels: {@code out[y][x] = in[y / side][x / side]}, all
 * channels alike. In front of a convolution it takes the place of a {@link TransposedConvolution},
 * without the checkerboards of patches that overlap unevenly (Odena et al. 2016).
 *
 * @param cells of the image that goes out; a pixel comes in for each
 */
public record NearestUpsampling(Cells cells) implements Resampling {

  @Override
  public int inputs() {
    return cells.size();
  }

  @Override
  public int outputs() {
    return cells.imageSize();
  }

  @Override
  public Layer.Bound bind(Workspace workspace, int offset, int capacity) {
    return new Bound(this, workspace, capacity);
  }

  private static final class Bound extends BoundLayer {
    private final Cells cells;

    Bound(NearestUpsampling layer, Workspace workspace, int capacity) {
      super(layer, workspace, capacity);
      cells = layer.cells;
    }

    @Override
    void forward(int rows, Matrix x, Activation f) {
      kernels.images().repeatCells(rows, x, cells, Cells.Weight.ONE, output());
      kernels.layers().activationForward(rows, output(), f);
    }

    @Override
    void backward(int rows, Matrix x, Matrix dx, Activation f) {
      kernels.layers().activationBackward(rows, 0, output(), f, dOutput());
      if (dx != null) {
        kernels.images().sumCells(rows, dOutput(), cells, Cells.Weight.ONE, dx);
      }
    }
  }
}
