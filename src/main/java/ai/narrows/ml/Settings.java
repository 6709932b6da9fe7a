package ai.narrows.ml;

import ai.narrows.distributed.Checkpoints;
import ai.narrows.distributed.Shards;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.pixels.Patches;
import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.nn.Corruption;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Objective;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Labelled;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.nn.layers.Topology;
import ai.narrows.nn.score.ErrorSmoothing;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.nn.score.Scoring;
import ai.narrows.optim.Clipping;
import ai.narrows.optim.StepSize;
import ai.narrows.optim.Updater;
import ai.narrows.train.Augmentation;
import ai.narrows.train.Averaging;
import ai.narrows.train.TrainingOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.SparkSession;

/**
 * From params to what the lower packages take; every value is checked where it is used, with a
 * message that names it.
 */
final class Settings {
  private Settings() {}

  /** Checks every param that can be checked without having seen an image. */
  static void check(TrainingParams params, Architecture.Latent latent) {
    ImageShape shape = expectedShape(params);
    Architecture architecture = architecture(params, latent, shape);
    options(params, latent, shape, 1).objective().check(architecture);
    checkPatchQuantile(params.getPatchQuantile(), patches(params));
    errorSmoothing(params.getErrorSmoothing(), shape);
    double contamination = params.getContamination();
    if (!(contamination >= 0 && contamination < 1)) {
      throw new ParamException("contamination", "must be at least 0 and below 1", contamination);
    }
    if (params.getLearnSigma()) {
      Architecture.rawLogSigma(params.getSigma());
    }
    standardizes(params);
    ScoreMethod method = ScoreMethod.of(params.getScoreMethod());
    Scoring.check(method, architecture);
    Scoring.checkSamples(params.getScoreSamples());
    if (params.getNumWorkers() < 0) {
      throw new ParamException("numWorkers", "must be at least 0", params.getNumWorkers());
    }
    averaging(params);
    new Shards.Options(Math.max(1, params.getNumWorkers()), params.getValidationFraction());
    checkpointing(params);
  }

  private static Checkpoints.Options checkpointing(TrainingParams params) {
    return new Checkpoints.Options(
        params.getCheckpointInterval(), params.getKeepCheckpoints(), params.getResume());
  }

  /** The checkpoints to go on from and to write, if any. */
  static Checkpoints checkpoints(TrainingParams params, SparkSession session) {
    return params.getCheckpointDir().isEmpty()
        ? Checkpoints.none()
        : Checkpoints.open(
            params.getCheckpointDir(),
            checkpointing(params),
            session.sessionState().newHadoopConf());
  }

  /** How images are cut. */
  static Patches patches(TrainingParams params) {
    return new Patches(params.getPatchSize(), params.getPatchStride());
  }

  /** Checks which of its patches' scores an image has. */
  static void checkPatchQuantile(double quantile, Patches patches) {
    if (!(quantile > 0 && quantile <= 1)) {
      throw new ParamException("patchQuantile", "must be above 0 and at most 1", quantile);
    }
    if (patches.whole() && quantile != 1) {
      throw new ParamException(
          "patchQuantile", "must be 1 where images are not cut into patches", quantile);
    }
  }

  /**
   * What images are resized to, or cut into; where neither is known, a size that no depth is too
   * much for.
   */
  private static ImageShape expectedShape(TrainingParams params) {
    int size = patches(params).size();
    if (params.getHeight() > 0 && Math.min(params.getHeight(), params.getWidth()) < size) {
      throw new InputException(
          Message.of(
              "%s must be at most %s and %s, but is %s with images resized to %sx%s",
              Message.param("patchSize"),
              Message.param("height"),
              Message.param("width"),
              size,
              params.getHeight(),
              params.getWidth()));
    }
    if (size > 0) {
      return new ImageShape(size, size, 1);
    }
    return params.getHeight() > 0
        ? new ImageShape(params.getHeight(), params.getWidth(), 1)
        : new ImageShape(1 << 15, 1 << 15, 1);
  }

  /** The network for images of a shape. */
  static Architecture architecture(
      TrainingParams params, Architecture.Latent latent, ImageShape shape) {
    return new Architecture(
        topology(params, shape),
        params.getLatentDim(),
        latent,
        Activation.of(params.getActivation()),
        Activation.of(params.getOutputActivation()),
        params.getLearnSigma());
  }

  private static Topology topology(TrainingParams params, ImageShape shape) {
    return switch (params.getArchitecture()) {
      case "dense" -> new Topology.Dense(shape.size(), sizes(params.getHidden()));
      case "convolutional" -> {
        if (shape.isVector()) {
          throw needsImages(Message.param("architecture", "convolutional"), shape);
        }
        yield new Topology.Convolutional(
            shape.height(),
            shape.width(),
            shape.channels(),
            sizes(params.getFilters()),
            params.getKernelSize(),
            params.getStride(),
            Labelled.of(Topology.Downsampling.class, "downsampling", params.getDownsampling()),
            Labelled.of(Topology.Upsampling.class, "upsampling", params.getUpsampling()),
            Labelled.of(Topology.Normalization.class, "normalization", params.getNormalization()));
      }
      default -> throw unknown("architecture", "dense, convolutional", params.getArchitecture());
    };
  }

  private static InputException needsImages(Message.Param param, ImageShape shape) {
    return new InputException(
        Message.of(
            "%s needs images with a height and a width, but these are vectors of %s values",
            param, shape.size()));
  }

  /** What errors are averaged over in scores, for images of a shape. */
  static ErrorSmoothing errorSmoothing(int side, ImageShape shape) {
    if (side != 1 && shape.isVector()) {
      throw needsImages(Message.param("errorSmoothing"), shape);
    }
    return shape.isVector()
        ? ErrorSmoothing.none(shape.size())
        : new ErrorSmoothing(shape.height(), shape.width(), shape.channels(), side);
  }

  private static List<Integer> sizes(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** How to train on images of a shape. */
  static TrainingOptions options(
      TrainingParams params, Architecture.Latent latent, ImageShape shape, int workers) {
    return new TrainingOptions(
        params.getEpochs(),
        params.getBatchSize(),
        params.getSeed(),
        objective(params, latent, shape),
        updater(params),
        new StepSize(
            params.getStepSize(),
            schedule(params),
            params.getWarmupEpochs(),
            scaling(params).factor(workers)),
        new Clipping(params.getGradientClipNorm()),
        params.getPatience(),
        augmentation(params, shape));
  }

  private static Augmentation augmentation(TrainingParams params, ImageShape shape) {
    Augmentation.Flip flip = Labelled.of(Augmentation.Flip.class, "flip", params.getFlip());
    boolean flips = flip != Augmentation.Flip.NONE;
    if (!flips && params.getShift() == 0) {
      return Augmentation.NONE;
    }
    if (shape.isVector()) {
      throw needsImages(
          flips ? Message.param("flip", flip.label()) : Message.param("shift"), shape);
    }
    return new Augmentation(
        flip, params.getShift(), shape.height(), shape.width(), shape.channels());
  }

  private static Objective objective(
      TrainingParams params, Architecture.Latent latent, ImageShape shape) {
    return new Objective(
        loss(params, shape),
        latent == Architecture.Latent.GAUSSIAN ? params.getBeta() : 1,
        params.getKlWarmupEpochs(),
        params.getFreeBits(),
        params.getActivityPenalty(),
        corruption(params));
  }

  private static Corruption corruption(TrainingParams params) {
    return switch (params.getCorruption()) {
      case "none" -> new Corruption.None();
      case "masking" -> new Corruption.Masking(params.getCorruptionLevel());
      case "gaussian" -> new Corruption.GaussianNoise(params.getCorruptionLevel());
      default -> throw unknown("corruption", "none, masking, gaussian", params.getCorruption());
    };
  }

  static Averaging averaging(TrainingParams params) {
    return new Averaging(
        params.getAveragingFrequency(),
        params.getOuterMomentum(),
        params.getOuterStepSize(),
        switch (params.getUpdaterState()) {
          case "average" -> Averaging.UpdaterStates.AVERAGE;
          case "reset" -> Averaging.UpdaterStates.RESET;
          default -> throw unknown("updaterState", "average, reset", params.getUpdaterState());
        },
        params.getSynchronousEpochs());
  }

  private static Loss loss(TrainingParams params, ImageShape shape) {
    return switch (params.getLoss()) {
      case "mse" -> new Loss.MeanSquaredError();
      case "ssim" ->
          new Loss.StructuralDissimilarity(shape.height(), shape.width(), shape.channels());
      case "bce" -> new Loss.BinaryCrossEntropy();
      case "gaussian" ->
          params.getLearnSigma()
              ? new Loss.LearnedGaussianLikelihood()
              : new Loss.GaussianLikelihood(params.getSigma());
      default -> throw unknown("loss", "mse, ssim, bce, gaussian", params.getLoss());
    };
  }

  private static Updater updater(TrainingParams params) {
    double decay = params.getWeightDecay();
    return switch (params.getSolver()) {
      case "adam" ->
          new Updater.Adam(params.getBeta1(), params.getBeta2(), params.getEpsilon(), decay);
      case "momentum" -> new Updater.Momentum(params.getMomentum(), decay);
      case "sgd" -> new Updater.Sgd(decay);
      default -> throw unknown("solver", "adam, momentum, sgd", params.getSolver());
    };
  }

  private static StepSize.Schedule schedule(TrainingParams params) {
    return switch (params.getStepSizeSchedule()) {
      case "constant" -> new StepSize.Constant();
      case "step" -> new StepSize.Step(params.getDecayEpochs(), params.getDecayRate());
      case "cosine" -> new StepSize.Cosine(params.getEpochs());
      default ->
          throw unknown("stepSizeSchedule", "constant, step, cosine", params.getStepSizeSchedule());
    };
  }

  private static StepSize.Scaling scaling(TrainingParams params) {
    return switch (params.getStepSizeScaling()) {
      case "none" -> StepSize.Scaling.NONE;
      case "sqrt" -> StepSize.Scaling.SQRT;
      case "linear" -> StepSize.Scaling.LINEAR;
      default ->
          throw unknown("stepSizeScaling", "none, sqrt, linear", params.getStepSizeScaling());
    };
  }

  private static IllegalArgumentException unknown(String param, String allowed, String value) {
    return new ParamException(param, "must be one of " + allowed, value);
  }

  private static boolean standardizes(TrainingParams params) {
    return switch (params.getStandardization()) {
      case "none" -> false;
      case "perChannel" -> true;
      default -> throw unknown("standardization", "none, perChannel", params.getStandardization());
    };
  }

  /**
   * What the encoder sees of the images. A model that is gone on with has learned from images
   * standardised as it says, and goes on so.
   *
   * @param shards asked for the statistics of their rows, where there are to be any
   * @param init model to go on from
   */
  static Standardization standardization(
      TrainingParams params, Shards shards, ImageShape shape, Optional<ModelData> init) {
    if (!standardizes(params)) {
      return Standardization.NONE;
    }
    return init.map(model -> model.architecture().standardization())
        .orElseGet(() -> shards.standardization(shape.channels()));
  }

  /**
   * The model to go on from, if there is one.
   *
   * @param architecture to be trained, without its standardisation
   */
  static Optional<ModelData> initModel(
      TrainingParams params, Architecture architecture, SparkSession session) {
    if (params.getInitModel().isEmpty()) {
      return Optional.empty();
    }
    ModelData model = ModelReader.read(session, params.getInitModel()).data();
    boolean standardized = model.architecture().standardization().any();
    if (!model.architecture().with(Standardization.NONE).equals(architecture)
        || standardized != standardizes(params)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the model in %s is %s with %s and %s%s%s, but %s with %s and %s%s%s is to be trained",
              params.getInitModel(),
              model.architecture(),
              model.architecture().activation().label(),
              model.architecture().outputActivation().label(),
              learned(model.architecture()),
              standardized(standardized),
              architecture,
              architecture.activation().label(),
              architecture.outputActivation().label(),
              learned(architecture),
              standardized(standardizes(params))));
    }
    return Optional.of(model);
  }

  private static String standardized(boolean perChannel) {
    return perChannel ? " and standardization perChannel" : "";
  }

  private static String learned(Architecture architecture) {
    return architecture.learnedSigma() ? " and a learned sigma" : "";
  }

  /** Every param with its value as JSON, in the order of the names. */
  static Map<String, String> values(TrainingParams params) {
    Map<String, String> values = new TreeMap<>();
    for (Param<?> param : params.params()) {
      values.put(param.name(), encode(params, param));
    }
    return values;
  }

  private static <T> String encode(TrainingParams params, Param<T> param) {
    return param.jsonEncode(params.getOrDefault(param));
  }
}
