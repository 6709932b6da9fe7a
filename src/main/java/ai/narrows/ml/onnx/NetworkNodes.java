package ai.narrows.ml.onnx;

import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Cells;
import ai.narrows.nn.kernels.GaussianLatent;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Windows;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.AveragePooling;
import ai.narrows.nn.layers.Convolution;
import ai.narrows.nn.layers.Dense;
import ai.narrows.nn.layers.GroupNormalization;
import ai.narrows.nn.layers.Layer;
import ai.narrows.nn.layers.LayerStack;
import ai.narrows.nn.layers.NearestUpsampling;
import ai.narrows.nn.layers.TransposedConvolution;
import ai.narrows.tensors.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network's encoder and decoder as nodes. Either may be added several times; their weights are
 * constants of the graph once. Images are rows [n, inputs] in the order height, width, channels;
 * between two convolutions they are [n, channels, height, width].
 */
final class NetworkNodes {
  private final Graph graph;
  private final Architecture architecture;
  private final float[] parameters;
  private final LayerStack layers;
  private final Map<String, Integer> offsets = new HashMap<>(); // of tensors by name
  private final Map<String, String> weights = new HashMap<>(); // constants by tensor

  /**
   * Values of an encoding, each [n, latentDim].
   *
   * @param mean the latent; a variational autoencoder's mean
   * @param logVariance null of an autoencoder
   */
  record Encoded(String mean, String logVariance) {}

  /**
   * Values of a decoding, each [n, inputs].
   *
   * @param linear before the output activation
   * @param pixels behind it
   */
  record Decoded(String linear, String pixels) {}

  NetworkNodes(Graph graph, Architecture architecture, float[] parameters) {
    this.graph = graph;
    this.architecture = architecture;
    this.parameters = parameters;
    layers = architecture.layers();
    int offset = 0;
    for (Tensor tensor : architecture.tensors()) {
      offsets.put(tensor.name(), offset);
      offset += tensor.count();
    }
  }

  /** Encodes rows of pixels. */
  Encoded encode(String pixels) {
    String x = standardized(pixels);
    Shaped shaped = new Shaped(x, false);
    int head = layers.encoder().size() - 1;
    for (int i = 0; i < head; i++) {
      shaped = apply(layers.encoder().get(i), "encoder." + i, shaped, true);
    }
    String heads = apply(layers.encoder().get(head), "bottleneck", shaped, true).value;
    if (!architecture.variational()) {
      return new Encoded(heads, null);
    }
    int k = architecture.latentDim();
    String raw = graph.slice(heads, 1, k, 2L * k);
    return new Encoded(graph.slice(heads, 1, 0, k), bounded(raw));
  }

  /** What the encoder sees of rows. */
  private String standardized(String pixels) {
    if (!architecture.standardization().any()) {
      return pixels;
    }
    int inputs = architecture.inputs();
    String scale =
        weights.computeIfAbsent(
            "scale",
            name ->
                graph.floats(
                    "standardization.scale",
                    architecture.standardization().scale(inputs),
                    1,
                    inputs));
    String shift =
        weights.computeIfAbsent(
            "shift",
            name ->
                graph.floats(
                    "standardization.shift",
                    architecture.standardization().shift(inputs),
                    1,
                    inputs));
    return graph.add(graph.multiply(pixels, scale), shift);
  }

  /** The log-variance that raw values stand for: {@link GaussianLatent#bounded}. */
  private String bounded(String raw) {
    String upper = graph.number(GaussianLatent.UPPER);
    String lower = graph.number(GaussianLatent.LOWER);
    String inside = graph.node("Clip", raw, lower, upper);
    String above = beyond(graph.subtract(raw, upper));
    String below = beyond(graph.subtract(lower, raw));
    return graph.subtract(graph.add(inside, above), below);
  }

  /** How much a bound is passed, on the scale that grows with the logarithm. */
  private String beyond(String distance) {
    String bend = graph.number(GaussianLatent.BEND);
    String steps = graph.divide(graph.node("Relu", distance), bend);
    return graph.multiply(bend, graph.node("Log", graph.add(graph.number(1), steps)));
  }

  /** Decodes rows of latents. */
  Decoded decode(String latent) {
    Shaped shaped = new Shaped(latent, false);
    int last = layers.decoder().size() - 1;
    for (int i = 0; i < last; i++) {
      shaped = apply(layers.decoder().get(i), "decoder." + i, shaped, true);
    }
    Layer output = layers.decoder().get(last);
    String linear = flat(apply(output, "decoder." + last, shaped, false), output);
    return new Decoded(linear, activated(linear, output.activation()));
  }

  /**
   * What stands between two layers.
   *
   * @param planes whether it is [n, channels, height, width], not [n, values]
   */
  private record Shaped(String value, boolean planes) {}

  private String flat(Shaped shaped, Layer of) {
    return shaped.planes
        ? graph.reshape(graph.transpose(shaped.value, 0, 2, 3, 1), -1, of.outputs())
        : shaped.value;
  }

  private String planes(Shaped shaped, int height, int width, int channels) {
    return shaped.planes
        ? shaped.value
        : graph.transpose(graph.reshape(shaped.value, -1, height, width, channels), 0, 3, 1, 2);
  }

  private Shaped apply(Layer layer, String name, Shaped x, boolean activates) {
    Shaped result;
    if (layer instanceof Dense dense) {
      String rows =
          x.planes
              ? graph.reshape(graph.transpose(x.value, 0, 2, 3, 1), -1, dense.inputs())
              : x.value;
      result = new Shaped(dense(dense, name, rows), false);
    } else if (layer instanceof Convolution convolution) {
      result = new Shaped(convolution(convolution, name, x), true);
    } else if (layer instanceof TransposedConvolution transposed) {
      result = new Shaped(transposed(transposed, name, x), true);
    } else if (layer instanceof GroupNormalization normalization) {
      result = new Shaped(normalized(normalization, name, x.value), true);
    } else if (layer instanceof AveragePooling pooling) {
      result = new Shaped(pooled(pooling.cells(), x.value), true);
    } else {
      Cells cells = ((NearestUpsampling) layer).cells();
      result = new Shaped(upsampled(cells, x), true);
    }
    return activates
        ? new Shaped(activated(result.value, layer.activation()), result.planes)
        : result;
  }

  private String dense(Dense dense, String name, String rows) {
    return graph.node(
        "Gemm",
        rows,
        weight(name + ".weight", dense.inputs(), dense.outputs()),
        weight(name + ".bias", dense.outputs()));
  }

  private String convolution(Convolution layer, String name, Shaped x) {
    Windows w = layer.windows();
    int kernel = w.kernel();
    int[] down = padding(w, w.height(), w.rows());
    int[] across = padding(w, w.width(), w.columns());
    return graph.node(
        "Conv",
        List.of(
            Graph.integers("kernel_shape", kernel, kernel),
            Graph.integers("strides", w.stride(), w.stride()),
            Graph.integers("pads", down[0], across[0], down[1], across[1])),
        planes(x, w.height(), w.width(), w.channels()),
        filters(name, kernel, w.channels(), layer.filters()),
        weight(name + ".bias", layer.filters()));
  }

  /** Pixels that windows look beyond the edges of an axis, in front and behind; not below 0. */
  private static int[] padding(Windows w, int size, int count) {
    int behind = (count - 1) * w.stride() + w.start() + w.kernel() - size;
    return new int[] {-w.start(), Math.max(0, behind)};
  }

  private String transposed(TransposedConvolution layer, String name, Shaped x) {
    Windows w = layer.windows();
    int kernel = w.kernel();
    int down = (w.rows() - 1) * w.stride() + w.start() + kernel - w.height();
    int across = (w.columns() - 1) * w.stride() + w.start() + kernel - w.width();
    return graph.node(
        "ConvTranspose",
        List.of(
            Graph.integers("kernel_shape", kernel, kernel),
            Graph.integers("strides", w.stride(), w.stride()),
            Graph.integers("pads", -w.start(), -w.start(), Math.max(0, down), Math.max(0, across)),
            Graph.integers("output_padding", Math.max(0, -down), Math.max(0, -across))),
        planes(x, w.rows(), w.columns(), layer.channels()),
        transposedFilters(name, layer.channels(), kernel, w.channels()),
        weight(name + ".bias", w.channels()));
  }

  /** Group by group, then by channel: {@code gain h + bias}. */
  private String normalized(GroupNormalization layer, String name, String planes) {
    int groups = layer.groups();
    String ones = weights.computeIfAbsent("ones " + groups, key -> filled("ones", 1, groups));
    String zeros = weights.computeIfAbsent("zeros " + groups, key -> filled("zeros", 0, groups));
    String grouped = graph.reshape(planes, 0, groups, -1);
    String standard =
        graph.node(
            "InstanceNormalization",
            List.of(Graph.number("epsilon", Kernels.NORMALIZATION_EPSILON)),
            grouped,
            ones,
            zeros);
    String gain = weight(name + ".weight", 1, layer.channels(), 1, 1);
    String bias = weight(name + ".bias", 1, layer.channels(), 1, 1);
    String shaped = graph.node("Reshape", standard, graph.node("Shape", planes));
    return graph.add(graph.multiply(shaped, gain), bias);
  }

  private String filled(String name, float value, int count) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return graph.floats(name, values, count);
  }

  private String pooled(Cells cells, String planes) {
    int side = cells.side();
    int down = Math.floorMod(-cells.height(), side); // that the last cell has beyond the image
    int across = Math.floorMod(-cells.width(), side);
    return graph.node(
        "AveragePool",
        List.of(
            Graph.integers("kernel_shape", side, side),
            Graph.integers("strides", side, side),
            Graph.integers("pads", 0, 0, down, across)),
        planes);
  }

  private String upsampled(Cells cells, Shaped x) {
    int side = cells.side();
    int rows = (cells.height() + side - 1) / side;
    int columns = (cells.width() + side - 1) / side;
    String planes = planes(x, rows, columns, cells.channels());
    String scales =
        weights.computeIfAbsent(
            "scales " + side, key -> graph.floats("scales", new float[] {1, 1, side, side}, 4));
    String large =
        graph.node(
            "Resize",
            List.of(
                Graph.word("mode", "nearest"),
                Graph.word("nearest_mode", "floor"),
                Graph.word("coordinate_transformation_mode", "asymmetric")),
            planes,
            "",
            scales);
    if (rows * side > cells.height()) {
      large = graph.slice(large, 2, 0, cells.height());
    }
    return columns * side > cells.width() ? graph.slice(large, 3, 0, cells.width()) : large;
  }

  private String activated(String x, Activation activation) {
    return switch (activation) {
      case RELU -> graph.node("Relu", x);
      case LEAKY_RELU ->
          graph.node("LeakyRelu", List.of(Graph.number("alpha", Activation.LEAKY_SLOPE)), x);
      case ELU -> graph.node("Elu", x);
      case TANH -> graph.node("Tanh", x);
      case SIGMOID -> graph.node("Sigmoid", x);
      case IDENTITY -> x;
    };
  }

  /** A tensor as it lies in the parameter vector. */
  private String weight(String name, long... dimensions) {
    return weights.computeIfAbsent(
        name,
        key -> {
          int count = 1;
          for (long size : dimensions) {
            count *= (int) size;
          }
          float[] values = new float[count];
          System.arraycopy(parameters, offsets.get(name), values, 0, count);
          return graph.floats(name, values, dimensions);
        });
  }

  /** From [kernel, kernel, channels, filters] to [filters, channels, kernel, kernel]. */
  private String filters(String layer, int kernel, int channels, int filters) {
    String name = layer + ".weight";
    return weights.computeIfAbsent(
        name,
        key -> {
          int from = offsets.get(name);
          int area = kernel * kernel;
          float[] values = new float[area * channels * filters];
          for (int p = 0; p < area; p++) {
            for (int c = 0; c < channels; c++) {
              for (int f = 0; f < filters; f++) {
                values[(f * channels + c) * area + p] = parameters[from++];
              }
            }
          }
          return graph.floats(name, values, filters, channels, kernel, kernel);
        });
  }

  /** From [channels, kernel, kernel, filters] to [channels, filters, kernel, kernel]. */
  private String transposedFilters(String layer, int channels, int kernel, int filters) {
    String name = layer + ".weight";
    return weights.computeIfAbsent(
        name,
        key -> {
          int from = offsets.get(name);
          int area = kernel * kernel;
          float[] values = new float[channels * area * filters];
          for (int c = 0; c < channels; c++) {
            for (int p = 0; p < area; p++) {
              for (int f = 0; f < filters; f++) {
                values[(c * filters + f) * area + p] = parameters[from++];
              }
            }
          }
          return graph.floats(name, values, channels, filters, kernel, kernel);
        });
  }
}
