package ai.narrows.nn.layers;

import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Labelled;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.tensors.Tensor;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The shape of an autoencoder: layers narrowing from the pixels to the latent, and the same
 * mirrored back. Dense with inputs 784, hidden 128, 64, 12 and latent 3:
 * 784-128-64-12-3-12-64-128-784.
 *
 * @param topology the layers before the head, and behind the latent
 * @param latentDim width of the bottleneck
 * @param latent whether the bottleneck is a plain layer or a Gaussian
 * @param activation of the hidden layers; the bottleneck has none
 * @param outputActivation of the last layer
 * @param learnedSigma whether the standard deviation of the outputs is one more parameter, the last
 * @param standardization of what the encoder sees
 */
public record Architecture(
    Topology topology,
    int latentDim,
    Latent latent,
    Activation activation,
    Activation outputActivation,
    boolean learnedSigma,
    Standardization standardization)
    implements Serializable {

  /** Learned standard deviations stay above exp of this (Rybkin et al. 2021, appendix). */
  private static final double LOWEST_LOG_SIGMA = -6;

  /**
   * Rows of a batch where nothing is trained, at most; and at most so many values of activations.
   */
  private static final int INFERENCE_ROWS = 256;

  private static final int INFERENCE_VALUES = 1 << 24;

  /** Dense, without a learned standard deviation. */
  public Architecture(
      int inputs,
      List<Integer> hidden,
      int latentDim,
      Latent latent,
      Activation activation,
      Activation outputActivation) {
    this(
        new Topology.Dense(inputs, hidden), latentDim, latent, activation, outputActivation, false);
  }

  /** Without standardisation. */
  public Architecture(
      Topology topology,
      int latentDim,
      Latent latent,
      Activation activation,
      Activation outputActivation,
      boolean learnedSigma) {
    this(
        topology,
        latentDim,
        latent,
        activation,
        outputActivation,
        learnedSigma,
        Standardization.NONE);
  }

  /** What stands at the bottleneck. */
  public enum Latent implements Labelled {
    /** The encoder's output itself: an autoencoder. */
    DETERMINISTIC("deterministic"),
    /** A Gaussian with diagonal covariance: a variational autoencoder. */
    GAUSSIAN("gaussian");

    private final String label;

    Latent(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  public Architecture {
    if (latentDim < 1) {
      throw new ParamException("latentDim", "must be at least 1", latentDim);
    }
    int channels = standardization.channels();
    boolean fits =
        topology instanceof Topology.Convolutional c
            ? channels == c.channels()
            : channels > 0 && topology.inputs() % channels == 0;
    if (standardization.any() && !fits) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "standardization of %d channels does not fit a network of %s",
              channels,
              topology.text(true)));
    }
  }

  /** The same with another standardisation. */
  public Architecture with(Standardization other) {
    return new Architecture(
        topology, latentDim, latent, activation, outputActivation, learnedSigma, other);
  }

  /** Values per image, height x width x channels. */
  public int inputs() {
    return topology.inputs();
  }

  /**
   * Length of the flat parameter vector.
   *
   * @throws IllegalArgumentException if no vector can be as long
   */
  public int parameters() {
    try {
      return Tensor.count(tensors());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a network of %s has more than %d parameters", this, Integer.MAX_VALUE),
          e);
    }
  }

  /**
   * The parameters by name and shape, in the order of the parameter vector; a learned sigma is
   * {@code sigma.raw}.
   *
   * @throws ArithmeticException if a layer has more than a vector can have
   */
  public List<Tensor> tensors() {
    List<Tensor> tensors = layers().tensors();
    if (learnedSigma) {
      tensors.add(Tensor.of("sigma.raw", 1));
    }
    return tensors;
  }

  /**
   * Rows of a batch in which nothing is trained: 256, or a smaller power of two where their
   * activations would take more than 64 MiB.
   */
  public int inferenceRows() {
    long values = standardization.any() ? 2L * inputs() : inputs();
    for (Layer layer : layers().all()) {
      values += layer.outputs();
    }
    int rows = INFERENCE_ROWS;
    while (rows > 1 && rows * values > INFERENCE_VALUES) {
      rows /= 2;
    }
    return rows;
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
    for (Layer layer : layers().all()) {
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
      throw new ParamException("sigma", "must be above exp(-6) where it is learned", sigma);
    }
    return (float) (LOWEST_LOG_SIGMA + Math.log(Math.expm1(above)));
  }

  /**
   * The standard deviation that the last parameter stands for: its exponential, kept above {@code
   * exp(-6)} by a softplus so that a perfect reconstruction has no infinite likelihood.
   */
  public static double sigma(float raw) {
    double above = raw - LOWEST_LOG_SIGMA; // softplus without overflow
    return Math.exp(LOWEST_LOG_SIGMA + Math.max(above, 0) + Math.log1p(Math.exp(-Math.abs(above))));
  }

  /** Slope of the logarithm of {@link #sigma}. */
  public static double logSigmaSlope(float raw) {
    return 1 / (1 + Math.exp(LOWEST_LOG_SIGMA - raw));
  }

  /** All layers. */
  public LayerStack layers() {
    return LayerStack.of(this);
  }

  /**
   * Such as {@code 784-128-64-12-3-12-64-128-784} or {@code 64x64x3-[32-64 3x3/2]-16-[64-32
   * 3x3/2]-64x64x3}; a Gaussian latent is marked, {@code 784-400-(20)-400-784}.
   */
  @Override
  public String toString() {
    String middle = variational() ? "(" + latentDim + ")" : String.valueOf(latentDim);
    return topology.text(true) + "-" + middle + "-" + topology.text(false);
  }
}
