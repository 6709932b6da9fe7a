package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.tensors.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Group normalisation (Wu and He 2018, equations 1, 2 and 7): in every image the channels of a
 * group get mean 0 and variance 1 over all pixels, then each channel a gain and a bias of its own,
 * {@code a = f(gain (x - mean) / sqrt(variance + epsilon) + bias)}. The variance is the biased one.
 * Its run of the parameter vector is the gains, then the biases.
 *
 * <p>Averaging the parameters of workers does it no harm, as it would do to batch normalisation: it
 * keeps no running statistics, and what becomes of an image does not depend on the others of its
 * batch.
 *
 * @param pixels of an image
 * @param channels of an image
 * @param groups that the channels fall into, neighbours together
 * @param activation applied to the normalized values
 */
public record GroupNormalization(int pixels, int channels, int groups, Activation activation)
    implements Layer {
  public GroupNormalization {
    if (pixels < 1 || channels < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "group normalisation needs at least 1 pixel and 1 channel, but has %d and %d",
              pixels,
              channels));
    }
    if (groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "groups must be a divisor of the %d channels, but is %d",
              channels,
              groups));
    }
  }

  @Override
  public int inputs() {
    return Math.multiplyExact(pixels, channels);
  }

  @Override
  public int outputs() {
    return inputs();
  }

  /** The gains are called as PyTorch calls them. */
  @Override
  public List<Tensor> tensors() {
    return List.of(Tensor.of("weight", channels), Tensor.of("bias", channels));
  }

  /** Gains of 1 and biases of 0, as by PyTorch's GroupNorm. */
  @Override
  public void initialise(float[] values, int offset, RandomStream random) {
    Arrays.fill(values, offset, offset + channels, 1f);
    Arrays.fill(values, offset + channels, offset + 2 * channels, 0f);
  }

  @Override
  public Layer.Bound bind(Workspace workspace, int offset, int capacity) {
    return new Bound(this, workspace, offset, capacity);
  }

  private static final class Bound extends BoundLayer {
    private final Matrix gain; // [1, channels]
    private final Matrix bias; // [1, channels]
    private final Matrix dGain; // null for inference, as all gradients
    private final Matrix dBias;
    private final Matrix statistics; // [capacity, 2 groups]

    Bound(GroupNormalization layer, Workspace workspace, int offset, int capacity) {
      super(layer, workspace, capacity);
      gain = workspace.weights(offset, 1, layer.channels);
      bias = workspace.weights(offset + layer.channels, 1, layer.channels);
      dGain = workspace.dWeights(offset, 1, layer.channels);
      dBias = workspace.dWeights(offset + layer.channels, 1, layer.channels);
      statistics = workspace.matrix(capacity, 2 * layer.groups);
    }

    @Override
    void forward(int rows, Matrix x, Activation f) {
      kernels.images().groupNormalizationForward(rows, x, gain, bias, f, statistics, output());
    }

    @Override
    void backward(int rows, Matrix x, Matrix dx, Activation f) {
      kernels.layers().activationBackward(rows, 0, output(), f, dOutput());
      kernels
          .images()
          .groupNormalizationBackward(rows, x, statistics, gain, dOutput(), dGain, dBias, dx);
    }
  }
}
