package ai.narrows.ml.params;

import ai.narrows.ml.summary.ThresholdOrigin;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of a model's threshold.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface ThresholdParams<E extends Params> extends ParamOwner<E> {

  Definition<DoubleParam, Double> THRESHOLD =
      Definition.number("threshold", Rule.number(), null)
          .in(Group.SCORING, "anomaly score above which an image is predicted anomalous")
          .note("by default computed in training");

  /**
   * Anomaly score above which an image is predicted anomalous.
   *
   * @group param
   */
  default DoubleParam threshold() {
    return paramSet().of(THRESHOLD);
  }

  /**
   * Value of {@link #threshold}.
   *
   * @group getParam
   */
  default double getThreshold() {
    return paramSet().value(THRESHOLD);
  }

  /**
   * Sets {@link #threshold}, whose {@link #thresholdMethod} is {@code given} then.
   *
   * @group setParam
   */
  default E setThreshold(double value) {
    THRESHOLD.check(value);
    paramSet().set(THRESHOLD, value);
    return paramSet().set(THRESHOLD_METHOD, ThresholdOrigin.GIVEN.method());
  }

  Definition<Param<String>, String> THRESHOLD_METHOD =
      Definition.choice(
              "thresholdMethod",
              null,
              "contamination (fraction of unseen images above it)",
              "falsePositiveRate (fraction of normal images above it)",
              "maxF1 (best F1 on labeled images)",
              "given")
          .in(Group.SCORING, "origin of the threshold");

  /**
   * Origin of the threshold.
   *
   * @group param
   */
  default Param<String> thresholdMethod() {
    return paramSet().of(THRESHOLD_METHOD);
  }

  /**
   * Value of {@link #thresholdMethod}.
   *
   * @group getParam
   */
  default String getThresholdMethod() {
    return isSet(threshold()) && !isSet(thresholdMethod())
        ? ThresholdOrigin.GIVEN.method()
        : paramSet().value(THRESHOLD_METHOD);
  }
}
