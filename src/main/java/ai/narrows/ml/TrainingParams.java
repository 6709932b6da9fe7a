package ai.narrows.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;

/**
 * Params of the estimators: network, objective, updater, schedule, distribution, preprocessing.
 * {@code explainParams()} lists them with their defaults; values are checked by {@code fit}.
 */
public interface TrainingParams extends ScoringParams {

  /** The params themselves, made once per instance. */
  TrainingParamSet trainingParams();

  /** What the network is made of: dense or convolutional. */
  default Param<String> architecture() {
    return trainingParams().architecture;
  }

  /** Sizes of a dense encoder's hidden layers from the input inwards; the decoder mirrors them. */
  default IntArrayParam hidden() {
    return trainingParams().hidden;
  }

  /**
   * Channels behind each convolution of a convolutional encoder, from the input inwards; the
   * decoder mirrors them.
   */
  default IntArrayParam filters() {
    return trainingParams().filters;
  }

  /** Side of the convolutions' windows, in pixels. */
  default IntParam kernelSize() {
    return trainingParams().kernelSize;
  }

  /** How many times smaller each convolution makes height and width. */
  default IntParam stride() {
    return trainingParams().stride;
  }

  /** What makes images smaller in a convolutional encoder: strided or averagePooling. */
  default Param<String> downsampling() {
    return trainingParams().downsampling;
  }

  /** What makes them larger in the decoder: transposed or nearest. */
  default Param<String> upsampling() {
    return trainingParams().upsampling;
  }

  /** What stands between a convolution and its activation: none or group. */
  default Param<String> normalization() {
    return trainingParams().normalization;
  }

  /** Width of the bottleneck, at least 1. */
  default IntParam latentDim() {
    return trainingParams().latentDim;
  }

  /** Activation of the hidden layers: relu, leakyRelu, elu, tanh, sigmoid, identity. */
  default Param<String> activation() {
    return trainingParams().activation;
  }

  /** Activation of the output layer; loss bce needs sigmoid. */
  default Param<String> outputActivation() {
    return trainingParams().outputActivation;
  }

  /** Mse or ssim (autoencoder), bce, or gaussian (a likelihood with fixed sigma). */
  default Param<String> loss() {
    return trainingParams().loss;
  }

  /** Standard deviation of a pixel under loss gaussian, in units of [0, 1]. */
  default DoubleParam sigma() {
    return trainingParams().sigma;
  }

  /** Weight of the divergence from the prior in a variational autoencoder's objective. */
  default DoubleParam beta() {
    return trainingParams().beta;
  }

  /** Whether sigma is learned under loss gaussian, from the given value on. */
  default BooleanParam learnSigma() {
    return trainingParams().learnSigma;
  }

  /** Epochs over which beta rises from 0 in a variational autoencoder, 0 for none. */
  default DoubleParam klWarmupEpochs() {
    return trainingParams().klWarmupEpochs;
  }

  /**
   * Divergence in nats that every latent dimension of a variational autoencoder has for nothing, on
   * average over a batch.
   */
  default DoubleParam freeBits() {
    return trainingParams().freeBits;
  }

  /**
   * What training does to the images that it shows the encoder: none, masking (some pixels to 0) or
   * gaussian (noise added).
   */
  default Param<String> corruption() {
    return trainingParams().corruption;
  }

  /**
   * Share of the pixels under corruption masking; standard deviation under gaussian, in units of
   * [0, 1].
   */
  default DoubleParam corruptionLevel() {
    return trainingParams().corruptionLevel;
  }

  /**
   * What the encoder sees of pixels: none (their values) or perChannel (less the channel's mean,
   * over its standard deviation, in the training rows).
   */
  default Param<String> standardization() {
    return trainingParams().standardization;
  }

  /**
   * How training mirrors images, each time by chance: none, horizontal (left and right), vertical
   * (top and bottom) or both.
   */
  default Param<String> flip() {
    return trainingParams().flip;
  }

  /**
   * Most pixels that training moves images by in each direction, each time by chance, their edges
   * repeated, 0 for none.
   */
  default IntParam shift() {
    return trainingParams().shift;
  }

  /**
   * Side of the square of pixels over which errors are averaged before they are squared in scores
   * normalizedError and combined: odd, 1 for none.
   */
  default IntParam errorSmoothing() {
    return trainingParams().errorSmoothing;
  }

  /** Weight of the sum of the latent's absolute values in an autoencoder's objective. */
  default DoubleParam activityPenalty() {
    return trainingParams().activityPenalty;
  }

  /** Adam, momentum or sgd. */
  default Param<String> solver() {
    return trainingParams().solver;
  }

  /** Highest step size, with one worker. */
  default DoubleParam stepSize() {
    return trainingParams().stepSize;
  }

  /**
   * What stepSize is multiplied by: sqrt (root of the number of workers, at most 4), linear (their
   * number) or none.
   */
  default Param<String> stepSizeScaling() {
    return trainingParams().stepSizeScaling;
  }

  /** Share of the velocity that stays under solver momentum, in [0, 1). */
  default DoubleParam momentum() {
    return trainingParams().momentum;
  }

  /** Decay of adam's first moment, in [0, 1). */
  default DoubleParam beta1() {
    return trainingParams().beta1;
  }

  /** Decay of adam's second moment, in [0, 1). */
  default DoubleParam beta2() {
    return trainingParams().beta2;
  }

  /** Added to the root of adam's second moment. */
  default DoubleParam epsilon() {
    return trainingParams().epsilon;
  }

  /** Weight decay: L2 for sgd and momentum, decoupled for adam. */
  default DoubleParam weightDecay() {
    return trainingParams().weightDecay;
  }

  /** Constant, step (times decayRate every decayEpochs) or cosine (to 0 at the last epoch). */
  default Param<String> stepSizeSchedule() {
    return trainingParams().stepSizeSchedule;
  }

  /** Epochs between the falls of schedule step. */
  default IntParam decayEpochs() {
    return trainingParams().decayEpochs;
  }

  /** Factor of a fall of schedule step, in (0, 1]. */
  default DoubleParam decayRate() {
    return trainingParams().decayRate;
  }

  /** Epochs over which the step size rises from 0. */
  default DoubleParam warmupEpochs() {
    return trainingParams().warmupEpochs;
  }

  /** Longest gradient that is not shortened, 0 for no limit. */
  default DoubleParam gradientClipNorm() {
    return trainingParams().gradientClipNorm;
  }

  /** Passes over the training rows. */
  default IntParam epochs() {
    return trainingParams().epochs;
  }

  /** Rows of a minibatch, per worker. */
  default IntParam batchSize() {
    return trainingParams().batchSize;
  }

  /** Workers that share the rows, 0 for the cluster's parallelism. */
  default IntParam numWorkers() {
    return trainingParams().numWorkers;
  }

  /** Minibatches between averagings, 0 for a third of an epoch within 10 to 100. */
  default IntParam averagingFrequency() {
    return trainingParams().averagingFrequency;
  }

  /**
   * Share of the velocity of averages that stays from round to round, in [0, 1); -1 for 0.5, or 0
   * with one worker or in rounds of under 20 minibatches.
   */
  default DoubleParam outerMomentum() {
    return trainingParams().outerMomentum;
  }

  /** Share of the way to the average that a round's end goes, positive. */
  default DoubleParam outerStepSize() {
    return trainingParams().outerStepSize;
  }

  /** What the solver remembers after an averaging: average (of the workers) or reset (nothing). */
  default Param<String> updaterState() {
    return trainingParams().updaterState;
  }

  /**
   * Epochs at the start in which averages are taken after every minibatch, without outer steps;
   * need not be whole.
   */
  default DoubleParam synchronousEpochs() {
    return trainingParams().synchronousEpochs;
  }

  /** Seed of every random stream. */
  default LongParam seed() {
    return trainingParams().seed;
  }

  /** Share of the rows kept for validation, in [0, 1). */
  default DoubleParam validationFraction() {
    return trainingParams().validationFraction;
  }

  /**
   * Epochs without a better validation loss before training stops early, where {@link
   * #validationFraction} is above 0; 0 for no early stopping.
   */
  default IntParam patience() {
    return trainingParams().patience;
  }

  /** Share of the training rows held to be anomalous, in [0, 1): it sets the threshold. */
  default DoubleParam contamination() {
    return trainingParams().contamination;
  }

  /** Height to resize images to, 0 to leave them. */
  default IntParam height() {
    return trainingParams().height;
  }

  /** Width to resize images to, 0 to leave them. */
  default IntParam width() {
    return trainingParams().width;
  }

  /** 1 for grey, 3 for colour, 0 to leave images as they are. */
  default IntParam channels() {
    return trainingParams().channels;
  }

  /**
   * Side of the square patches that images are cut into, in pixels, 0 for whole images. The network
   * is one for patches, and images may be of any sizes not below it.
   */
  default IntParam patchSize() {
    return trainingParams().patchSize;
  }

  /** Pixels from one patch to the next, at most {@link #patchSize}, 0 for half of it. */
  default IntParam patchStride() {
    return trainingParams().patchStride;
  }

  /** Saved model to go on from, empty for a fresh start. */
  default Param<String> initModel() {
    return trainingParams().initModel;
  }

  /**
   * Directory for checkpoints, from which an interrupted training goes on to the same result, empty
   * for none; one training's alone, so not for a CrossValidator's many.
   */
  default Param<String> checkpointDir() {
    return trainingParams().checkpointDir;
  }

  /** Epochs between checkpoints, at least 1; the last always has one. */
  default IntParam checkpointInterval() {
    return trainingParams().checkpointInterval;
  }

  /** How many of the newest checkpoints stay, at least 1. */
  default IntParam keepCheckpoints() {
    return trainingParams().keepCheckpoints;
  }

  /** Whether to go on from the newest checkpoint in {@link #checkpointDir}, if there is one. */
  default BooleanParam resume() {
    return trainingParams().resume;
  }

  /** Value of {@link #architecture}. */
  default String getArchitecture() {
    return getOrDefault(architecture());
  }

  /** Value of {@link #hidden}. */
  default int[] getHidden() {
    return getOrDefault(hidden());
  }

  /** Value of {@link #filters}. */
  default int[] getFilters() {
    return getOrDefault(filters());
  }

  /** Value of {@link #kernelSize}. */
  default int getKernelSize() {
    return (Integer) getOrDefault(kernelSize());
  }

  /** Value of {@link #stride}. */
  default int getStride() {
    return (Integer) getOrDefault(stride());
  }

  /** Value of {@link #downsampling}. */
  default String getDownsampling() {
    return getOrDefault(downsampling());
  }

  /** Value of {@link #upsampling}. */
  default String getUpsampling() {
    return getOrDefault(upsampling());
  }

  /** Value of {@link #normalization}. */
  default String getNormalization() {
    return getOrDefault(normalization());
  }

  /** Value of {@link #latentDim}. */
  default int getLatentDim() {
    return (Integer) getOrDefault(latentDim());
  }

  /** Value of {@link #activation}. */
  default String getActivation() {
    return getOrDefault(activation());
  }

  /** Value of {@link #outputActivation}. */
  default String getOutputActivation() {
    return getOrDefault(outputActivation());
  }

  /** Value of {@link #loss}. */
  default String getLoss() {
    return getOrDefault(loss());
  }

  /** Value of {@link #sigma}. */
  default double getSigma() {
    return (Double) getOrDefault(sigma());
  }

  /** Value of {@link #beta}. */
  default double getBeta() {
    return (Double) getOrDefault(beta());
  }

  /** Value of {@link #learnSigma}. */
  default boolean getLearnSigma() {
    return (Boolean) getOrDefault(learnSigma());
  }

  /** Value of {@link #klWarmupEpochs}. */
  default double getKlWarmupEpochs() {
    return (Double) getOrDefault(klWarmupEpochs());
  }

  /** Value of {@link #freeBits}. */
  default double getFreeBits() {
    return (Double) getOrDefault(freeBits());
  }

  /** Value of {@link #corruption}. */
  default String getCorruption() {
    return getOrDefault(corruption());
  }

  /** Value of {@link #corruptionLevel}. */
  default double getCorruptionLevel() {
    return (Double) getOrDefault(corruptionLevel());
  }

  /** Value of {@link #standardization}. */
  default String getStandardization() {
    return getOrDefault(standardization());
  }

  /** Value of {@link #flip}. */
  default String getFlip() {
    return getOrDefault(flip());
  }

  /** Value of {@link #shift}. */
  default int getShift() {
    return (Integer) getOrDefault(shift());
  }

  /** Value of {@link #errorSmoothing}. */
  default int getErrorSmoothing() {
    return (Integer) getOrDefault(errorSmoothing());
  }

  /** Value of {@link #activityPenalty}. */
  default double getActivityPenalty() {
    return (Double) getOrDefault(activityPenalty());
  }

  /** Value of {@link #solver}. */
  default String getSolver() {
    return getOrDefault(solver());
  }

  /** Value of {@link #stepSize}. */
  default double getStepSize() {
    return (Double) getOrDefault(stepSize());
  }

  /** Value of {@link #stepSizeScaling}. */
  default String getStepSizeScaling() {
    return getOrDefault(stepSizeScaling());
  }

  /** Value of {@link #momentum}. */
  default double getMomentum() {
    return (Double) getOrDefault(momentum());
  }

  /** Value of {@link #beta1}. */
  default double getBeta1() {
    return (Double) getOrDefault(beta1());
  }

  /** Value of {@link #beta2}. */
  default double getBeta2() {
    return (Double) getOrDefault(beta2());
  }

  /** Value of {@link #epsilon}. */
  default double getEpsilon() {
    return (Double) getOrDefault(epsilon());
  }

  /** Value of {@link #weightDecay}. */
  default double getWeightDecay() {
    return (Double) getOrDefault(weightDecay());
  }

  /** Value of {@link #stepSizeSchedule}. */
  default String getStepSizeSchedule() {
    return getOrDefault(stepSizeSchedule());
  }

  /** Value of {@link #decayEpochs}. */
  default int getDecayEpochs() {
    return (Integer) getOrDefault(decayEpochs());
  }

  /** Value of {@link #decayRate}. */
  default double getDecayRate() {
    return (Double) getOrDefault(decayRate());
  }

  /** Value of {@link #warmupEpochs}. */
  default double getWarmupEpochs() {
    return (Double) getOrDefault(warmupEpochs());
  }

  /** Value of {@link #gradientClipNorm}. */
  default double getGradientClipNorm() {
    return (Double) getOrDefault(gradientClipNorm());
  }

  /** Value of {@link #epochs}. */
  default int getEpochs() {
    return (Integer) getOrDefault(epochs());
  }

  /** Value of {@link #batchSize}. */
  default int getBatchSize() {
    return (Integer) getOrDefault(batchSize());
  }

  /** Value of {@link #numWorkers}. */
  default int getNumWorkers() {
    return (Integer) getOrDefault(numWorkers());
  }

  /** Value of {@link #averagingFrequency}. */
  default int getAveragingFrequency() {
    return (Integer) getOrDefault(averagingFrequency());
  }

  /** Value of {@link #outerMomentum}. */
  default double getOuterMomentum() {
    return (Double) getOrDefault(outerMomentum());
  }

  /** Value of {@link #outerStepSize}. */
  default double getOuterStepSize() {
    return (Double) getOrDefault(outerStepSize());
  }

  /** Value of {@link #updaterState}. */
  default String getUpdaterState() {
    return getOrDefault(updaterState());
  }

  /** Value of {@link #synchronousEpochs}. */
  default double getSynchronousEpochs() {
    return (Double) getOrDefault(synchronousEpochs());
  }

  /** Value of {@link #seed}. */
  default long getSeed() {
    return (Long) getOrDefault(seed());
  }

  /** Value of {@link #validationFraction}. */
  default double getValidationFraction() {
    return (Double) getOrDefault(validationFraction());
  }

  /** Value of {@link #patience}. */
  default int getPatience() {
    return (Integer) getOrDefault(patience());
  }

  /** Value of {@link #contamination}. */
  default double getContamination() {
    return (Double) getOrDefault(contamination());
  }

  /** Value of {@link #height}. */
  default int getHeight() {
    return (Integer) getOrDefault(height());
  }

  /** Value of {@link #width}. */
  default int getWidth() {
    return (Integer) getOrDefault(width());
  }

  /** Value of {@link #channels}. */
  default int getChannels() {
    return (Integer) getOrDefault(channels());
  }

  /** Value of {@link #patchSize}. */
  default int getPatchSize() {
    return (Integer) getOrDefault(patchSize());
  }

  /** Value of {@link #patchStride}. */
  default int getPatchStride() {
    return (Integer) getOrDefault(patchStride());
  }

  /** Value of {@link #initModel}. */
  default String getInitModel() {
    return getOrDefault(initModel());
  }

  /** Value of {@link #checkpointDir}. */
  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  /** Value of {@link #checkpointInterval}. */
  default int getCheckpointInterval() {
    return (Integer) getOrDefault(checkpointInterval());
  }

  /** Value of {@link #keepCheckpoints}. */
  default int getKeepCheckpoints() {
    return (Integer) getOrDefault(keepCheckpoints());
  }

  /** Value of {@link #resume}. */
  default boolean getResume() {
    return (Boolean) getOrDefault(resume());
  }
}
