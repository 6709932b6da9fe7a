package ai.narrows.nn.score;

import ai.narrows.nn.kernels.Labelled;

/** What a row's anomaly score is; higher is more anomalous with all of them. */
public enum ScoreMethod implements Labelled {
  /** Mean squared error per pixel, at least 0. */
  RECONSTRUCTION_ERROR("reconstructionError"),
  /**
   * Mean over the pixels of the squared error over what is usual in this pixel, at least 0 and
   * about 1 for training rows: what is hard to rebuild in every image says little. What is usual is
   * half-way between the training rows' mean squared error in this pixel and that in all pixels: of
   * pixels that hardly vary, such as a background, small errors say little, too.
   */
  NORMALIZED_ERROR("normalizedError"),
  /**
   * The highest value of the row's error map, from 0 to 1: the root of the mean over a pixel's
   * channels of the squared error, errors smoothed. It lies above a pixel threshold where a pixel
   * does. A defect counts by how far it is off, however small a part of the image it covers.
   */
  MAXIMUM_ERROR("maximumError"),
  /**
   * Negative evidence lower bound with beta 1 (Kingma and Welling 2014, equation 3), relative to
   * the best likelihood that any model could give the row: the divergence from the prior plus the
   * mean deviance over the draws, in nats, at least 0. For variational autoencoders.
   */
  ELBO("elbo"),
  /**
   * Negative logarithm of the likelihood's mean over draws from the posterior (An and Cho 2015,
   * algorithm 4), relative as {@link #ELBO} is, in nats, at least 0. For variational autoencoders.
   */
  RECONSTRUCTION_PROBABILITY("reconstructionProbability"),
  /** Mahalanobis distance of the latent from the training latents, at least 0. */
  LATENT_DISTANCE("latentDistance"),
  /**
   * Mahalanobis distance between the latents of the reconstruction and of the row itself, as
   * training rows have it, at least 0: of what a model knows, the latent survives being rebuilt.
   * The normalised aggregation along the projection pathway (RaPP, Kim et al. 2020, section 3.2) at
   * its innermost layer.
   */
  REENCODING_DISTANCE("reencodingDistance"),
  /**
   * Logarithm of the mean of {@code exp(z)} over three parts, any number, near 0 for training rows.
   * A part's z is by how many of the training rows' standard deviations {@link #NORMALIZED_ERROR},
   * or the square of {@link #LATENT_DISTANCE} or {@link #REENCODING_DISTANCE}, lies above its mean:
   * what varies much among normal rows counts for little. An anomaly that is rebuilt well lies far
   * out, or the other way round, so the largest z says most, and parts that agree say a little
   * more. With {@code exp(-z)} for the p-value of a part it is minus the logarithm of the harmonic
   * mean p-value (Wilson 2019, PNAS 116, equation 1), which holds for parts that depend on each
   * other.
   */
  COMBINED("combined");

  private final String label;

  ScoreMethod(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  /** Whether it needs a likelihood, which only a variational autoencoder has. */
  public boolean likelihood() {
    return this == ELBO || this == RECONSTRUCTION_PROBABILITY;
  }

  /** Whether it needs {@link ScoreStatistics} of the training rows, or their smoothing. */
  public boolean statistics() {
    return switch (this) {
      case NORMALIZED_ERROR, MAXIMUM_ERROR, LATENT_DISTANCE, REENCODING_DISTANCE, COMBINED -> true;
      case RECONSTRUCTION_ERROR, ELBO, RECONSTRUCTION_PROBABILITY -> false;
    };
  }

  /**
   * About how far a row's scores lie apart that are computed at different places of a batch, where
   * sums are rounded differently. A distance near 0 is what is left of numbers near 1, and of two
   * latents that are subtracted from each other the fewest sound digits are left; a standard score
   * near 0 is such a difference, too.
   *
   * @return at least 0, in the score's unit
   */
  public double rounding(double score) {
    return switch (this) {
      case COMBINED, REENCODING_DISTANCE -> 1e-4 * Math.max(1, Math.abs(score));
      case LATENT_DISTANCE -> 1e-5 * Math.max(1, score);
      default -> 1e-5 * Math.abs(score);
    };
  }

  /**
   * The method with this name, in any case.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static ScoreMethod of(String name) {
    return Labelled.of(ScoreMethod.class, "scoreMethod", name);
  }

  /** All names, separated by commas. */
  public static String names() {
    return Labelled.names(ScoreMethod.class);
  }
}
