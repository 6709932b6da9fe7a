package ai.narrows.nn.layers;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Cells;
import ai.narrows.nn.kernels.Windows;
import ai.narrows.tensors.Tensor;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of an {@link Architecture}, in the order of the parameter vector.
 *
 * @param encoder the head is the last
 * @param decoder the output layer is the last
 */
public record LayerStack(List<Layer> encoder, List<Layer> decoder) {

  /** As the architecture describes them. */
  public static LayerStack of(Architecture architecture) {
    Builder builder = new Builder(architecture);
    if (architecture.topology() instanceof Topology.Convolutional convolutional) {
      builder.convolutional(convolutional);
    } else {
      builder.dense((Topology.Dense) architecture.topology());
    }
    return new LayerStack(builder.encoder, builder.decoder);
  }

  /** All layers, the encoder's first. */
  public List<Layer> all() {
    List<Layer> all = new ArrayList<>(encoder);
    all.addAll(decoder);
    return all;
  }

  /**
   * All parameters, in the order of the parameter vector: those of layer i of the encoder as {@code
   * encoder.i.weight} and so on, of its head as {@code bottleneck.weight}, of layer i of the
   * decoder as {@code decoder.i.weight}. Layers without parameters are counted as well.
   */
  List<Tensor> tensors() {
    List<Tensor> tensors = new ArrayList<>();
    int head = encoder.size() - 1;
    for (int i = 0; i < head; i++) {
      add(tensors, "encoder." + i, encoder.get(i));
    }
    add(tensors, "bottleneck", encoder.get(head));
    for (int i = 0; i < decoder.size(); i++) {
      add(tensors, "decoder." + i, decoder.get(i));
    }
    return tensors;
  }

  private static void add(List<Tensor> tensors, String name, Layer layer) {
    layer.tensors().forEach(tensor -> tensors.add(tensor.in(name)));
  }

  private static final class Builder {
    /** Groups of channels that are normalised together, where as many divide them. */
    private static final BigInteger GROUPS = BigInteger.valueOf(8);

    final List<Layer> encoder = new ArrayList<>();
    final List<Layer> decoder = new ArrayList<>();
    private final int latentDim;
    private final int heads;
    private final Activation activation;
    private final Activation outputActivation;

    Builder(Architecture architecture) {
      latentDim = architecture.latentDim();
      heads = architecture.variational() ? Math.multiplyExact(2, latentDim) : latentDim;
      activation = architecture.activation();
      outputActivation = architecture.outputActivation();
    }

    void dense(Topology.Dense topology) {
      List<Integer> hidden = topology.hidden();
      int width = topology.inputs();
      for (int size : hidden) {
        encoder.add(new Dense(width, size, activation));
        width = size;
      }
      encoder.add(new Dense(width, heads, Activation.IDENTITY));
      width = latentDim;
      for (int i = hidden.size() - 1; i >= 0; i--) {
        decoder.add(new Dense(width, hidden.get(i), activation));
        width = hidden.get(i);
      }
      decoder.add(new Dense(width, topology.inputs(), outputActivation));
    }

    void convolutional(Topology.Convolutional t) {
      int steps = t.filters().size();
      int[] heights = sizes(t.height(), t);
      int[] widths = sizes(t.width(), t);
      for (int i = 0; i < steps; i++) {
        smaller(t, heights[i], widths[i], channels(t, i), t.filters().get(i));
      }
      int channels = t.filters().get(steps - 1);
      int flat = Math.multiplyExact(Math.multiplyExact(heights[steps], widths[steps]), channels);
      encoder.add(new Dense(flat, heads, Activation.IDENTITY));
      decoder.add(new Dense(latentDim, flat, activation));
      for (int i = steps - 1; i >= 0; i--) {
        larger(t, heights[i], widths[i], i);
      }
    }

    /** Pixels along an axis, before the first step and behind each. */
    private static int[] sizes(int size, Topology.Convolutional t) {
      int[] sizes = new int[t.filters().size() + 1];
      sizes[0] = size;
      for (int i = 1; i < sizes.length; i++) {
        sizes[i] = (sizes[i - 1] + t.stride() - 1) / t.stride();
      }
      return sizes;
    }

    /** Channels of the image that step i of the encoder sees. */
    private static int channels(Topology.Convolutional t, int i) {
      return i == 0 ? t.channels() : t.filters().get(i - 1);
    }

    private void smaller(
        Topology.Convolutional t, int height, int width, int channels, int filters) {
      boolean pools = t.downsampling() == Topology.Downsampling.AVERAGE_POOLING;
      Windows windows = windows(t, height, width, channels, pools ? 1 : t.stride());
      Layer layer = new Convolution(windows, filters, activation(t, false));
      convolution(t, encoder, layer, windows.count(), false);
      if (pools) {
        encoder.add(new AveragePooling(new Cells(height, width, filters, t.stride())));
      }
    }

    /** The mirror of the encoder's step i, with images of that step's input size. */
    private void larger(Topology.Convolutional t, int height, int width, int i) {
      int channels = t.filters().get(i);
      int filters = channels(t, i);
      boolean output = i == 0;
      int pixels = Math.multiplyExact(height, width);
      if (t.upsampling() == Topology.Upsampling.NEAREST) {
        decoder.add(new NearestUpsampling(new Cells(height, width, channels, t.stride())));
        Windows windows = windows(t, height, width, channels, 1);
        Layer layer = new Convolution(windows, filters, activation(t, output));
        convolution(t, decoder, layer, pixels, output);
      } else {
        Windows windows = windows(t, height, width, filters, t.stride());
        Layer layer = new TransposedConvolution(windows, channels, activation(t, output));
        convolution(t, decoder, layer, pixels, output);
      }
    }

    private static Windows windows(
        Topology.Convolutional t, int height, int width, int channels, int stride) {
      return new Windows(height, width, channels, t.kernelSize(), stride, Windows.Padding.SAME);
    }

    /** Of a convolution itself: none where its normalisation has it. */
    private Activation activation(Topology.Convolutional t, boolean output) {
      if (output) {
        return outputActivation;
      }
      return t.normalization() == Topology.Normalization.GROUP ? Activation.IDENTITY : activation;
    }

    /** A convolution, and the normalisation behind it where there is one. */
    private void convolution(
        Topology.Convolutional t, List<Layer> layers, Layer layer, int pixels, boolean output) {
      layers.add(layer);
      if (!output && t.normalization() == Topology.Normalization.GROUP) {
        int channels = layer.outputs() / pixels;
        int groups = BigInteger.valueOf(channels).gcd(GROUPS).intValue();
        layers.add(new GroupNormalization(pixels, channels, groups, activation));
      }
    }
  }
}
