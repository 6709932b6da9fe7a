package io.narrows.nn;

/**
 * The transpose of a {@link Convolution}: every pixel that comes in, of {@code channels} values,
 * becomes a patch of the image that goes out, {@code patch = pixel W} with W [channels, kernel,
 * kernel, filters], and where patches overlap they add up; then {@code a = f(sum + b)}. Its run of
 * the parameter vector is W, then b.
 *
 * @param windows over the images that go out, whose channels are the filters
 * @param channels that come in
 */
record TransposedConvolution(Windows windows, int channels, Activation activation)
    implements AffineLayer {

  TransposedConvolution {
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
    private final Patches patches;
    private final Windows windows;
    private final int channels;

    Bound(TransposedConvolution layer, Workspace workspace, int offset, int capacity) {
      super(layer, workspace, offset, capacity);
      windows = layer.windows;
      channels = layer.channels;
      patches = new Patches(workspace, windows, capacity);
    }

    @Override
    void forward(int rows, Matrix x, Activation f) {
      for (int first = 0; first < rows; first += patches.images()) {
        int images = Math.min(patches.images(), rows - first);
        kernels.multiply(images * windows.count(), x, inputAt(first), weights, patches.matrix(), 0);
        kernels.rollUp(images, patches.matrix(), windows, output(), first);
      }
      kernels.biasActivationForward(rows * windows.height() * windows.width(), output(), bias, f);
    }

    @Override
    public void backwardLinear(int rows, Matrix x, Matrix dx) {
      kernels.clear(dWeights);
      kernels.biasBackward(rows * windows.height() * windows.width(), dOutput(), dBias);
      for (int first = 0; first < rows; first += patches.images()) {
        int images = Math.min(patches.images(), rows - first);
        int pixels = images * windows.count();
        int at = inputAt(first);
        kernels.unroll(images, dOutput(), first, windows, patches.matrix());
        kernels.multiplyBackwardWeightsAdd(pixels, x, at, patches.matrix(), 0, dWeights);
        if (dx != null) {
          kernels.multiplyTransposed(pixels, patches.matrix(), 0, weights, dx, at);
        }
      }
    }

    private int inputAt(int row) {
      return row * windows.count() * channels;
    }
  }
}
