package ai.narrows.nn;

import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.layers.Architecture;
import java.io.Serializable;

/**
 * What training minimises, averaged over the rows: {@code loss + beta KL + activityPenalty
 * sum|latent|}.
 *
 * @param loss the reconstruction term
 * @param beta weight of the divergence from the prior (Higgins et al. 2017, equation 4); without
 *     meaning for a plain autoencoder
 * @param klWarmupEpochs epochs over which beta rises from 0 (Bowman et al. 2016, section 3.1), 0
 *     for none
 * @param freeBits divergence in nats, averaged over the batch, that every latent dimension has for
 *     nothing (Kingma et al. 2016, equation 15): below it, it does not count; 0 for none
 * @param activityPenalty weight of the latent's absolute values, summed over the latent (sparse
 *     autoencoder); 0 for none
 * @param corruption of the encoder's input
 */
public record Objective(
    Loss loss,
    double beta,
    double klWarmupEpochs,
    double freeBits,
    double activityPenalty,
    Corruption corruption)
    implements Serializable {

  /** Beta, and nothing of the rest. */
  public Objective(Loss loss, double beta) {
    this(loss, beta, 0, 0, 0, new Corruption.None());
  }

  public Objective {
    checkAtLeastZero("beta", beta);
    checkAtLeastZero("klWarmupEpochs", klWarmupEpochs);
    checkAtLeastZero("freeBits", freeBits);
    checkAtLeastZero("activityPenalty", activityPenalty);
  }

  private static void checkAtLeastZero(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new ParamException(name, "must be at least 0", value);
    }
  }

  /** Beta at a point of training, in epochs from its start. */
  public double betaAt(double epoch) {
    return epoch < klWarmupEpochs ? beta * epoch / klWarmupEpochs : beta;
  }

  /**
   * Checks that this can be minimised by such a network.
   *
   * @throws IllegalArgumentException if not, naming the param and what it needs
   */
  public void check(Architecture architecture) {
    if (loss instanceof Loss.BinaryCrossEntropy
        && architecture.outputActivation() != Activation.SIGMOID) {
      throw new ParamException(
          Message.of(
              "%s needs %s, but %s is %s",
              Message.param("loss", "bce"),
              Message.param("outputActivation", "sigmoid"),
              Message.param("outputActivation"),
              architecture.outputActivation().label()));
    }
    if (!loss.likelihood() && architecture.variational()) {
      throw new ParamException(
          Message.of(
              "%s is no likelihood: a variational autoencoder takes bce or gaussian",
              Message.param("loss", loss instanceof Loss.MeanSquaredError ? "mse" : "ssim")));
    }
    if (loss instanceof Loss.LearnedGaussianLikelihood != architecture.learnedSigma()) {
      throw new ParamException(
          Message.of(
              "%s needs %s", Message.param("learnSigma"), Message.param("loss", "gaussian")));
    }
    if (architecture.variational() && activityPenalty > 0) {
      throw new ParamException(
          "activityPenalty",
          Message.of(
              "must be 0 for a variational autoencoder, which has %s", Message.param("beta")),
          activityPenalty);
    }
    if (!architecture.variational() && (klWarmupEpochs > 0 || freeBits > 0)) {
      throw new ParamException(
          klWarmupEpochs > 0 ? "klWarmupEpochs" : "freeBits",
          "must be 0 for an autoencoder, whose latent has no divergence",
          klWarmupEpochs > 0 ? klWarmupEpochs : freeBits);
    }
  }
}
