package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.Windows;
import java.util.List;

/**
 * The transpose of a {@link Convolution}: every pixel that comes in, of {@code channels} values,
 * becomes a patch of the image that goes out, {@code patch = pixel W} with W [channels, kernel,
 * kernel, filters], and where patches overlap they add up; then {@code a = f(sum + b)}. Its run of
 * the parameter vector is W, then b.
 *
 * @param windows over the images that go out, whose channels are the filters
 * @param channels that come in
 * @param activation of what goes out
 */
public record TransposedConvolution(Windows windows, int channels, Activation activation)
    implements AffineLayer {

  public TransposedConvolution {
    if (channels < 1) {
      throw new IllegalArgumentException(
          "a transposed convolution needs at least 1 channel, but has " + channels);
    }
  }

  @Override
  public int inputs() {
    return Math.multiplyExact(windows.count(), channels);
  }

  @Override
  public int outputs() {
    return windows.imageSize();
  }

  @Override
  public int weightRows() {
    return channels;
  }

  @Override
  public int weightColumns() {
    return windows.patchSize();
  }

  @Override
  public List<Integer> weightShape() {
    return List.of(channels, windows.kernel(), windows.kernel(), windows.channels());
  }

  @Override
  public int biases() {
    return windows.channels();
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
    private final int channels;

    Bound(TransposedConvolution layer, Workspace workspace, int offset, int capacity) {
      super(layer, workspace, offset, capacity);
      windows = layer.windows;
      channels = layer.channels;
      patches = new UnrolledWindows(workspace, windows, channels, capacity);
    }

    @Override
    void forward(int rows, Matrix x, Activation f) {
      for (int first = 0; first < rows; first += patches.images()) {
        int images = Math.min(patches.images(), rows - first);
        kernels
            .layers()
            .multiply(images * windows.count(), x, inputAt(first), weights, patches.matrix(), 0);
        kernels.images().rollUp(images, patches.matrix(), windows, output(), first);
        kernels
            .layers()
            .biasActivationForward(
                images * windows.pixels(), output(), first * windows.imageSize(), bias, f);
      }
    }

    @Override
    void backward(int rows, Matrix x, Matrix dx, Activation f) {
      kernels.clear(dWeights);
      kernels.clear(dBias);
      for (int first = 0; first < rows; first += patches.images()) {
        int images = Math.min(patches.images(), rows - first);
        int count = images * windows.count();
        int at = inputAt(first);
        kernels.layers().activationBackward(images, first, output(), f, dOutput());
        kernels
            .layers()
            .biasBackwardAdd(
                images * windows.pixels(), dOutput(), first * windows.imageSize(), dBias);
        kernels.images().unroll(images, dOutput(), first, windows, patches.matrix());
        kernels.layers().multiplyBackwardWeightsAdd(count, x, at, patches.matrix(), 0, dWeights);
        if (dx != null) {
          kernels.layers().multiplyTransposed(count, patches.matrix(), 0, weights, dx, at);
        }
      }
    }

    private int inputAt(int row) {
      return row * windows.count() * channels;
    }
  }
}
