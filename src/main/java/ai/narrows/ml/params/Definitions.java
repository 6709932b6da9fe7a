package ai.narrows.ml.params;

import java.util.List;

/** All params there are, by whose they are and in the order in which they are shown. */
public final class Definitions {
  private static final List<Definition<?, ?>> INPUT =
      List.of(
          ImageColumnParams.IMAGE_COL,
          ImageColumnParams.INPUT_ENCODING,
          InputRangeParams.INPUT_MIN,
          InputRangeParams.INPUT_MAX,
          ImageColumnParams.ID_COL,
          ImageColumnParams.HANDLE_INVALID);

  private static final List<Definition<?, ?>> SCORE =
      List.of(ScoreParams.SCORE_METHOD, ScoreParams.SCORE_SAMPLES, ScoreParams.PATCH_QUANTILE);

  private static final List<Definition<?, ?>> OUTPUT =
      List.of(
          OutputParams.RECONSTRUCTION_ERROR_COL,
          OutputParams.ANOMALY_SCORE_COL,
          OutputParams.PREDICTION_COL,
          OutputParams.LATENT_COL,
          OutputParams.LATENT_VARIANCE_COL,
          OutputParams.RECONSTRUCTION_COL,
          OutputParams.ERROR_MAP_COL,
          OutputParams.REGIONS_COL,
          OutputParams.MASK_COL);

  private static final List<Definition<?, ?>> TRAINING =
      List.of(
          NetworkParams.ARCHITECTURE,
          NetworkParams.HIDDEN,
          NetworkParams.LATENT_DIM,
          NetworkParams.ACTIVATION,
          NetworkParams.OUTPUT_ACTIVATION,
          ConvolutionParams.FILTERS,
          ConvolutionParams.KERNEL_SIZE,
          ConvolutionParams.STRIDE,
          ConvolutionParams.NORMALIZATION,
          ConvolutionParams.DOWNSAMPLING,
          ConvolutionParams.UPSAMPLING,
          ObjectiveParams.LOSS,
          ObjectiveParams.SIGMA,
          ObjectiveParams.LEARN_SIGMA,
          ObjectiveParams.BETA,
          ObjectiveParams.KL_WARMUP_EPOCHS,
          ObjectiveParams.FREE_BITS,
          ObjectiveParams.ACTIVITY_PENALTY,
          SolverParams.SOLVER,
          StepSizeParams.STEP_SIZE,
          StepSizeParams.STEP_SIZE_SCHEDULE,
          StepSizeParams.DECAY_EPOCHS,
          StepSizeParams.DECAY_RATE,
          StepSizeParams.WARMUP_EPOCHS,
          SolverParams.WEIGHT_DECAY,
          SolverParams.GRADIENT_CLIP_NORM,
          SolverParams.MOMENTUM,
          SolverParams.BETA1,
          SolverParams.BETA2,
          SolverParams.EPSILON,
          StepSizeParams.STEP_SIZE_SCALING,
          EpochParams.EPOCHS,
          EpochParams.BATCH_SIZE,
          EpochParams.SEED,
          EpochParams.VALIDATION_FRACTION,
          EpochParams.PATIENCE,
          AveragingParams.NUM_WORKERS,
          AveragingParams.THREADS_PER_WORKER,
          AveragingParams.AVERAGING_FREQUENCY,
          AveragingParams.OUTER_MOMENTUM,
          AveragingParams.OUTER_STEP_SIZE,
          AveragingParams.UPDATER_STATE,
          AveragingParams.SYNCHRONOUS_EPOCHS,
          AugmentationParams.FLIP,
          AugmentationParams.SHIFT,
          AugmentationParams.CORRUPTION,
          AugmentationParams.CORRUPTION_LEVEL);

  private static final List<Definition<?, ?>> PREPROCESSING =
      List.of(
          PreprocessingParams.HEIGHT,
          PreprocessingParams.WIDTH,
          PreprocessingParams.CHANNELS,
          PreprocessingParams.PATCH_SIZE,
          PreprocessingParams.PATCH_STRIDE,
          PreprocessingParams.STANDARDIZATION);

  private static final List<Definition<?, ?>> BACKBONE =
      List.of(
          BackboneParams.BACKBONE,
          BackboneParams.BACKBONE_OUTPUTS,
          BackboneParams.BACKBONE_SIZE,
          BackboneParams.BACKBONE_GRID,
          BackboneParams.BACKBONE_MEAN,
          BackboneParams.BACKBONE_STD);

  private static final List<Definition<?, ?>> CHECKPOINTS =
      List.of(
          CheckpointParams.INIT_MODEL,
          CheckpointParams.CHECKPOINT_DIR,
          CheckpointParams.CHECKPOINT_INTERVAL,
          CheckpointParams.RESUME,
          CheckpointParams.KEEP_CHECKPOINTS);

  private static final List<Definition<?, ?>> CONTAMINATION =
      List.of(
          ContaminationParams.CONTAMINATION,
          ContaminationParams.CALIBRATION_FRACTION,
          ContaminationParams.PIXEL_CONTAMINATION,
          ContaminationParams.ERROR_SMOOTHING);

  private static final List<Definition<?, ?>> AUTOENCODER =
      joined(
          List.of(
              TRAINING, INPUT, PREPROCESSING, BACKBONE, CHECKPOINTS, CONTAMINATION, SCORE, OUTPUT));

  private static final List<Definition<?, ?>> VARIATIONAL_AUTOENCODER =
      AUTOENCODER.stream().<Definition<?, ?>>map(Definitions::ofVariational).toList();

  private static final List<Definition<?, ?>> MODEL =
      joined(
          List.of(
              INPUT,
              List.of(ThresholdParams.THRESHOLD, ThresholdParams.THRESHOLD_METHOD),
              List.of(RegionParams.PIXEL_THRESHOLD, RegionParams.MIN_REGION_AREA),
              SCORE,
              OUTPUT));

  private static final List<Definition<?, ?>> EVALUATOR =
      List.of(
          EvaluatorParams.METRIC_NAME,
          EvaluatorParams.ANOMALOUS,
          EvaluatorParams.ANOMALY_SCORE_COL,
          EvaluatorParams.PREDICTION_COL,
          EvaluatorParams.RECONSTRUCTION_ERROR_COL);

  private Definitions() {}

  private static List<Definition<?, ?>> joined(List<List<Definition<?, ?>>> lists) {
    return lists.stream().<Definition<?, ?>>flatMap(List::stream).toList();
  }

  /** A variational autoencoder's default, where it has another. */
  private static Definition<?, ?> ofVariational(Definition<?, ?> definition) {
    if (definition.equals(NetworkParams.HIDDEN)) {
      return NetworkParams.HIDDEN.defaultsTo(new int[] {400});
    }
    if (definition.equals(NetworkParams.LATENT_DIM)) {
      return NetworkParams.LATENT_DIM.defaultsTo(20);
    }
    return definition.equals(ObjectiveParams.LOSS)
        ? ObjectiveParams.LOSS.defaultsTo("bce")
        : definition;
  }

  /** Params of the autoencoder. */
  public static List<Definition<?, ?>> autoencoder() {
    return AUTOENCODER;
  }

  /** Params of the variational autoencoder. */
  public static List<Definition<?, ?>> variationalAutoencoder() {
    return VARIATIONAL_AUTOENCODER;
  }

  /** Params of models of either kind. */
  public static List<Definition<?, ?>> model() {
    return MODEL;
  }

  /** Params of evaluators. */
  public static List<Definition<?, ?>> evaluator() {
    return EVALUATOR;
  }
}
