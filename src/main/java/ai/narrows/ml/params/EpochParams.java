package ai.narrows.ml.params;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Params;

/**
 * Params of how long training takes, and on which rows.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface EpochParams<E extends Params> extends ParamOwner<E> {

  Definition<IntParam, Integer> EPOCHS =
      Definition.integer("epochs", ">= 1", 20).in(Group.TRAINING, "passes over the training data");

  /**
   * Passes over the training data.
   *
   * @group param
   */
  default IntParam epochs() {
    return paramSet().of(EPOCHS);
  }

  /**
   * Value of {@link #epochs}.
   *
   * @group getParam
   */
  default int getEpochs() {
    return paramSet().value(EPOCHS);
  }

  /**
   * Sets {@link #epochs}.
   *
   * @group setParam
   */
  default E setEpochs(int value) {
    return paramSet().set(EPOCHS, value);
  }

  Definition<IntParam, Integer> BATCH_SIZE =
      Definition.integer("batchSize", ">= 1", 128).in(Group.TRAINING, "minibatch size per worker");

  /**
   * Minibatch size per worker.
   *
   * @group param
   */
  default IntParam batchSize() {
    return paramSet().of(BATCH_SIZE);
  }

  /**
   * Value of {@link #batchSize}.
   *
   * @group getParam
   */
  default int getBatchSize() {
    return paramSet().value(BATCH_SIZE);
  }

  /**
   * Sets {@link #batchSize}.
   *
   * @group setParam
   */
  default E setBatchSize(int value) {
    return paramSet().set(BATCH_SIZE, value);
  }

  Definition<LongParam, Long> SEED = Definition.whole("seed", 1L).in(Group.TRAINING, "random seed");

  /**
   * Random seed.
   *
   * @group param
   */
  default LongParam seed() {
    return paramSet().of(SEED);
  }

  /**
   * Value of {@link #seed}.
   *
   * @group getParam
   */
  default long getSeed() {
    return paramSet().value(SEED);
  }

  /**
   * Sets {@link #seed}.
   *
   * @group setParam
   */
  default E setSeed(long value) {
    return paramSet().set(SEED, value);
  }

  Definition<DoubleParam, Double> VALIDATION_FRACTION =
      Definition.number("validationFraction", "[0, 1)", 0.0)
          .in(Group.TRAINING, "fraction of the images that is held out for validation");

  /**
   * Fraction of the images that is held out for validation.
   *
   * @group param
   */
  default DoubleParam validationFraction() {
    return paramSet().of(VALIDATION_FRACTION);
  }

  /**
   * Value of {@link #validationFraction}.
   *
   * @group getParam
   */
  default double getValidationFraction() {
    return paramSet().value(VALIDATION_FRACTION);
  }

  /**
   * Sets {@link #validationFraction}.
   *
   * @group setParam
   */
  default E setValidationFraction(double value) {
    return paramSet().set(VALIDATION_FRACTION, value);
  }

  Definition<IntParam, Integer> PATIENCE =
      Definition.integer("patience", ">= 0", 5)
          .in(
              Group.TRAINING,
              "epochs without a better validation loss before training stops early, if validationFraction is above 0")
          .note("0 disables early stopping");

  /**
   * Epochs before training stops early.
   *
   * @group param
   */
  default IntParam patience() {
    return paramSet().of(PATIENCE);
  }

  /**
   * Value of {@link #patience}.
   *
   * @group getParam
   */
  default int getPatience() {
    return paramSet().value(PATIENCE);
  }

  /**
   * Sets {@link #patience}.
   *
   * @group setParam
   */
  default E setPatience(int value) {
    return paramSet().set(PATIENCE, value);
  }
}
