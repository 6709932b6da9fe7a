package ai.narrows.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The params of {@link TrainingParams}: each name, its words and its default stand here and nowhere
 * else.
 */
final class TrainingParamSet {
  final Param<String> architecture;
  final IntArrayParam hidden;
  final IntArrayParam filters;
  final IntParam kernelSize;
  final IntParam stride;
  final Param<String> downsampling;
  final Param<String> upsampling;
  final Param<String> normalization;
  final IntParam latentDim;
  final Param<String> activation;
  final Param<String> outputActivation;
  final Param<String> loss;
  final DoubleParam sigma;
  final DoubleParam beta;
  final BooleanParam learnSigma;
  final DoubleParam klWarmupEpochs;
  final DoubleParam freeBits;
  final Param<String> corruption;
  final DoubleParam corruptionLevel;
  final Param<String> standardization;
  final Param<String> flip;
  final IntParam shift;
  final IntParam errorSmoothing;
  final DoubleParam activityPenalty;
  final Param<String> solver;
  final DoubleParam stepSize;
  final Param<String> stepSizeScaling;
  final DoubleParam momentum;
  final DoubleParam beta1;
  final DoubleParam beta2;
  final DoubleParam epsilon;
  final DoubleParam weightDecay;
  final Param<String> stepSizeSchedule;
  final IntParam decayEpochs;
  final DoubleParam decayRate;
  final DoubleParam warmupEpochs;
  final DoubleParam gradientClipNorm;
  final IntParam epochs;
  final IntParam batchSize;
  final IntParam numWorkers;
  final IntParam averagingFrequency;
  final DoubleParam outerMomentum;
  final DoubleParam outerStepSize;
  final Param<String> updaterState;
  final DoubleParam synchronousEpochs;
  final LongParam seed;
  final DoubleParam validationFraction;
  final IntParam patience;
  final DoubleParam contamination;
  final IntParam height;
  final IntParam width;
  final IntParam channels;
  final IntParam patchSize;
  final IntParam patchStride;
  final Param<String> initModel;
  final Param<String> checkpointDir;
  final IntParam checkpointInterval;
  final IntParam keepCheckpoints;
  final BooleanParam resume;

  private final Params owner;

  TrainingParamSet(Params owner) {
    this.owner = owner;
    architecture =
        text(
            "architecture",
            "what the network is made of: dense (layers as hidden has them) or convolutional (as filters has them)",
            "dense");
    hidden =
        integers(
            "hidden",
            "sizes of a dense encoder's hidden layers from the input inwards; the decoder mirrors them",
            new int[] {128, 64, 12});
    filters =
        integers(
            "filters",
            "channels behind each convolution of a convolutional encoder, from the input inwards; the decoder mirrors them",
            new int[] {32, 64, 128});
    kernelSize = integer("kernelSize", "side of the convolutions' windows, in pixels", 3);
    stride = integer("stride", "how many times smaller each convolution makes height and width", 2);
    downsampling =
        text(
            "downsampling",
            "what makes images smaller in a convolutional encoder: strided (the convolutions) or averagePooling (behind each)",
            "strided");
    upsampling =
        text(
            "upsampling",
            "what makes them larger in the decoder: transposed (convolutions) or nearest (repeated pixels, before each)",
            "transposed");
    normalization =
        text(
            "normalization",
            "what stands between a convolution and its activation: none or group (by each image's own mean and variance)",
            "none");
    latentDim = integer("latentDim", "width of the bottleneck, at least 1", 3);
    activation =
        text(
            "activation",
            "activation of the hidden layers: relu, leakyRelu, elu, tanh, sigmoid, identity",
            "relu");
    outputActivation =
        text(
            "outputActivation",
            "activation of the output layer; loss bce needs sigmoid",
            "sigmoid");
    loss =
        text(
            "loss",
            "mse or ssim (autoencoder), bce, or gaussian (a likelihood with fixed sigma)",
            "mse");
    sigma =
        number(
            "sigma", "standard deviation of a pixel under loss gaussian, in units of [0, 1]", 0.1);
    beta =
        number(
            "beta",
            "weight of the divergence from the prior in a variational autoencoder's objective",
            1.0);
    learnSigma =
        flag(
            "learnSigma",
            "whether sigma is learned under loss gaussian, from the given value on",
            false);
    klWarmupEpochs =
        number(
            "klWarmupEpochs",
            "epochs over which beta rises from 0 in a variational autoencoder, 0 for none",
            0.0);
    freeBits =
        number(
            "freeBits",
            "divergence in nats that every latent dimension of a variational autoencoder has for nothing, on average over a batch",
            0.0);
    corruption =
        text(
            "corruption",
            "what training does to the images that it shows the encoder: none, masking (some pixels to 0) or gaussian (noise added)",
            "none");
    corruptionLevel =
        number(
            "corruptionLevel",
            "share of the pixels under corruption masking; standard deviation under gaussian, in units of [0, 1]",
            0.2);
    standardization =
        text(
            "standardization",
            "what the encoder sees of pixels: none (their values) or perChannel (less the channel's mean, over its standard deviation)",
            "none");
    flip =
        text(
            "flip",
            "how training mirrors images, each time by chance: none, horizontal (left and right), vertical (top and bottom) or both",
            "none");
    shift =
        integer(
            "shift",
            "most pixels that training moves images by in each direction, each time by chance, their edges repeated, 0 for none",
            0);
    errorSmoothing =
        integer(
            "errorSmoothing",
            "side of the square of pixels over which errors are averaged before they are squared in scores normalizedError and combined: odd, 1 for none",
            1);
    activityPenalty =
        number(
            "activityPenalty",
            "weight of the sum of the latent's absolute values in an autoencoder's objective",
            0.0);
    solver = text("solver", "adam, momentum or sgd", "adam");
    stepSize = number("stepSize", "highest step size, with one worker", 1e-3);
    stepSizeScaling =
        text(
            "stepSizeScaling",
            "what stepSize is multiplied by: sqrt (root of the number of workers, at most 4), linear (their number) or none",
            "sqrt");
    momentum =
        number(
            "momentum", "share of the velocity that stays under solver momentum, in [0, 1)", 0.9);
    beta1 = number("beta1", "decay of adam's first moment, in [0, 1)", 0.9);
    beta2 = number("beta2", "decay of adam's second moment, in [0, 1)", 0.999);
    epsilon = number("epsilon", "added to the root of adam's second moment", 1e-8);
    weightDecay =
        number("weightDecay", "weight decay: L2 for sgd and momentum, decoupled for adam", 0.0);
    stepSizeSchedule =
        text(
            "stepSizeSchedule",
            "constant, step (times decayRate every decayEpochs) or cosine (to 0 at the last epoch)",
            "constant");
    decayEpochs = integer("decayEpochs", "epochs between the falls of schedule step", 10);
    decayRate = number("decayRate", "factor of a fall of schedule step, in (0, 1]", 0.5);
    warmupEpochs = number("warmupEpochs", "epochs over which the step size rises from 0", 0.0);
    gradientClipNorm =
        number("gradientClipNorm", "longest gradient that is not shortened, 0 for no limit", 0.0);
    epochs = integer("epochs", "passes over the training rows", 20);
    batchSize = integer("batchSize", "rows of a minibatch, per worker", 128);
    numWorkers =
        integer("numWorkers", "workers that share the rows, 0 for the cluster's parallelism", 0);
    averagingFrequency =
        integer(
            "averagingFrequency",
            "minibatches between averagings, 0 for a third of an epoch within 10 to 100",
            0);
    outerMomentum =
        number(
            "outerMomentum",
            "share of the velocity of averages that stays from round to round, in [0, 1); -1 for 0.5, or 0 with one worker or in rounds of under 20 minibatches",
            -1.0);
    outerStepSize =
        number("outerStepSize", "share of the way to the average that a round's end goes", 1.0);
    updaterState =
        text(
            "updaterState",
            "what the solver remembers after an averaging: average (of the workers) or reset (nothing)",
            "average");
    synchronousEpochs =
        number(
            "synchronousEpochs",
            "epochs at the start in which averages are taken after every minibatch, without outer steps",
            0.0);
    seed = whole("seed", "seed of every random stream", 1L);
    validationFraction =
        number("validationFraction", "share of the rows kept for validation, in [0, 1)", 0.0);
    patience =
        integer(
            "patience",
            "epochs without a better validation loss before training stops early, where validationFraction is above 0; 0 for no early stopping",
            5);
    contamination =
        number(
            "contamination",
            "share of the training rows held to be anomalous, in [0, 1): it sets the threshold",
            0.01);
    height = integer("height", "height to resize images to, 0 to leave them", 0);
    width = integer("width", "width to resize images to, 0 to leave them", 0);
    channels = integer("channels", "1 for grey, 3 for colour, 0 to leave images as they are", 0);
    patchSize =
        integer(
            "patchSize",
            "side of the square patches that images are cut into, in pixels, 0 for whole images",
            0);
    patchStride =
        integer(
            "patchStride",
            "pixels from one patch to the next, at most patchSize, 0 for half of it",
            0);
    initModel = text("initModel", "saved model to go on from, empty for a fresh start", "");
    checkpointDir =
        text(
            "checkpointDir",
            "directory for checkpoints, from which an interrupted training goes on to the same result, empty for none",
            "");
    checkpointInterval =
        integer("checkpointInterval", "epochs between checkpoints; the last always has one", 1);
    keepCheckpoints = integer("keepCheckpoints", "how many of the newest checkpoints stay", 2);
    resume =
        flag("resume", "go on from the newest checkpoint in checkpointDir, if there is one", false);
  }

  private IntArrayParam integers(String name, String doc, int[] value) {
    IntArrayParam param = new IntArrayParam(owner, name, doc);
    owner.setDefault(param, value);
    return param;
  }

  private IntParam integer(String name, String doc, int value) {
    IntParam param = new IntParam(owner, name, doc);
    owner.setDefault(param, value);
    return param;
  }

  private Param<String> text(String name, String doc, String value) {
    Param<String> param = new Param<>(owner, name, doc);
    owner.setDefault(param, value);
    return param;
  }

  private DoubleParam number(String name, String doc, double value) {
    DoubleParam param = new DoubleParam(owner, name, doc);
    owner.setDefault(param, value);
    return param;
  }

  private BooleanParam flag(String name, String doc, boolean value) {
    BooleanParam param = new BooleanParam(owner, name, doc);
    owner.setDefault(param, value);
    return param;
  }

  private LongParam whole(String name, String doc, long value) {
    LongParam param = new LongParam(owner, name, doc);
    owner.setDefault(param, value);
    return param;
  }
}
