package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.Windows;
import java.util.List;

/**
 * A convolution: every window of an image [height, width, channels] becomes a pixel of {@code
 * filters} channels, {@code a = f(patch W + b)} with W [kernel, kernel, channels, filters]. Its run
 * of the parameter vector is W, then b.
 *
 * @param windows over the images that come in
 * @param filters channels that go out
 * @param activation of what goes out
 */
public record Convolution(Windows windows, int filters, Activation activation)
    implements AffineLayer {

  public Convolution {
    if (filters < 1) {
      throw new IllegalArgumentException(
          "a convolution needs at least 1 filter, but has " + filters);
    }
  }

  @Override
  public int inputs() {
    return windows.imageSize();
  }

  @Override
  public int outputs() {
    return Math.multiplyExact(windows.count(), filters);
  }

  @Override
  public int weightRows() {
    return windows.patchSize();
  }

  @Override
  public int weightColumns() {
    return filters;
  }

  @Override
  public List<Integer> weightShape() {
    return List.of(windows.kernel(), windows.kernel(), windows.channels(), filters);
  }

  @Override
  public int biases() {
    return filters;
  }

  @Override
  public int fanIn() {
    return windows.patchSize();
  }

  @Override
  public Layer.Bound bind(Workspace workspace, int offset, int capacity) {
    return new Bound(this, workspace, offset, capacity);
  }

  private static final class Bound extends BoundAffineLayer {
    private final UnrolledWindows patches;
    private final Windows windows;
    private final int filters;

    Bound(Convolution layer, Workspace workspace, int offset, int capacity) {
      super(layer, workspace, offset, capacity);
      windows = layer.windows;
      filters = layer.filters;
      patches = new UnrolledWindows(workspace, windows, filters, capacity);
    }

    @Override
    void forward(int rows, Matrix x, Activation f) {
      for (int first = 0; first < rows; first += patches.images()) {
        int images = Math.min(patches.images(), rows - first);
        int pixels = images * windows.count();
        int at = outputAt(first);
        kernels.images().unroll(images, x, first, windows, patches.matrix());
        kernels.layers().multiply(pixels, patches.matrix(), 0, weights, output(), at);
        kernels.layers().biasActivationForward(pixels, output(), at, bias, f);
      }
    }

    @Override
    void backward(int rows, Matrix x, Matrix dx, Activation f) {
      kernels.clear(dWeights);
      kernels.clear(dBias);
      for (int first = 0; first < rows; first += patches.images()) {
        int images = Math.min(patches.images(), rows - first);
        int pixels = images * windows.count();
        int at = outputAt(first);
        kernels.layers().activationBackward(images, first, output(), f, dOutput());
        kernels.layers().biasBackwardAdd(pixels, dOutput(), at, dBias);
        kernels.images().unroll(images, x, first, windows, patches.matrix());
        kernels
            .layers()
            .multiplyBackwardWeightsAdd(pixels, patches.matrix(), 0, dOutput(), at, dWeights);
        if (dx != null) {
          kernels.layers().multiplyTransposed(pixels, dOutput(), at, weights, patches.matrix(), 0);
          kernels.images().rollUp(images, patches.matrix(), windows, dx, first);
        }
      }
    }

    private int outputAt(int row) {
      return row * windows.count() * filters;
    }
  }
}
