package ai.narrows.nn.score;

import ai.narrows.nn.Loss;
import ai.narrows.nn.Network;
import ai.narrows.nn.RowValues;
import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Layer;
import ai.narrows.nn.layers.Workspace;

/**
 * A network for inference, with the passes over its rows that only scores need. Memory for them is
 * taken when the first is asked for.
 */
public final class ScoringNetwork implements AutoCloseable {
  private final Network network;
  private final Kernels kernels;
  private final Workspace workspace;
  private final int inputs;
  private final int latentDim;
  private RowValues errors; // null until somebody asks, as the rest
  private Buffer pixelValues; // [inputs]
  private Matrix pixels; // [1, inputs]
  private Buffer differenceValues; // [capacity, inputs]
  private Matrix differences; // [capacity, inputs]
  private float[] maps; // [capacity, pixels]
  private float[] heads; // [capacity, the head's width]

  /** A network of an architecture with memory for up to {@code capacity} rows. */
  public ScoringNetwork(Architecture architecture, Kernels kernels, int capacity) {
    this.kernels = kernels;
    network = Network.forInference(architecture, kernels, capacity);
    workspace = new Workspace(kernels);
    inputs = architecture.inputs();
    latentDim = architecture.latentDim();
  }

  /** The network itself. */
  public Network network() {
    return network;
  }

  /**
   * After a {@link Network#reconstructionPass}: its squared errors by pixel.
   *
   * @param sums [inputs], overwritten with the sums over the rows
   */
  void pixelErrors(int rows, ErrorSmoothing smoothing, float[] sums) {
    kernels.losses().columnSquares(rows, differences(rows, smoothing), pixelRow());
    kernels.download(pixelValues, 0, sums, 0, sums.length);
  }

  /**
   * After a {@link Network#reconstructionPass}: where its reconstructions differ from the images.
   *
   * @param smoothing of the errors, the same as in the scores
   * @param maps [rows, inputs / channels], overwritten with the root of the mean over a pixel's
   *     channels of the squared error, from 0 to 1
   */
  public void errorMaps(int rows, ErrorSmoothing smoothing, float[] maps) {
    differences(rows, smoothing);
    int channels = smoothing.channels();
    float[] row = new float[inputs];
    for (int r = 0, to = 0; r < rows; r++) {
      kernels.download(differenceValues, r * inputs, row, 0, inputs);
      for (int at = 0; at < inputs; to++) {
        double sum = 0;
        for (int c = 0; c < channels; c++, at++) {
          sum += (double) row[at] * row[at];
        }
        maps[to] = (float) Math.sqrt(sum / channels);
      }
    }
  }

  /**
   * After a {@link Network#reconstructionPass}: its errors by {@link ScoreMethod#NORMALIZED_ERROR}.
   *
   * @param errors [rows], overwritten
   */
  void normalizedErrors(int rows, ScoreStatistics statistics, double[] errors) {
    float[] weights = statistics.pixelError();
    for (int j = 0; j < weights.length; j++) {
      weights[j] = 1f / weights[j];
    }
    kernels.uploadRow(weights, 0, pixelRow(), 0);
    RowValues sums = rowErrors();
    Matrix differences = differences(rows, statistics.smoothing());
    kernels.losses().weightedSquares(rows, differences, pixels, sums.matrix());
    sums.copyTo(rows, errors);
    for (int r = 0; r < rows; r++) {
      errors[r] /= inputs;
    }
  }

  /**
   * After a {@link Network#reconstructionPass}: its errors by {@link ScoreMethod#MAXIMUM_ERROR}.
   *
   * @param errors [rows], overwritten
   */
  void maximumErrors(int rows, ErrorSmoothing smoothing, double[] errors) {
    int pixels = inputs / smoothing.channels();
    if (maps == null) {
      maps = new float[network.capacity() * pixels];
    }
    errorMaps(rows, smoothing, maps);
    for (int r = 0; r < rows; r++) {
      float highest = 0;
      for (int i = r * pixels; i < (r + 1) * pixels; i++) {
        highest = Math.max(highest, maps[i]);
      }
      errors[r] = highest;
    }
  }

  /**
   * After a {@link Network#reconstructionPass}: how far the latents move when the reconstructions
   * are encoded in their turn. Latents and reconstructions stay as they are.
   *
   * @param shifts [rows, latentDim], overwritten; of a VAE the shifts of the posterior means
   */
  void latentShifts(int rows, float[] shifts) {
    Layer.Bound head = network.head();
    int width = head.output().columns(); // a VAE's has log-variances, too
    if (heads == null) {
      heads = new float[network.capacity() * width];
    }
    head.copyOutput(0, rows * width, heads, 0);
    network.reencodingPass(rows);
    network.copyLatent(rows, shifts, 0);
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < latentDim; j++) {
        shifts[r * latentDim + j] -= heads[r * width + j];
      }
      kernels.uploadRow(heads, r * width, head.output(), r);
    }
  }

  /**
   * How likely a VAE holds the rows to be, under several draws of the latent that all rows share.
   *
   * @param loss a likelihood
   * @param draws [samples, latentDim], standard normal
   * @param deviances [samples, rows], overwritten with the negative log-likelihood less the least
   *     that any reconstruction could have, in nats
   * @param kl [rows], overwritten with the divergence of the posterior from the prior, in nats
   */
  void deviances(int rows, Loss loss, float[] draws, int samples, double[] deviances, double[] kl) {
    Loss likelihood = network.resolved(loss);
    double weight = likelihood.weight(inputs);
    double[] least = leastErrors(rows, likelihood);
    double[] errors = new double[rows];
    network.encodingPass(rows);
    for (int s = 0; s < samples; s++) {
      for (int r = 0; r < rows; r++) {
        network.setNoise(r, draws, s * latentDim);
      }
      network.samplingPass(rows, likelihood, errors);
      for (int r = 0; r < rows; r++) {
        deviances[s * rows + r] = weight * (errors[r] - least[r]);
      }
    }
    network.copyDivergences(rows, kl);
  }

  /** The least summed error that any reconstruction could have [rows]. */
  private double[] leastErrors(int rows, Loss likelihood) {
    double[] least = new double[rows];
    if (likelihood instanceof Loss.BinaryCrossEntropy) {
      kernels.losses().entropyForward(rows, network.input(), rowErrors().matrix());
      errors.copyTo(rows, least);
    }
    return least;
  }

  /** Of the reconstructions from the images [capacity, inputs], smoothed. */
  private Matrix differences(int rows, ErrorSmoothing smoothing) {
    if (differences == null) {
      differenceValues = workspace.allocate(network.capacity() * inputs);
      differences = kernels.matrix(differenceValues, 0, network.capacity(), inputs);
    }
    kernels
        .losses()
        .meanDifference(
            rows, network.reconstruction(), network.input(), smoothing.windows(), differences);
    return differences;
  }

  private Matrix pixelRow() {
    if (pixels == null) {
      pixelValues = workspace.allocate(inputs);
      pixels = kernels.matrix(pixelValues, 0, 1, inputs);
    }
    return pixels;
  }

  private RowValues rowErrors() {
    if (errors == null) {
      errors = new RowValues(workspace, network.capacity());
    }
    return errors;
  }

  /** Gives all memory back. */
  @Override
  public void close() {
    network.close();
    workspace.close();
  }
}
