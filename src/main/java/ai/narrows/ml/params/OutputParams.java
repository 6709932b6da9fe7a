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
   * both in [0, 1]; where the model has an errorSmoothing, differences are averaged over its window
   * before they are squared.
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

  Definition<Param<String>, String> REGIONS_COL =
      Definition.text("regionsCol", "")
          .in(
              Group.OUTPUT,
              "output column of the regions whose pixels have errors above pixelThreshold, an array of structs")
          .note("empty omits it");

  /**
   * Output column of the regions whose pixels have errors above the model's pixelThreshold.
   *
   * <p>An array of structs with x, y, width, height and area (int, pixels of the image before
   * preprocessing), highestError (double, from 0 to 1) and outline (int array: x and y of each
   * corner, clockwise). Pixels that touch, be it at a corner, are one region.
   *
   * @group param
   */
  default Param<String> regionsCol() {
    return paramSet().of(REGIONS_COL);
  }

  /**
   * Value of {@link #regionsCol}.
   *
   * @group getParam
   */
  default String getRegionsCol() {
    return paramSet().value(REGIONS_COL);
  }

  /**
   * Sets {@link #regionsCol}.
   *
   * @group setParam
   */
  default E setRegionsCol(String value) {
    return paramSet().set(REGIONS_COL, value);
  }

  Definition<Param<String>, String> MASK_COL =
      Definition.text("maskCol", "")
          .in(
              Group.OUTPUT,
              "output column of the mask of these regions, a grayscale image struct of the image's own size, 255 inside")
          .note("empty omits it");

  /**
   * Output column of the mask of the regions, an image struct of uint8: 255 inside, 0 elsewhere. It
   * has the size that the image has before preprocessing.
   *
   * @group param
   */
  default Param<String> maskCol() {
    return paramSet().of(MASK_COL);
  }

  /**
   * Value of {@link #maskCol}.
   *
   * @group getParam
   */
  default String getMaskCol() {
    return paramSet().value(MASK_COL);
  }

  /**
   * Sets {@link #maskCol}.
   *
   * @group setParam
   */
  default E setMaskCol(String value) {
    return paramSet().set(MASK_COL, value);
  }
}
