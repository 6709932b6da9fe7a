package ai.narrows.ml;

import org.apache.spark.ml.param.Param;

/**
 * Setters of {@link ScoringParams}, for estimators and models alike.
 *
 * @param <T> the estimator or model itself, so that setters chain
 */
public interface ScoringSetters<T extends ScoringSetters<T>> extends ScoringParams {

  /** Sets {@link ScoringParams#imageCol}. */
  default T setImageCol(String value) {
    return with(imageCol(), value);
  }

  /** Sets {@link ScoringParams#inputEncoding}: encoded or raw. */
  default T setInputEncoding(String value) {
    return with(inputEncoding(), value);
  }

  /** Sets {@link ScoringParams#inputMin}. */
  default T setInputMin(double value) {
    return with(inputMin(), value);
  }

  /** Sets {@link ScoringParams#inputMax}, above inputMin. */
  default T setInputMax(double value) {
    return with(inputMax(), value);
  }

  /** Sets {@link ScoringParams#idCol}. */
  default T setIdCol(String value) {
    return with(idCol(), value);
  }

  /** Sets {@link ScoringParams#handleInvalid}: error, skip or keep. */
  default T setHandleInvalid(String value) {
    return with(handleInvalid(), value);
  }

  /**
   * Sets {@link ScoringParams#scoreMethod}: the name of a {@link ai.narrows.nn.score.ScoreMethod}.
   */
  default T setScoreMethod(String value) {
    return with(scoreMethod(), value);
  }

  /** Sets {@link ScoringParams#scoreSamples}, at least 1. */
  default T setScoreSamples(int value) {
    return with(scoreSamples(), value);
  }

  /** Sets {@link ScoringParams#patchQuantile}, in (0, 1]. */
  default T setPatchQuantile(double value) {
    return with(patchQuantile(), value);
  }

  /** Sets {@link ScoringParams#reconstructionErrorCol}. */
  default T setReconstructionErrorCol(String value) {
    return with(reconstructionErrorCol(), value);
  }

  /** Sets {@link ScoringParams#anomalyScoreCol}. */
  default T setAnomalyScoreCol(String value) {
    return with(anomalyScoreCol(), value);
  }

  /** Sets {@link ScoringParams#predictionCol}. */
  default T setPredictionCol(String value) {
    return with(predictionCol(), value);
  }

  /** Sets {@link ScoringParams#latentCol}. */
  default T setLatentCol(String value) {
    return with(latentCol(), value);
  }

  /** Sets {@link ScoringParams#latentVarianceCol}. */
  default T setLatentVarianceCol(String value) {
    return with(latentVarianceCol(), value);
  }

  /** Sets {@link ScoringParams#reconstructionCol}. */
  default T setReconstructionCol(String value) {
    return with(reconstructionCol(), value);
  }

  /** Sets {@link ScoringParams#errorMapCol}. */
  default T setErrorMapCol(String value) {
    return with(errorMapCol(), value);
  }

  @SuppressWarnings("unchecked") // who implements this names itself
  private <V> T with(Param<V> param, V value) {
    set(param, value);
    return (T) this;
  }
}
