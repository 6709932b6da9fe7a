package io.narrows.nn;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The shape of an autoencoder: dense layers narrowing from the pixels to the latent, and the same
 * sizes mirrored back. For inputs 784, hidden 128, 64, 12 and latent 3:
 * 784-128-64-12-3-12-64-128-784.
 *
 * @param inputs values per image, height x width x channels
 * @param hidden sizes of the encoder's hidden layers, from the input inwards; may be empty
 * @param latentDim width of the bottleneck
 * @param latent whether the bottleneck is a plain layer or a Gaussian
 * @param activation of the hidden layers; the bottleneck has none
 * @param outputActivation of the last layer
 * @param learnedSigma whether the standard deviation of the outputs is one more parameter, the last
 */
public record Architecture(
    int inputs,
    List<Integer> hidden,
    int latentDim,
    Latent latent,
    Activation activation,
    Activation outputActivation,
    boolean learnedSigma)
    implements Serializable {

  /** Learned standard deviations stay above exp of this (Rybkin et al. 2021, appendix). */
  private static final double LOWEST_LOG_SIGMA = -6;

  /** Without a learned standard deviation. */
  public Architecture(
      int inputs,
      List<Integer> hidden,
      int latentDim,
      Latent latent,
      Activation activation,
      Activation outputActivation) {
    this(inputs, hidden, latentDim, latent, activation, outputActivation, false);
  }

  /** What stands at the bottleneck. */
  public enum Latent {
    /** The encoder's output itself: an autoencoder. */
    DETERMINISTIC,
    /** A Gaussian with diagonal covariance: a variational autoencoder. */
    GAUSSIAN
  }

  public Architecture {
    hidden = List.copyOf(hidden);
    if (inputs < 1) {
      throw new IllegalArgumentException("inputs must be at least 1, but is " + inputs);
    }
    for (int size : hidden) {
      if (size < 1) {
        throw new IllegalArgumentException(
            "every hidden size must be at least 1, but hidden is " + hidden);
      }
    }
    if (latentDim < 1) {
      throw new IllegalArgumentException("latentDim must be at least 1, but is " + latentDim);
    }
    try {
      int total = learnedSigma ? 1 : 0;
      for (Layer layer : layers(inputs, hidden, latentDim, latent, activation, outputActivation)) {
        total = Math.addExact(total, layer.parameters());
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "a network of "
              + inputs
              + " inputs, hidden "
              + hidden
              + " and latent "
              + latentDim
              + " has more than 2147483647 parameters",
          e);
    }
  }

  /** Length of the flat parameter vector. */
  public int parameters() {
    return layers().stream().mapToInt(Layer::parameters).sum() + (learnedSigma ? 1 : 0);
  }

  /** Whether the bottleneck is a Gaussian. */
  public boolean variational() {
    return latent == Latent.GAUSSIAN;
  }

  /** First values of the parameters [{@link #parameters()}], a learned sigma being 1. */
  public float[] initialParameters(long seed) {
    return initialParameters(seed, 1);
  }

  /**
   * First values of the parameters [{@link #parameters()}], a pure function of the arguments.
   *
   * @param sigma where a learned standard deviation begins, above exp(-6)
   */
  public float[] initialParameters(long seed, double sigma) {
    float[] values = new float[parameters()];
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.INITIALISATION, 0, 0, 0);
    int offset = 0;
    for (Layer layer : layers()) {
      layer.initialise(values, offset, random);
      offset += layer.parameters();
    }
    if (learnedSigma) {
      values[offset] = rawLogSigma(sigma);
    }
    return values;
  }

  /**
   * The parameter that stands for a standard deviation, see {@link #sigma}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static float rawLogSigma(double sigma) {
    double above = Math.log(sigma) - LOWEST_LOG_SIGMA;
    if (!(above > 0) || Double.isInfinite(sigma)) {
      throw new IllegalArgumentException(
          "sigma must be above exp(-6) where it is learned, but is " + sigma);
    }
    return (float) (LOWEST_LOG_SIGMA + Math.log(Math.expm1(above)));
  }

  /**
   * The standard deviation that the last parameter stands for: its exponential, kept above {@code
   * exp(-6)} by a softplus so that a perfect reconstruction has no infinite likelihood.
   */
  static double sigma(float raw) {
    double above = raw - LOWEST_LOG_SIGMA; // softplus without overflow
    return Math.exp(LOWEST_LOG_SIGMA + Math.max(above, 0) + Math.log1p(Math.exp(-Math.abs(above))));
  }

  /** Slope of the logarithm of {@link #sigma}. */
  static double logSigmaSlope(float raw) {
    return 1 / (1 + Math.exp(LOWEST_LOG_SIGMA - raw));
  }

  /** All layers in the order of the parameter vector: encoder, head, decoder, output. */
  List<Layer> layers() {
    return layers(inputs, hidden, latentDim, latent, activation, outputActivation);
  }

  private static List<Layer> layers(
      int inputs,
      List<Integer> hidden,
      int latentDim,
      Latent latent,
      Activation activation,
      Activation outputActivation) {
    List<Layer> layers = new ArrayList<>();
    int width = inputs;
    for (int size : hidden) {
      layers.add(new Dense(width, size, activation));
      width = size;
    }
    int heads = latent == Latent.GAUSSIAN ? Math.multiplyExact(2, latentDim) : latentDim;
    layers.add(new Dense(width, heads, Activation.IDENTITY));
    width = latentDim;
    for (int i = hidden.size() - 1; i >= 0; i--) {
      layers.add(new Dense(width, hidden.get(i), activation));
      width = hidden.get(i);
    }
    layers.add(new Dense(width, inputs, outputActivation));
    return layers;
  }

  /**
   * Such as {@code 784-128-64-12-3-12-64-128-784}; a Gaussian latent is marked, {@code
   * 784-400-(20)-400-784}.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(inputs);
    hidden.forEach(size -> text.append('-').append(size));
    text.append(variational() ? "-(" + latentDim + ")" : "-" + latentDim);
    for (int i = hidden.size() - 1; i >= 0; i--) {
      text.append('-').append(hidden.get(i));
    }
    return text.append('-').append(inputs).toString();
  }
}
