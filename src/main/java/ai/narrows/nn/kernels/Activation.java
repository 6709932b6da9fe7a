package ai.narrows.nn.kernels;

/**
 * Elementwise activation functions. Each derivative is written in terms of the function's own value
 * {@code a = f(z)}, so that the backward pass needs only what the forward pass left behind.
 */
public enum Activation implements Labelled {
  /** {@code max(0, z)}. */
  RELU("relu"),
  /** {@code z} where positive, otherwise {@code 0.01 z} (Maas et al. 2013). */
  LEAKY_RELU("leakyRelu"),
  /**
   * {@code z} where positive, otherwise {@code exp(z) - 1} (Clevert et al. 2016, equation 15 with
   * alpha 1).
   */
  ELU("elu"),
  /** Hyperbolic tangent, range (-1, 1). */
  TANH("tanh"),
  /** Logistic function {@code 1 / (1 + exp(-z))}, range (0, 1). */
  SIGMOID("sigmoid"),
  /** {@code z} itself. */
  IDENTITY("identity");

  /** Slope of {@link #LEAKY_RELU} on the negative side. */
  public static final float LEAKY_SLOPE = 0.01f;

  private final String label;

  Activation(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  /**
   * The activation with this name, in any case.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static Activation of(String name) {
    return Labelled.of(Activation.class, "activation", name);
  }

  /** All names, separated by commas. */
  public static String names() {
    return Labelled.names(Activation.class);
  }
}
