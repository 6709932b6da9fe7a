package ai.narrows.ml.params;

import ai.narrows.images.pixels.InputRange;
import java.util.Optional;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Params;

/**
 * Params of the range of numbers in an image column of vectors or arrays.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface InputRangeParams<E extends Params> extends ParamOwner<E> {

  Definition<DoubleParam, Double> INPUT_MIN =
      Definition.number("inputMin", Rule.finite(), 0.0)
          .in(
              Group.INPUT,
              "smallest possible value in an image column of vectors or arrays, which becomes 0");

  /**
   * Smallest possible value of numbers.
   *
   * <p>Numbers outside the range are treated as {@link ImageColumnParams#handleInvalid} says.
   *
   * @group param
   */
  default DoubleParam inputMin() {
    return paramSet().of(INPUT_MIN);
  }

  /**
   * Value of {@link #inputMin}.
   *
   * @group getParam
   */
  default double getInputMin() {
    return paramSet().value(INPUT_MIN);
  }

  /**
   * Sets {@link #inputMin}.
   *
   * @group setParam
   */
  default E setInputMin(double value) {
    return paramSet().set(INPUT_MIN, value);
  }

  Definition<DoubleParam, Double> INPUT_MAX =
      Definition.number("inputMax", Rule.finite(), 1.0)
          .in(
              Group.INPUT,
              "largest possible value in an image column of vectors or arrays, which becomes 1")
          .note("above inputMin; if neither is set, integers are uint8 from 0 to 255");

  /**
   * Largest possible value of numbers.
   *
   * <p>If neither end is set, {@code array<tinyint>} is uint8 by its bits.
   *
   * @group param
   */
  default DoubleParam inputMax() {
    return paramSet().of(INPUT_MAX);
  }

  /**
   * Value of {@link #inputMax}.
   *
   * @group getParam
   */
  default double getInputMax() {
    return paramSet().value(INPUT_MAX);
  }

  /**
   * Sets {@link #inputMax}.
   *
   * @group setParam
   */
  default E setInputMax(double value) {
    return paramSet().set(INPUT_MAX, value);
  }

  /**
   * The range of the numbers in the image column, if {@link #inputMin} or {@link #inputMax} is set.
   *
   * @throws ai.narrows.images.InputException if it is none
   */
  default Optional<InputRange> inputRange() {
    return isSet(inputMin()) || isSet(inputMax())
        ? Optional.of(InputRange.of(getInputMin(), getInputMax()))
        : Optional.empty();
  }
}
