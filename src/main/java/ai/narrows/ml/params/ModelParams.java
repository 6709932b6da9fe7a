package ai.narrows.ml.params;

import org.apache.spark.ml.param.Params;

/**
 * Params of models.
 *
 * @param <M> the model itself, so that setters chain
 */
public interface ModelParams<M extends Params>
    extends ScoringParams<M>, ThresholdParams<M>, RegionParams<M> {}
