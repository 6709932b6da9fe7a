package ai.narrows.ml.onnx;

import ai.narrows.ml.onnx.NetworkNodes.Decoded;
import ai.narrows.ml.onnx.NetworkNodes.Encoded;
import ai.narrows.nn.Loss;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ErrorSmoothing;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.nn.score.ScoreStatistics;
import ai.narrows.nn.score.Scoring;
import ai.narrows.tensors.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The scores of rows, as {@link Scoring} computes them. */
final class ScoreNodes {
  private static final double LEAST_POSITIVE = Float.MIN_NORMAL;

  private final Graph graph;
  private final NetworkNodes network;
  private final Loss loss;
  private final ErrorSmoothing smoothing;
  private final Map<String, float[]> statistics = new HashMap<>(); // by the tensor's name
  private final int inputs;
  private final int latentDim;
  private final String pixels;
  private final Encoded encoded;
  private final Decoded decoded;
  private String differences; // null until somebody asks

  /**
   * Of rows that are encoded and decoded here.
   *
   * @param pixels [n, inputs]
   * @param loss with a sigma that is a number
   */
  ScoreNodes(
      Graph graph,
      NetworkNodes network,
      Architecture architecture,
      Loss loss,
      ScoreStatistics statistics,
      String pixels) {
    this.graph = graph;
    this.network = network;
    this.loss = loss;
    this.pixels = pixels;
    smoothing = statistics.smoothing();
    inputs = architecture.inputs();
    latentDim = architecture.latentDim();
    encoded = network.encode(pixels);
    decoded = network.decode(encoded.mean());
    List<Tensor> tensors = ScoreStatistics.tensors(architecture);
    float[] values = new float[Tensor.count(tensors)];
    statistics.copyTo(values, 0);
    int at = 0;
    for (Tensor tensor : tensors) {
      this.statistics.put(tensor.name(), Arrays.copyOfRange(values, at, at + tensor.count()));
      at += tensor.count();
    }
  }

  /** The latent, and its variance. */
  Encoded encoded() {
    return encoded;
  }

  /** The reconstruction [n, inputs]. */
  String reconstruction() {
    return decoded.pixels();
  }

  /** Mean squared error per pixel [n]. */
  String reconstructionError() {
    String squares = graph.square(graph.subtract(decoded.pixels(), pixels));
    return graph.divide(graph.sum(squares, 1), graph.number(inputs));
  }

  /** Where the reconstruction differs, the errors smoothed [n, inputs]. */
  private String differences() {
    if (differences == null) {
      String raw = graph.subtract(decoded.pixels(), pixels);
      int side = smoothing.side();
      differences = side == 1 ? raw : smoothed(raw, side);
    }
    return differences;
  }

  private String smoothed(String rows, int side) {
    String planes =
        graph.transpose(
            graph.reshape(rows, -1, smoothing.height(), smoothing.width(), smoothing.channels()),
            0,
            3,
            1,
            2);
    int margin = side / 2;
    String means =
        graph.node(
            "AveragePool",
            List.of(
                Graph.integers("kernel_shape", side, side),
                Graph.integers("strides", 1, 1),
                Graph.integers("pads", margin, margin, margin, margin)),
            planes);
    return graph.reshape(graph.transpose(means, 0, 2, 3, 1), -1, inputs);
  }

  /** The root of the mean over a pixel's channels of the squared error [n, inputs / channels]. */
  String errorMap() {
    int channels = smoothing.channels();
    String squares = graph.reshape(graph.square(differences()), -1, inputs / channels, channels);
    return graph.node("Sqrt", graph.divide(graph.sum(squares, 2), graph.number(channels)));
  }

  /** The anomaly score [n]. */
  String score(Scoring scoring) {
    return switch (scoring.method()) {
      case RECONSTRUCTION_ERROR -> reconstructionError();
      case NORMALIZED_ERROR -> normalizedError();
      case MAXIMUM_ERROR -> graph.greatest(errorMap(), 1);
      case LATENT_DISTANCE -> graph.node("Sqrt", latentSquares());
      case REENCODING_DISTANCE -> graph.node("Sqrt", shiftSquares());
      case COMBINED -> combined();
      case ELBO, RECONSTRUCTION_PROBABILITY -> likelihood(scoring);
    };
  }

  private String normalizedError() {
    float[] weights = statistics.get("pixelError").clone();
    for (int j = 0; j < weights.length; j++) {
      weights[j] = 1f / weights[j];
    }
    String weighted =
        graph.multiply(
            graph.square(differences()), graph.floats("pixelWeights", weights, 1, inputs));
    return graph.divide(graph.sum(weighted, 1), graph.number(inputs));
  }

  private String latentSquares() {
    return squares(encoded.mean(), "latent");
  }

  private String shiftSquares() {
    String again = network.encode(decoded.pixels()).mean();
    return squares(graph.subtract(again, encoded.mean()), "shift");
  }

  /** Squares of Mahalanobis distances from the mean [n]. */
  private String squares(String vectors, String spread) {
    float[] whitening = statistics.get(spread + ".whitening");
    String mean = graph.floats(spread + ".mean", statistics.get(spread + ".mean"), 1, latentDim);
    String centered = graph.subtract(vectors, mean);
    String white;
    if (whitening.length == latentDim && latentDim > 1) { // taken to be uncorrelated
      white =
          graph.multiply(centered, graph.floats(spread + ".whitening", whitening, 1, latentDim));
    } else {
      String matrix = graph.floats(spread + ".whitening", whitening, latentDim, latentDim);
      white = graph.node("MatMul", centered, graph.transpose(matrix, 1, 0));
    }
    return graph.sum(graph.square(white), 1);
  }

  /** Logarithm of the mean of exp(z) over the parts. */
  private String combined() {
    float[] means = statistics.get("combined.mean");
    float[] deviations = statistics.get("combined.deviation");
    List<String> parts = List.of(normalizedError(), latentSquares(), shiftSquares());
    String[] z = new String[parts.size()];
    for (int p = 0; p < z.length; p++) {
      String above = graph.subtract(parts.get(p), graph.number(means[p]));
      z[p] = graph.divide(above, graph.number(deviations[p]));
    }
    String highest = graph.node("Max", z);
    String sum = null;
    for (String one : z) {
      String power = graph.node("Exp", graph.subtract(one, highest));
      sum = sum == null ? power : graph.add(sum, power);
    }
    String mean = graph.divide(sum, graph.number(z.length));
    return graph.add(highest, graph.node("Log", mean));
  }

  /** The scores that need draws of the latent: these are constants. */
  private String likelihood(Scoring scoring) {
    int samples = scoring.samples();
    String noise = graph.floats("draws", scoring.draws(latentDim), samples, 1, latentDim);
    String sigma = graph.node("Exp", graph.multiply(graph.number(0.5), encoded.logVariance()));
    String drawn = graph.add(encoded.mean(), graph.multiply(sigma, noise)); // [samples, n, k]
    Decoded each = network.decode(graph.reshape(drawn, -1, latentDim));
    String rebuilt =
        loss instanceof Loss.BinaryCrossEntropy
            ? crossEntropies(each.linear(), samples)
            : graph.square(
                graph.subtract(graph.reshape(each.pixels(), samples, -1, inputs), pixels));
    String deviances =
        graph.multiply(graph.sum(rebuilt, 2), graph.number(loss.weight(inputs))); // [samples, n]
    if (scoring.method() == ScoreMethod.ELBO) {
      String mean = graph.divide(graph.sum(deviances, 0), graph.number(samples));
      return graph.add(divergence(), mean);
    }
    String least = graph.least(deviances, 0);
    String shares = graph.sum(graph.node("Exp", graph.subtract(least, deviances)), 0);
    String mean = graph.divide(shares, graph.number(samples));
    return graph.subtract(least, graph.node("Log", mean));
  }

  /**
   * Binary cross-entropies of pixels less the least that they could be.
   *
   * @param logits [samples n, inputs]
   * @return [samples, n, inputs]
   */
  private String crossEntropies(String logits, int samples) {
    String z = graph.reshape(logits, samples, -1, inputs);
    String linear = graph.subtract(graph.node("Relu", z), graph.multiply(z, pixels));
    String tail = graph.node("Softplus", graph.node("Neg", graph.node("Abs", z)));
    String rest = graph.subtract(graph.number(1), pixels);
    String entropy = graph.add(logarithm(pixels), logarithm(rest)); // not above 0
    return graph.add(graph.add(linear, tail), entropy);
  }

  /** {@code p log p}, and 0 for 0. */
  private String logarithm(String p) {
    String positive = graph.node("Max", p, graph.number(LEAST_POSITIVE));
    return graph.multiply(p, graph.node("Log", positive));
  }

  /** The divergence of the posterior from the prior [n]. */
  private String divergence() {
    String variance = graph.node("Exp", encoded.logVariance());
    String squares = graph.add(graph.square(encoded.mean()), variance);
    String each = graph.subtract(graph.subtract(squares, graph.number(1)), encoded.logVariance());
    return graph.multiply(graph.number(0.5), graph.sum(each, 1));
  }
}
