package ai.narrows.ml.params;

import ai.narrows.images.ImageShape;
import ai.narrows.nn.Corruption;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Objective;
import ai.narrows.nn.layers.Architecture;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of the loss that training minimizes.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface ObjectiveParams<E extends Params> extends ParamOwner<E> {

  Definition<Param<String>, String> LOSS =
      Definition.choice(
              "loss",
              "mse",
              "mse (mean squared error; not for variational autoencoders)",
              "ssim (structural dissimilarity; likewise)",
              "bce (binary cross-entropy)",
              "gaussian (Gaussian negative log-likelihood)")
          .in(Group.OBJECTIVE, "reconstruction loss");

  /**
   * Reconstruction loss.
   *
   * @group param
   */
  default Param<String> loss() {
    return paramSet().of(LOSS);
  }

  /**
   * Value of {@link #loss}.
   *
   * @group getParam
   */
  default String getLoss() {
    return paramSet().value(LOSS);
  }

  /**
   * Sets {@link #loss}.
   *
   * @group setParam
   */
  default E setLoss(String value) {
    return paramSet().set(LOSS, value);
  }

  Definition<DoubleParam, Double> SIGMA =
      Definition.number("sigma", "> 0", 0.1)
          .in(
              Group.OBJECTIVE,
              "standard deviation of a pixel under loss gaussian, in units of [0, 1]");

  /**
   * Standard deviation of a pixel under loss gaussian.
   *
   * @group param
   */
  default DoubleParam sigma() {
    return paramSet().of(SIGMA);
  }

  /**
   * Value of {@link #sigma}.
   *
   * @group getParam
   */
  default double getSigma() {
    return paramSet().value(SIGMA);
  }

  /**
   * Sets {@link #sigma}.
   *
   * @group setParam
   */
  default E setSigma(double value) {
    return paramSet().set(SIGMA, value);
  }

  Definition<BooleanParam, Boolean> LEARN_SIGMA =
      Definition.flag("learnSigma", false)
          .in(
              Group.OBJECTIVE,
              "whether sigma is learned under loss gaussian, starting from its given value");

  /**
   * Whether sigma is learned.
   *
   * @group param
   */
  default BooleanParam learnSigma() {
    return paramSet().of(LEARN_SIGMA);
  }

  /**
   * Value of {@link #learnSigma}.
   *
   * @group getParam
   */
  default boolean getLearnSigma() {
    return paramSet().value(LEARN_SIGMA);
  }

  /**
   * Sets {@link #learnSigma}.
   *
   * @group setParam
   */
  default E setLearnSigma(boolean value) {
    return paramSet().set(LEARN_SIGMA, value);
  }

  Definition<DoubleParam, Double> BETA =
      Definition.number("beta", ">= 0", 1.0)
          .in(
              Group.OBJECTIVE,
              "weight of the KL divergence from the prior in the loss of a variational autoencoder");

  /**
   * Weight of the KL divergence.
   *
   * @group param
   */
  default DoubleParam beta() {
    return paramSet().of(BETA);
  }

  /**
   * Value of {@link #beta}.
   *
   * @group getParam
   */
  default double getBeta() {
    return paramSet().value(BETA);
  }

  /**
   * Sets {@link #beta}.
   *
   * @group setParam
   */
  default E setBeta(double value) {
    return paramSet().set(BETA, value);
  }

  Definition<DoubleParam, Double> KL_WARMUP_EPOCHS =
      Definition.number("klWarmupEpochs", ">= 0", 0.0)
          .in(Group.OBJECTIVE, "epochs of KL annealing, over which beta rises linearly from 0")
          .note("0 disables it")
          .rarely();

  /**
   * Epochs of KL annealing.
   *
   * @group expertParam
   */
  default DoubleParam klWarmupEpochs() {
    return paramSet().of(KL_WARMUP_EPOCHS);
  }

  /**
   * Value of {@link #klWarmupEpochs}.
   *
   * @group expertGetParam
   */
  default double getKlWarmupEpochs() {
    return paramSet().value(KL_WARMUP_EPOCHS);
  }

  /**
   * Sets {@link #klWarmupEpochs}.
   *
   * @group expertSetParam
   */
  default E setKlWarmupEpochs(double value) {
    return paramSet().set(KL_WARMUP_EPOCHS, value);
  }

  Definition<DoubleParam, Double> FREE_BITS =
      Definition.number("freeBits", ">= 0", 0.0)
          .in(
              Group.OBJECTIVE,
              "KL (nats) per latent dimension that is not penalized, averaged over the minibatch")
          .rarely();

  /**
   * KL per latent dimension that is not penalized.
   *
   * @group expertParam
   */
  default DoubleParam freeBits() {
    return paramSet().of(FREE_BITS);
  }

  /**
   * Value of {@link #freeBits}.
   *
   * @group expertGetParam
   */
  default double getFreeBits() {
    return paramSet().value(FREE_BITS);
  }

  /**
   * Sets {@link #freeBits}.
   *
   * @group expertSetParam
   */
  default E setFreeBits(double value) {
    return paramSet().set(FREE_BITS, value);
  }

  Definition<DoubleParam, Double> ACTIVITY_PENALTY =
      Definition.number("activityPenalty", ">= 0", 0.0)
          .in(
              Group.OBJECTIVE,
              "weight of an L1 penalty on the latent in the loss of an autoencoder that is not variational")
          .rarely();

  /**
   * Weight of an L1 penalty on the latent.
   *
   * @group expertParam
   */
  default DoubleParam activityPenalty() {
    return paramSet().of(ACTIVITY_PENALTY);
  }

  /**
   * Value of {@link #activityPenalty}.
   *
   * @group expertGetParam
   */
  default double getActivityPenalty() {
    return paramSet().value(ACTIVITY_PENALTY);
  }

  /**
   * Sets {@link #activityPenalty}.
   *
   * @group expertSetParam
   */
  default E setActivityPenalty(double value) {
    return paramSet().set(ACTIVITY_PENALTY, value);
  }

  /**
   * What is minimized.
   *
   * @param shape of the images, or patches, that enter the network
   * @param corruption of the encoder's input
   */
  default Objective objective(Architecture.Latent latent, ImageShape shape, Corruption corruption) {
    return new Objective(
        loss(shape),
        latent == Architecture.Latent.GAUSSIAN ? getBeta() : 1,
        getKlWarmupEpochs(),
        getFreeBits(),
        getActivityPenalty(),
        corruption);
  }

  private Loss loss(ImageShape shape) {
    return switch (getLoss()) {
      case "mse" -> new Loss.MeanSquaredError();
      case "ssim" ->
          new Loss.StructuralDissimilarity(shape.height(), shape.width(), shape.channels());
      case "bce" -> new Loss.BinaryCrossEntropy();
      default ->
          getLearnSigma()
              ? new Loss.LearnedGaussianLikelihood()
              : new Loss.GaussianLikelihood(getSigma());
    };
  }
}
