package ai.narrows.ml.params;

import org.apache.spark.ml.param.Params;

/**
 * Params of estimators. {@code explainParams()} lists them with their defaults; values are checked
 * by {@code fit}.
 *
 * @param <E> the estimator itself, so that setters chain
 */
public interface EstimatorParams<E extends Params>
    extends NetworkParams<E>,
        ObjectiveParams<E>,
        SolverParams<E>,
        StepSizeParams<E>,
        EpochParams<E>,
        AveragingParams<E>,
        AugmentationParams<E>,
        PreprocessingParams<E>,
        BackboneParams<E>,
        CheckpointParams<E>,
        ContaminationParams<E>,
        ScoringParams<E> {}
