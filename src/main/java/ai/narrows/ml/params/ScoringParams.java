package ai.narrows.ml.params;

import org.apache.spark.ml.param.Params;

/**
 * Params that estimators and models share: the columns they read and write, and the score.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface ScoringParams<E extends Params>
    extends ImageColumnParams<E>, ScoreParams<E>, OutputParams<E> {}
