package ai.narrows.ml;

import org.apache.spark.ml.param.Param;

/**
 * Setters of {@link TrainingParams}.
 *
 * @param <E> the estimator itself, so that setters chain
 */
public interface TrainingSetters<E extends TrainingSetters<E>>
    extends TrainingParams, ScoringSetters<E> {

  /**
   * Sets {@link TrainingParams#architecture}: what the network is made of: dense or convolutional.
   */
  default E setArchitecture(String value) {
    return with(architecture(), value);
  }

  /**
   * Sets {@link TrainingParams#hidden}: sizes of a dense encoder's hidden layers from the input
   * inwards; the decoder mirrors them.
   */
  default E setHidden(int... value) {
    return with(hidden(), value);
  }

  /**
   * Sets {@link TrainingParams#filters}: channels behind each convolution of a convolutional
   * encoder, from the input inwards; the decoder mirrors them.
   */
  default E setFilters(int... value) {
    return with(filters(), value);
  }

  /** Sets {@link TrainingParams#kernelSize}: side of the convolutions' windows, in pixels. */
  default E setKernelSize(int value) {
    return with(kernelSize(), value);
  }

  /**
   * Sets {@link TrainingParams#stride}: how many times smaller each convolution makes height and
   * width.
   */
  default E setStride(int value) {
    return with(stride(), value);
  }

  /**
   * Sets {@link TrainingParams#downsampling}: what makes images smaller in a convolutional encoder:
   * strided or averagePooling.
   */
  default E setDownsampling(String value) {
    return with(downsampling(), value);
  }

  /**
   * Sets {@link TrainingParams#upsampling}: what makes them larger in the decoder: transposed or
   * nearest.
   */
  default E setUpsampling(String value) {
    return with(upsampling(), value);
  }

  /**
   * Sets {@link TrainingParams#normalization}: what stands between a convolution and its
   * activation: none or group.
   */
  default E setNormalization(String value) {
    return with(normalization(), value);
  }

  /** Sets {@link TrainingParams#latentDim}: width of the bottleneck, at least 1. */
  default E setLatentDim(int value) {
    return with(latentDim(), value);
  }

  /**
   * Sets {@link TrainingParams#activation}: activation of the hidden layers: relu, leakyRelu, elu,
   * tanh, sigmoid, identity.
   */
  default E setActivation(String value) {
    return with(activation(), value);
  }

  /**
   * Sets {@link TrainingParams#outputActivation}: activation of the output layer; loss bce needs
   * sigmoid.
   */
  default E setOutputActivation(String value) {
    return with(outputActivation(), value);
  }

  /**
   * Sets {@link TrainingParams#loss}: mse or ssim (autoencoder), bce, or gaussian (a likelihood
   * with fixed sigma).
   */
  default E setLoss(String value) {
    return with(loss(), value);
  }

  /**
   * Sets {@link TrainingParams#sigma}: standard deviation of a pixel under loss gaussian, in units
   * of [0, 1].
   */
  default E setSigma(double value) {
    return with(sigma(), value);
  }

  /**
   * Sets {@link TrainingParams#beta}: weight of the divergence from the prior in a variational
   * autoencoder's objective.
   */
  default E setBeta(double value) {
    return with(beta(), value);
  }

  /**
   * Sets {@link TrainingParams#learnSigma}: whether sigma is learned under loss gaussian, from the
   * given value on.
   */
  default E setLearnSigma(boolean value) {
    return with(learnSigma(), value);
  }

  /**
   * Sets {@link TrainingParams#klWarmupEpochs}: epochs over which beta rises from 0 in a
   * variational autoencoder, 0 for none.
   */
  default E setKlWarmupEpochs(double value) {
    return with(klWarmupEpochs(), value);
  }

  /**
   * Sets {@link TrainingParams#freeBits}: divergence in nats that every latent dimension of a
   * variational autoencoder has for nothing, on average over a batch.
   */
  default E setFreeBits(double value) {
    return with(freeBits(), value);
  }

  /**
   * Sets {@link TrainingParams#corruption}: what training does to the images that it shows the
   * encoder: none, masking (some pixels to 0) or gaussian (noise added).
   */
  default E setCorruption(String value) {
    return with(corruption(), value);
  }

  /**
   * Sets {@link TrainingParams#corruptionLevel}: share of the pixels under corruption masking;
   * standard deviation under gaussian, in units of [0, 1].
   */
  default E setCorruptionLevel(double value) {
    return with(corruptionLevel(), value);
  }

  /**
   * Sets {@link TrainingParams#standardization}: what the encoder sees of pixels, none (their
   * values) or perChannel (less the channel's mean, over its standard deviation).
   */
  default E setStandardization(String value) {
    return with(standardization(), value);
  }

  /**
   * Sets {@link TrainingParams#flip}: how training mirrors images, each time by chance: none,
   * horizontal (left and right), vertical (top and bottom) or both.
   */
  default E setFlip(String value) {
    return with(flip(), value);
  }

  /**
   * Sets {@link TrainingParams#shift}: most pixels that training moves images by in each direction,
   * each time by chance, their edges repeated, 0 for none.
   */
  default E setShift(int value) {
    return with(shift(), value);
  }

  /**
   * Sets {@link TrainingParams#errorSmoothing}: side of the square of pixels over which errors are
   * averaged before they are squared in scores normalizedError and combined.
   */
  default E setErrorSmoothing(int value) {
    return with(errorSmoothing(), value);
  }

  /**
   * Sets {@link TrainingParams#activityPenalty}: weight of the sum of the latent's absolute values
   * in an autoencoder's objective.
   */
  default E setActivityPenalty(double value) {
    return with(activityPenalty(), value);
  }

  /** Sets {@link TrainingParams#solver}: adam, momentum or sgd. */
  default E setSolver(String value) {
    return with(solver(), value);
  }

  /** Sets {@link TrainingParams#stepSize}: highest step size, with one worker. */
  default E setStepSize(double value) {
    return with(stepSize(), value);
  }

  /**
   * Sets {@link TrainingParams#stepSizeScaling}: what stepSize is multiplied by: sqrt (root of the
   * number of workers, at most 4), linear (their number) or none.
   */
  default E setStepSizeScaling(String value) {
    return with(stepSizeScaling(), value);
  }

  /**
   * Sets {@link TrainingParams#momentum}: share of the velocity that stays under solver momentum,
   * in [0, 1).
   */
  default E setMomentum(double value) {
    return with(momentum(), value);
  }

  /** Sets {@link TrainingParams#beta1}: decay of adam's first moment, in [0, 1). */
  default E setBeta1(double value) {
    return with(beta1(), value);
  }

  /** Sets {@link TrainingParams#beta2}: decay of adam's second moment, in [0, 1). */
  default E setBeta2(double value) {
    return with(beta2(), value);
  }

  /** Sets {@link TrainingParams#epsilon}: added to the root of adam's second moment. */
  default E setEpsilon(double value) {
    return with(epsilon(), value);
  }

  /**
   * Sets {@link TrainingParams#weightDecay}: weight decay: L2 for sgd and momentum, decoupled for
   * adam.
   */
  default E setWeightDecay(double value) {
    return with(weightDecay(), value);
  }

  /**
   * Sets {@link TrainingParams#stepSizeSchedule}: constant, step (times decayRate every
   * decayEpochs) or cosine (to 0 at the last epoch).
   */
  default E setStepSizeSchedule(String value) {
    return with(stepSizeSchedule(), value);
  }

  /** Sets {@link TrainingParams#decayEpochs}: epochs between the falls of schedule step. */
  default E setDecayEpochs(int value) {
    return with(decayEpochs(), value);
  }

  /** Sets {@link TrainingParams#decayRate}: factor of a fall of schedule step, in (0, 1]. */
  default E setDecayRate(double value) {
    return with(decayRate(), value);
  }

  /** Sets {@link TrainingParams#warmupEpochs}: epochs over which the step size rises from 0. */
  default E setWarmupEpochs(double value) {
    return with(warmupEpochs(), value);
  }

  /**
   * Sets {@link TrainingParams#gradientClipNorm}: longest gradient that is not shortened, 0 for no
   * limit.
   */
  default E setGradientClipNorm(double value) {
    return with(gradientClipNorm(), value);
  }

  /** Sets {@link TrainingParams#epochs}: passes over the training rows. */
  default E setEpochs(int value) {
    return with(epochs(), value);
  }

  /** Sets {@link TrainingParams#batchSize}: rows of a minibatch, per worker. */
  default E setBatchSize(int value) {
    return with(batchSize(), value);
  }

  /**
   * Sets {@link TrainingParams#numWorkers}: workers that share the rows, 0 for the cluster's
   * parallelism.
   */
  default E setNumWorkers(int value) {
    return with(numWorkers(), value);
  }

  /**
   * Sets {@link TrainingParams#averagingFrequency}: minibatches between averagings, 0 for a third
   * of an epoch within 10 to 100.
   */
  default E setAveragingFrequency(int value) {
    return with(averagingFrequency(), value);
  }

  /**
   * Sets {@link TrainingParams#outerMomentum}: share of the velocity of averages that stays from
   * round to round, in [0, 1); -1 for 0.5, or 0 with one worker or in rounds of under 20
   * minibatches.
   */
  default E setOuterMomentum(double value) {
    return with(outerMomentum(), value);
  }

  /**
   * Sets {@link TrainingParams#outerStepSize}: share of the way to the average that a round's end
   * goes.
   */
  default E setOuterStepSize(double value) {
    return with(outerStepSize(), value);
  }

  /**
   * Sets {@link TrainingParams#updaterState}: what the solver remembers after an averaging: average
   * (of the workers) or reset (nothing).
   */
  default E setUpdaterState(String value) {
    return with(updaterState(), value);
  }

  /**
   * Sets {@link TrainingParams#synchronousEpochs}: epochs at the start in which averages are taken
   * after every minibatch, without outer steps.
   */
  default E setSynchronousEpochs(double value) {
    return with(synchronousEpochs(), value);
  }

  /** Sets {@link TrainingParams#seed}: seed of every random stream. */
  default E setSeed(long value) {
    return with(seed(), value);
  }

  /**
   * Sets {@link TrainingParams#validationFraction}: share of the rows kept for validation, in [0,
   * 1).
   */
  default E setValidationFraction(double value) {
    return with(validationFraction(), value);
  }

  /**
   * Sets {@link TrainingParams#patience}: epochs without a better validation loss before training
   * stops early, where validationFraction is above 0; 0 for no early stopping.
   */
  default E setPatience(int value) {
    return with(patience(), value);
  }

  /**
   * Sets {@link TrainingParams#contamination}: share of the training rows held to be anomalous, in
   * [0, 1): it sets the threshold.
   */
  default E setContamination(double value) {
    return with(contamination(), value);
  }

  /** Sets {@link TrainingParams#height}: height to resize images to, 0 to leave them. */
  default E setHeight(int value) {
    return with(height(), value);
  }

  /** Sets {@link TrainingParams#width}: width to resize images to, 0 to leave them. */
  default E setWidth(int value) {
    return with(width(), value);
  }

  /**
   * Sets {@link TrainingParams#channels}: 1 for grey, 3 for colour, 0 to leave images as they are.
   */
  default E setChannels(int value) {
    return with(channels(), value);
  }

  /**
   * Sets {@link TrainingParams#patchSize}: side of the square patches that images are cut into, in
   * pixels, 0 for whole images.
   */
  default E setPatchSize(int value) {
    return with(patchSize(), value);
  }

  /**
   * Sets {@link TrainingParams#patchStride}: pixels from one patch to the next, at most {@link
   * TrainingParams#patchSize}, 0 for half of it.
   */
  default E setPatchStride(int value) {
    return with(patchStride(), value);
  }

  /** Sets {@link TrainingParams#initModel}: saved model to go on from, empty for a fresh start. */
  default E setInitModel(String value) {
    return with(initModel(), value);
  }

  /**
   * Sets {@link TrainingParams#checkpointDir}: directory for checkpoints, from which an interrupted
   * training goes on to the same result, empty for none.
   */
  default E setCheckpointDir(String value) {
    return with(checkpointDir(), value);
  }

  /**
   * Sets {@link TrainingParams#checkpointInterval}: epochs between checkpoints; the last always has
   * one.
   */
  default E setCheckpointInterval(int value) {
    return with(checkpointInterval(), value);
  }

  /** Sets {@link TrainingParams#keepCheckpoints}: how many of the newest checkpoints stay. */
  default E setKeepCheckpoints(int value) {
    return with(keepCheckpoints(), value);
  }

  /**
   * Sets {@link TrainingParams#resume}: go on from the newest checkpoint in checkpointDir, if there
   * is one.
   */
  default E setResume(boolean value) {
    return with(resume(), value);
  }

  @SuppressWarnings("unchecked") // who implements this names itself
  private <V> E with(Param<V> param, V value) {
    set(param, value);
    return (E) this;
  }
}
