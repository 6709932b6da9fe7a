package ai.narrows.nn;

import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import java.io.Serializable;

/**
 * What a reconstruction is measured by. Every loss is, per row, {@code weight * e + constant} with
 * {@code e} the sum of squared errors, the binary cross-entropy summed over the features, or the
 * structural dissimilarity times the features.
 */
public sealed interface Loss extends Serializable {

  /** Mean over the features of the squared error (then mean over rows); for autoencoders. */
  record MeanSquaredError() implements Loss {}

  /**
   * Structural dissimilarity, {@code 1 - SSIM}: the mean over all windows of {@value #WINDOW} x
   * {@value #WINDOW} pixels and all channels of what luminance, contrast and structure of a window
   * differ by (Wang et al. 2004, equation 13, with constants 0.01^2 and 0.03^2 for values in [0, 1]
   * and every pixel of a window counting alike; as a loss, Bergmann et al. 2018, section 3.1.3),
   * then mean over rows. From 0, where images are equal, to 2. For autoencoders of images.
   *
   * @param height of the images, in pixels, at least {@value #WINDOW}
   * @param width of the images, in pixels, at least {@value #WINDOW}
   * @param channels of the images
   */
  record StructuralDissimilarity(int height, int width, int channels) implements Loss {
    /** Side of a window, in pixels. */
    public static final int WINDOW = 11;

    public StructuralDissimilarity {
      if (height < WINDOW || width < WINDOW) {
        throw new ParamException(
            Message.of(
                "%s needs images of at least %sx%s pixels, but they are %sx%s",
                Message.param("loss", "ssim"), WINDOW, WINDOW, height, width));
      }
    }
  }

  /**
   * Bernoulli negative log-likelihood: binary cross-entropy summed over the features (then mean
   * over rows), computed from logits; needs a sigmoid output.
   */
  record BinaryCrossEntropy() implements Loss {}

  /**
   * Gaussian negative log-likelihood with one fixed standard deviation, summed over the features
   * (then mean over rows).
   *
   * @param sigma standard deviation of a pixel around its reconstruction, in pixel units of [0, 1]
   */
  record GaussianLikelihood(double sigma) implements Loss {
    public GaussianLikelihood {
      if (!(sigma > 0) || Double.isInfinite(sigma)) {
        throw new ParamException("sigma", "must be positive", sigma);
      }
    }
  }

  /**
   * Gaussian negative log-likelihood as {@link GaussianLikelihood}'s, its standard deviation a
   * parameter of the network that is trained, and decays, with the others (Rybkin et al. 2021,
   * section 4.1). What the network has learned so far is {@link Network#resolved}.
   */
  record LearnedGaussianLikelihood() implements Loss {}

  /** Factor on a row's summed error. */
  default double weight(int features) {
    requireFixed();
    if (this instanceof MeanSquaredError || this instanceof StructuralDissimilarity) {
      return 1.0 / features;
    }
    if (this instanceof GaussianLikelihood g) {
      return 0.5 / (g.sigma() * g.sigma());
    }
    return 1.0;
  }

  /** Whether it is the negative logarithm of a likelihood, as variational autoencoders need it. */
  default boolean likelihood() {
    return !(this instanceof MeanSquaredError || this instanceof StructuralDissimilarity);
  }

  /** What a row's loss has beside its weighted error. */
  default double constant(int features) {
    requireFixed();
    if (this instanceof GaussianLikelihood g) {
      return features * (Math.log(g.sigma()) + 0.5 * Math.log(2 * Math.PI));
    }
    return 0;
  }

  private void requireFixed() {
    if (this instanceof LearnedGaussianLikelihood) {
      throw new IllegalStateException("only a network knows the sigma that it has learned");
    }
  }
}
