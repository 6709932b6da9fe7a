package ai.narrows.ml;

import ai.narrows.distributed.Shards;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.features.BackboneSpec;
import ai.narrows.images.features.LoadedBackbone;
import ai.narrows.images.pixels.Patches;
import ai.narrows.ml.params.ContaminationParams;
import ai.narrows.ml.params.EstimatorParams;
import ai.narrows.ml.persistence.ModelData;
import ai.narrows.ml.persistence.ModelStore;
import ai.narrows.nn.Objective;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.nn.score.ErrorSmoothing;
import ai.narrows.nn.score.ScoreChoice;
import ai.narrows.nn.score.ScoreMethod;
import ai.narrows.nn.score.Scoring;
import ai.narrows.optim.StepSize;
import ai.narrows.train.Averaging;
import ai.narrows.train.TrainingOptions;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * How a fit goes: its params, resolved for images of a shape.
 *
 * @param shape of the network's input
 * @param patches how they are cut then
 * @param architecture of the network, without standardization
 * @param standardizes whether the encoder sees standardized pixels
 * @param options for one worker
 * @param scaling of the learning rate for more
 * @param averaging of the workers
 * @param choice of the score
 * @param smoothing of the score's errors
 * @param patchQuantile which of its patches' scores an image has
 * @param contamination share of the images to come above the threshold
 * @param sigma of the outputs to begin with, where it is learned
 * @param initModel path of the model to fine-tune, empty for none
 */
record FitPlan(
    ImageShape shape,
    Patches patches,
    Architecture architecture,
    boolean standardizes,
    TrainingOptions options,
    StepSize.Scaling scaling,
    Averaging averaging,
    ScoreChoice choice,
    ErrorSmoothing smoothing,
    double patchQuantile,
    double contamination,
    double sigma,
    String initModel) {

  /**
   * The plan for images of a shape. The values of the params have been checked one by one; what
   * they must be for each other, and for such images, is checked here.
   *
   * @throws IllegalArgumentException if they do not go together, naming the params
   */
  static FitPlan of(EstimatorParams<?> params, Architecture.Latent latent, ImageShape shape) {
    Architecture architecture = params.architecture(latent, shape, params.getLearnSigma());
    Objective objective = params.objective(latent, shape, params.inputCorruption(shape));
    objective.check(architecture);
    if (architecture.learnedSigma()) {
      Architecture.rawLogSigma(params.getSigma()); // checks it
    }
    Patches patches = params.patches();
    patches.checkQuantile(params.getPatchQuantile());
    ScoreMethod method = params.anomalyScore();
    Scoring.check(method, architecture);
    TrainingOptions options =
        new TrainingOptions(
            params.getEpochs(),
            params.getBatchSize(),
            params.getSeed(),
            objective,
            params.updater(),
            params.learningRate(params.getEpochs()),
            params.clipping(),
            params.getPatience(),
            params.augmentation(shape),
            1);
    return new FitPlan(
        shape,
        patches,
        architecture,
        params.standardizes(),
        options,
        params.learningRateScaling(),
        params.averaging(),
        new ScoreChoice(method, objective.loss(), params.getScoreSamples(), options.seed()),
        ContaminationParams.errorSmoothing(params.getErrorSmoothing(), shape),
        params.getPatchQuantile(),
        params.getContamination(),
        params.getSigma(),
        params.getInitModel());
  }

  /** How to train with so many workers, each of so many threads. */
  TrainingOptions options(int workers, int threads) {
    return options.with(options.stepSize().times(scaling.factor(workers))).withThreads(threads);
  }

  /** The model to fine-tune, if there is one. */
  static Optional<ModelData> initModel(EstimatorParams<?> params, SparkSession session) {
    String path = params.getInitModel();
    return path.isEmpty()
        ? Optional.empty()
        : Optional.of(ModelStore.read(path, session.sessionState().newHadoopConf()).data());
  }

  /**
   * Checks that a model can be fine-tuned.
   *
   * @param backbone that the network is to work on
   * @throws InputException if it is another network than is to be trained
   */
  void checkInit(ModelData model, LoadedBackbone backbone) {
    Architecture saved = model.architecture();
    boolean standardized = saved.standardization().any();
    if (!saved.with(Standardization.NONE).equals(architecture) || standardized != standardizes) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the model in %s is %s, but %s is to be trained",
              initModel,
              described(saved, standardized),
              described(architecture, standardizes)));
    }
    BackboneSpec unscaled = model.backbone().spec().with(Standardization.NONE);
    if (!unscaled.equals(backbone.spec())) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the model in %s works on %s, but %s is to be trained on",
              initModel,
              input(unscaled),
              input(backbone.spec())));
    }
  }

  private static String input(BackboneSpec backbone) {
    return backbone.any() ? "features of the backbone " + backbone : "pixels";
  }

  private static String described(Architecture architecture, boolean standardized) {
    return String.format(
        Locale.ROOT,
        "%s with %s and %s%s%s",
        architecture,
        architecture.activation().label(),
        architecture.outputActivation().label(),
        architecture.learnedSigma() ? " and a learned sigma" : "",
        standardized ? " and standardization perChannel" : "");
  }

  /** The weights that training starts from. */
  float[] start(Optional<ModelData> init) {
    return init.map(ModelData::parameters)
        .orElseGet(() -> architecture.initialParameters(options.seed(), sigma));
  }

  /**
   * The network with the standardization that its encoder sees images by. A model that is
   * fine-tuned keeps the one it has learned with.
   *
   * @param shards asked for the statistics of their rows, where there are to be any
   */
  Architecture architecture(Shards shards, Optional<ModelData> init) {
    if (!standardizes) {
      return architecture;
    }
    return architecture.with(
        init.map(model -> model.architecture().standardization())
            .orElseGet(() -> shards.standardization(shape.channels())));
  }
}
