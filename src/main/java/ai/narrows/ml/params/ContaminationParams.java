package ai.narrows.ml.params;

import ai.narrows.images.ImageShape;
import ai.narrows.message.Message;
import ai.narrows.nn.score.ErrorSmoothing;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Params;

/**
 * Params of the threshold and the statistics that training computes for scores.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface ContaminationParams<E extends Params> extends ParamOwner<E> {

  Definition<DoubleParam, Double> CONTAMINATION =
      Definition.number("contamination", "[0, 1)", 0.01)
          .in(
              Group.SCORING,
              "fraction of unseen images like those of the training that the threshold lets be predicted anomalous")
          .note("0 sets the threshold to the highest score it rests on");

  /**
   * Fraction of unseen images like those of the training that are predicted anomalous.
   *
   * <p>Where all training images are normal, this is the false positive rate. The threshold is a
   * quantile of the scores of images that the network was not fitted to, see {@link
   * #calibrationFraction}.
   *
   * @group param
   */
  default DoubleParam contamination() {
    return paramSet().of(CONTAMINATION);
  }

  /**
   * Value of {@link #contamination}.
   *
   * @group getParam
   */
  default double getContamination() {
    return paramSet().value(CONTAMINATION);
  }

  /**
   * Sets {@link #contamination}.
   *
   * @group setParam
   */
  default E setContamination(double value) {
    return paramSet().set(CONTAMINATION, value);
  }

  Definition<DoubleParam, Double> CALIBRATION_FRACTION =
      Definition.number("calibrationFraction", "[0, 1)", 0.1)
          .in(
              Group.SCORING,
              "fraction of the images, without those for validation, that is held out of training to set the threshold")
          .note(
              "fewer than 20 images are not held out; the threshold then rests on the validation images, or else on the"
                  + " training images");

  /**
   * Fraction of the images that is held out of training to set the threshold.
   *
   * @group param
   */
  default DoubleParam calibrationFraction() {
    return paramSet().of(CALIBRATION_FRACTION);
  }

  /**
   * Value of {@link #calibrationFraction}.
   *
   * @group getParam
   */
  default double getCalibrationFraction() {
    return paramSet().value(CALIBRATION_FRACTION);
  }

  /**
   * Sets {@link #calibrationFraction}.
   *
   * @group setParam
   */
  default E setCalibrationFraction(double value) {
    return paramSet().set(CALIBRATION_FRACTION, value);
  }

  Definition<DoubleParam, Double> PIXEL_CONTAMINATION =
      Definition.number("pixelContamination", "[0, 1)", 0.001)
          .in(
              Group.SCORING,
              "fraction of the training images' pixels with errors above pixelThreshold")
          .note("it sets that threshold, which outlines defects");

  /**
   * Fraction of the training images' pixels whose errors lie above the model's pixelThreshold.
   *
   * @group param
   */
  default DoubleParam pixelContamination() {
    return paramSet().of(PIXEL_CONTAMINATION);
  }

  /**
   * Value of {@link #pixelContamination}.
   *
   * @group getParam
   */
  default double getPixelContamination() {
    return paramSet().value(PIXEL_CONTAMINATION);
  }

  /**
   * Sets {@link #pixelContamination}.
   *
   * @group setParam
   */
  default E setPixelContamination(double value) {
    return paramSet().set(PIXEL_CONTAMINATION, value);
  }

  Definition<IntParam, Integer> ERROR_SMOOTHING =
      Definition.integer("errorSmoothing", Rule.odd(), 1)
          .in(
              Group.SCORING,
              "side in pixels of the window over which errors are averaged for error maps and the scores normalizedError, maximumError and combined")
          .note("1 disables it");

  /**
   * Side of the window over which errors are averaged.
   *
   * <p>Errors are averaged with their sign, before they are squared.
   *
   * @group param
   */
  default IntParam errorSmoothing() {
    return paramSet().of(ERROR_SMOOTHING);
  }

  /**
   * Value of {@link #errorSmoothing}.
   *
   * @group getParam
   */
  default int getErrorSmoothing() {
    return paramSet().value(ERROR_SMOOTHING);
  }

  /**
   * Sets {@link #errorSmoothing}.
   *
   * @group setParam
   */
  default E setErrorSmoothing(int value) {
    return paramSet().set(ERROR_SMOOTHING, value);
  }

  /**
   * What errors are averaged over in scores, for images of a shape.
   *
   * @param side of the window
   */
  static ErrorSmoothing errorSmoothing(int side, ImageShape shape) {
    if (side != 1) {
      Vectors.refuse(shape, Message.param(ERROR_SMOOTHING.name()));
    }
    return shape.isVector()
        ? ErrorSmoothing.none(shape.size())
        : new ErrorSmoothing(shape.height(), shape.width(), shape.channels(), side);
  }
}
