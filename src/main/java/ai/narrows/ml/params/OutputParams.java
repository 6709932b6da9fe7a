package ai.narrows.ml.params;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of the columns that {@code transform} appends. An empty name omits one.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface OutputParams<E extends Params> extends ParamOwner<E> {

  Definition<Param<String>, String> RECONSTRUCTION_ERROR_COL =
      Definition.text("reconstructionErrorCol", "reconstructionError")
          .in(Group.OUTPUT, "output column of the mean squared error per pixel")
          .note("empty omits it");

  /**
   * Output column of the mean squared error per pixel, double.
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

  Definition<Param<String>, String> ANOMALY_SCORE_COL =
      Definition.text("anomalyScoreCol", "anomalyScore")
          .in(Group.OUTPUT, "output column of the anomaly score, higher is more anomalous")
          .note("empty omits it");

  /**
   * Output column of the anomaly score, double.
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
          .in(
              Group.OUTPUT,
              "output column of the prediction, 1.0 if the score is above the threshold, otherwise 0.0")
          .note("empty omits it");

  /**
   * Output column of the prediction, double.
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

  Definition<Param<String>, String> LATENT_COL =
      Definition.text("latentCol", "latent")
          .in(Group.OUTPUT, "output column of the latent vector")
          .note("empty omits it");

  /**
   * Output column of the latent vector; the posterior mean of a variational autoencoder.
   *
   * @group param
   */
  default Param<String> latentCol() {
    return paramSet().of(LATENT_COL);
  }

  /**
   * Value of {@link #latentCol}.
   *
   * @group getParam
   */
  default String getLatentCol() {
    return paramSet().value(LATENT_COL);
  }

  /**
   * Sets {@link #latentCol}.
   *
   * @group setParam
   */
  default E setLatentCol(String value) {
    return paramSet().set(LATENT_COL, value);
  }

  Definition<Param<String>, String> LATENT_VARIANCE_COL =
      Definition.text("latentVarianceCol", "")
          .in(
              Group.OUTPUT,
              "output column of the posterior variances of a variational autoencoder, a vector")
          .note("empty omits it");

  /**
   * Output column of the posterior variances.
   *
   * @group param
   */
  default Param<String> latentVarianceCol() {
    return paramSet().of(LATENT_VARIANCE_COL);
  }

  /**
   * Value of {@link #latentVarianceCol}.
   *
   * @group getParam
   */
  default String getLatentVarianceCol() {
    return paramSet().value(LATENT_VARIANCE_COL);
  }

  /**
   * Sets {@link #latentVarianceCol}.
   *
   * @group setParam
   */
  default E setLatentVarianceCol(String value) {
    return paramSet().set(LATENT_VARIANCE_COL, value);
  }

  Definition<Param<String>, String> RECONSTRUCTION_COL =
      Definition.text("reconstructionCol", "")
          .in(Group.OUTPUT, "output column of the reconstruction, an image struct")
          .note("empty omits it");

  /**
   * Output column of the reconstruction.
   *
   * @group param
   */
  default Param<String> reconstructionCol() {
    return paramSet().of(RECONSTRUCTION_COL);
  }

  /**
   * Value of {@link #reconstructionCol}.
   *
   * @group getParam
   */
  default String getReconstructionCol() {
    return paramSet().value(RECONSTRUCTION_COL);
  }

  /**
   * Sets {@link #reconstructionCol}.
   *
   * @group setParam
   */
  default E setReconstructionCol(String value) {
    return paramSet().set(RECONSTRUCTION_COL, value);
  }

  Definition<Param<String>, String> ERROR_MAP_COL =
      Definition.text("errorMapCol", "")
          .in(Group.OUTPUT, "output column of the error of each pixel, a grayscale image struct")
          .note("empty omits it");

  /**
   * Output column of the error of each pixel.
   *
   * <p>An image struct [height, width, 1] of uint8. A pixel is {@code round(255 * e)}, e being the
   * root of the mean over its channels of the squared difference between image and reconstruction,
   * both in [0, 1].
   *
   * @group param
   */
  default Param<String> errorMapCol() {
    return paramSet().of(ERROR_MAP_COL);
  }

  /**
   * Value of {@link #errorMapCol}.
   *
   * @group getParam
   */
  default String getErrorMapCol() {
    return paramSet().value(ERROR_MAP_COL);
  }

  /**
   * Sets {@link #errorMapCol}.
   *
   * @group setParam
   */
  default E setErrorMapCol(String value) {
    return paramSet().set(ERROR_MAP_COL, value);
  }
}
