package ai.narrows.ml.params;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Params;

/**
 * Params of the regions that a model outlines.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface RegionParams<E extends Params> extends ParamOwner<E> {

  Definition<DoubleParam, Double> PIXEL_THRESHOLD =
      Definition.number("pixelThreshold", "[0, 1]", null)
          .in(Group.SCORING, "error above which a pixel belongs to a region")
          .note("by default computed in training");

  /**
   * Error above which a pixel belongs to a region: a pixel of the error map is 255 times its error.
   *
   * @group param
   */
  default DoubleParam pixelThreshold() {
    return paramSet().of(PIXEL_THRESHOLD);
  }

  /**
   * Value of {@link #pixelThreshold}.
   *
   * @group getParam
   */
  default double getPixelThreshold() {
    return paramSet().value(PIXEL_THRESHOLD);
  }

  /**
   * Sets {@link #pixelThreshold}.
   *
   * @group setParam
   */
  default E setPixelThreshold(double value) {
    return paramSet().set(PIXEL_THRESHOLD, value);
  }

  Definition<IntParam, Integer> MIN_REGION_AREA =
      Definition.integer("minRegionArea", ">= 1", 1)
          .in(
              Group.SCORING,
              "minimum area of a region in pixels of the image before preprocessing");

  /**
   * Minimum area of a region, in pixels of the image before preprocessing.
   *
   * @group param
   */
  default IntParam minRegionArea() {
    return paramSet().of(MIN_REGION_AREA);
  }

  /**
   * Value of {@link #minRegionArea}.
   *
   * @group getParam
   */
  default int getMinRegionArea() {
    return paramSet().value(MIN_REGION_AREA);
  }

  /**
   * Sets {@link #minRegionArea}.
   *
   * @group setParam
   */
  default E setMinRegionArea(int value) {
    return paramSet().set(MIN_REGION_AREA, value);
  }
}
