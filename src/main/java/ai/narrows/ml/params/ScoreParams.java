package ai.narrows.ml.params;

import ai.narrows.nn.score.ScoreMethod;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of the anomaly score.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface ScoreParams<E extends Params> extends ParamOwner<E> {

  Definition<Param<String>, String> SCORE_METHOD =
      Definition.choice("scoreMethod", ScoreMethod.RECONSTRUCTION_ERROR.label(), ScoreMethod.class)
          .in(Group.SCORING, "anomaly score");

  /**
   * Anomaly score.
   *
   * <p>See {@link ScoreMethod}. The default of a model is the score that its threshold was computed
   * for.
   *
   * @group param
   */
  default Param<String> scoreMethod() {
    return paramSet().of(SCORE_METHOD);
  }

  /**
   * Value of {@link #scoreMethod}.
   *
   * @group getParam
   */
  default String getScoreMethod() {
    return paramSet().value(SCORE_METHOD);
  }

  /**
   * Sets {@link #scoreMethod}.
   *
   * @group setParam
   */
  default E setScoreMethod(String value) {
    return paramSet().set(SCORE_METHOD, value);
  }

  Definition<IntParam, Integer> SCORE_SAMPLES =
      Definition.integer("scoreSamples", "[1, 10000]", 10)
          .in(
              Group.SCORING,
              "latent samples per image for scores elbo and reconstructionProbability")
          .rarely();

  /**
   * Latent samples per image.
   *
   * <p>The noise is the same for every image.
   *
   * @group expertParam
   */
  default IntParam scoreSamples() {
    return paramSet().of(SCORE_SAMPLES);
  }

  /**
   * Value of {@link #scoreSamples}.
   *
   * @group expertGetParam
   */
  default int getScoreSamples() {
    return paramSet().value(SCORE_SAMPLES);
  }

  /**
   * Sets {@link #scoreSamples}.
   *
   * @group expertSetParam
   */
  default E setScoreSamples(int value) {
    return paramSet().set(SCORE_SAMPLES, value);
  }

  Definition<DoubleParam, Double> PATCH_QUANTILE =
      Definition.number("patchQuantile", "(0, 1]", 1.0)
          .in(Group.SCORING, "quantile of patch scores used as the image score")
          .note("1 = maximum");

  /**
   * Quantile of patch scores used as the image score.
   *
   * <p>Of n patches the {@code ceil(patchQuantile * n)}-th lowest value, of reconstruction errors
   * and scores. Without patches it must be 1. The default of a model is the one that its threshold
   * was computed for.
   *
   * @group param
   */
  default DoubleParam patchQuantile() {
    return paramSet().of(PATCH_QUANTILE);
  }

  /**
   * Value of {@link #patchQuantile}.
   *
   * @group getParam
   */
  default double getPatchQuantile() {
    return paramSet().value(PATCH_QUANTILE);
  }

  /**
   * Sets {@link #patchQuantile}.
   *
   * @group setParam
   */
  default E setPatchQuantile(double value) {
    return paramSet().set(PATCH_QUANTILE, value);
  }

  /** The anomaly score. */
  default ScoreMethod anomalyScore() {
    return ScoreMethod.of(getScoreMethod());
  }
}
