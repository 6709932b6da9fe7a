package ai.narrows.ml.params;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of evaluators.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface EvaluatorParams<E extends Params> extends ParamOwner<E> {

  Definition<Param<String>, String> METRIC_NAME =
      Definition.choice(
              "metricName",
              "auroc",
              "auroc",
              "averagePrecision",
              "f1 (of the predictions)",
              "reconstructionError (mean; lower is better)")
          .in(Group.EVALUATION, "metric");

  /**
   * Metric.
   *
   * @group param
   */
  default Param<String> metricName() {
    return paramSet().of(METRIC_NAME);
  }

  /**
   * Value of {@link #metricName}.
   *
   * @group getParam
   */
  default String getMetricName() {
    return paramSet().value(METRIC_NAME);
  }

  /**
   * Sets {@link #metricName}.
   *
   * @group setParam
   */
  default E setMetricName(String value) {
    return paramSet().set(METRIC_NAME, value);
  }

  Definition<Param<String>, String> ANOMALOUS =
      Definition.text("anomalous", "label <> 0")
          .in(Group.EVALUATION, "SQL condition that is true for anomalous rows");

  /**
   * SQL condition that is true for anomalous rows, for example {@code label <> 1}.
   *
   * @group param
   */
  default Param<String> anomalous() {
    return paramSet().of(ANOMALOUS);
  }

  /**
   * Value of {@link #anomalous}.
   *
   * @group getParam
   */
  default String getAnomalous() {
    return paramSet().value(ANOMALOUS);
  }

  /**
   * Sets {@link #anomalous}.
   *
   * @group setParam
   */
  default E setAnomalous(String value) {
    return paramSet().set(ANOMALOUS, value);
  }

  Definition<Param<String>, String> ANOMALY_SCORE_COL =
      Definition.text("anomalyScoreCol", "anomalyScore")
          .in(Group.EVALUATION, "input column of anomaly scores, higher is more anomalous");

  /**
   * Input column of anomaly scores.
   *
   * @group param
   */
  default Param<String> anomalyScoreCol() {
    return paramSet().of(ANOMALY_SCORE_COL);
  }

  /**
   * Value of {@link #anomalyScoreCol}.
   *
   * @group getParam
   */
  default String getAnomalyScoreCol() {
    return paramSet().value(ANOMALY_SCORE_COL);
  }

  /**
   * Sets {@link #anomalyScoreCol}.
   *
   * @group setParam
   */
  default E setAnomalyScoreCol(String value) {
    return paramSet().set(ANOMALY_SCORE_COL, value);
  }

  Definition<Param<String>, String> PREDICTION_COL =
      Definition.text("predictionCol", "prediction")
          .in(Group.EVALUATION, "input column of predictions, 1 or 0, for metric f1");

  /**
   * Input column of predictions.
   *
   * @group param
   */
  default Param<String> predictionCol() {
    return paramSet().of(PREDICTION_COL);
  }

  /**
   * Value of {@link #predictionCol}.
   *
   * @group getParam
   */
  default String getPredictionCol() {
    return paramSet().value(PREDICTION_COL);
  }

  /**
   * Sets {@link #predictionCol}.
   *
   * @group setParam
   */
  default E setPredictionCol(String value) {
    return paramSet().set(PREDICTION_COL, value);
  }

  Definition<Param<String>, String> RECONSTRUCTION_ERROR_COL =
      Definition.text("reconstructionErrorCol", "reconstructionError")
          .in(Group.EVALUATION, "input column of reconstruction errors");

  /**
   * Input column of reconstruction errors.
   *
   * @group param
   */
  default Param<String> reconstructionErrorCol() {
    return paramSet().of(RECONSTRUCTION_ERROR_COL);
  }

  /**
   * Value of {@link #reconstructionErrorCol}.
   *
   * @group getParam
   */
  default String getReconstructionErrorCol() {
    return paramSet().value(RECONSTRUCTION_ERROR_COL);
  }

  /**
   * Sets {@link #reconstructionErrorCol}.
   *
   * @group setParam
   */
  default E setReconstructionErrorCol(String value) {
    return paramSet().set(RECONSTRUCTION_ERROR_COL, value);
  }
}
