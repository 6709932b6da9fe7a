package ai.narrows.ml.params;

import ai.narrows.optim.StepSize;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of the learning rate.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface StepSizeParams<E extends Params> extends ParamOwner<E> {

  Definition<DoubleParam, Double> STEP_SIZE =
      Definition.number("stepSize", "> 0", 1e-3)
          .in(Group.OPTIMIZER, "peak learning rate for one worker");

  /**
   * Peak learning rate.
   *
   * @group param
   */
  default DoubleParam stepSize() {
    return paramSet().of(STEP_SIZE);
  }

  /**
   * Value of {@link #stepSize}.
   *
   * @group getParam
   */
  default double getStepSize() {
    return paramSet().value(STEP_SIZE);
  }

  /**
   * Sets {@link #stepSize}.
   *
   * @group setParam
   */
  default E setStepSize(double value) {
    return paramSet().set(STEP_SIZE, value);
  }

  Definition<Param<String>, String> STEP_SIZE_SCALING =
      Definition.choice(
              "stepSizeScaling", "sqrt", "none", "sqrt (square root, at most 4)", "linear")
          .in(Group.OPTIMIZER, "scaling of the learning rate with the number of workers")
          .rarely();

  /**
   * Scaling of the learning rate with the number of workers.
   *
   * @group expertParam
   */
  default Param<String> stepSizeScaling() {
    return paramSet().of(STEP_SIZE_SCALING);
  }

  /**
   * Value of {@link #stepSizeScaling}.
   *
   * @group expertGetParam
   */
  default String getStepSizeScaling() {
    return paramSet().value(STEP_SIZE_SCALING);
  }

  /**
   * Sets {@link #stepSizeScaling}.
   *
   * @group expertSetParam
   */
  default E setStepSizeScaling(String value) {
    return paramSet().set(STEP_SIZE_SCALING, value);
  }

  Definition<Param<String>, String> STEP_SIZE_SCHEDULE =
      Definition.choice(
              "stepSizeSchedule",
              "constant",
              "constant",
              "step (times decayRate every decayEpochs)",
              "cosine (annealed to 0 at the last epoch)")
          .in(Group.OPTIMIZER, "learning-rate schedule");

  /**
   * Learning-rate schedule.
   *
   * @group param
   */
  default Param<String> stepSizeSchedule() {
    return paramSet().of(STEP_SIZE_SCHEDULE);
  }

  /**
   * Value of {@link #stepSizeSchedule}.
   *
   * @group getParam
   */
  default String getStepSizeSchedule() {
    return paramSet().value(STEP_SIZE_SCHEDULE);
  }

  /**
   * Sets {@link #stepSizeSchedule}.
   *
   * @group setParam
   */
  default E setStepSizeSchedule(String value) {
    return paramSet().set(STEP_SIZE_SCHEDULE, value);
  }

  Definition<IntParam, Integer> DECAY_EPOCHS =
      Definition.integer("decayEpochs", ">= 1", 10)
          .in(Group.OPTIMIZER, "epochs between learning-rate drops of the step schedule");

  /**
   * Epochs between learning-rate drops.
   *
   * @group param
   */
  default IntParam decayEpochs() {
    return paramSet().of(DECAY_EPOCHS);
  }

  /**
   * Value of {@link #decayEpochs}.
   *
   * @group getParam
   */
  default int getDecayEpochs() {
    return paramSet().value(DECAY_EPOCHS);
  }

  /**
   * Sets {@link #decayEpochs}.
   *
   * @group setParam
   */
  default E setDecayEpochs(int value) {
    return paramSet().set(DECAY_EPOCHS, value);
  }

  Definition<DoubleParam, Double> DECAY_RATE =
      Definition.number("decayRate", "(0, 1]", 0.5)
          .in(Group.OPTIMIZER, "factor of each learning-rate drop of the step schedule");

  /**
   * Factor of each learning-rate drop.
   *
   * @group param
   */
  default DoubleParam decayRate() {
    return paramSet().of(DECAY_RATE);
  }

  /**
   * Value of {@link #decayRate}.
   *
   * @group getParam
   */
  default double getDecayRate() {
    return paramSet().value(DECAY_RATE);
  }

  /**
   * Sets {@link #decayRate}.
   *
   * @group setParam
   */
  default E setDecayRate(double value) {
    return paramSet().set(DECAY_RATE, value);
  }

  Definition<DoubleParam, Double> WARMUP_EPOCHS =
      Definition.number("warmupEpochs", ">= 0", 0.0)
          .in(Group.OPTIMIZER, "epochs of linear learning-rate warmup")
          .note("0 disables it");

  /**
   * Epochs of learning-rate warmup.
   *
   * @group param
   */
  default DoubleParam warmupEpochs() {
    return paramSet().of(WARMUP_EPOCHS);
  }

  /**
   * Value of {@link #warmupEpochs}.
   *
   * @group getParam
   */
  default double getWarmupEpochs() {
    return paramSet().value(WARMUP_EPOCHS);
  }

  /**
   * Sets {@link #warmupEpochs}.
   *
   * @group setParam
   */
  default E setWarmupEpochs(double value) {
    return paramSet().set(WARMUP_EPOCHS, value);
  }

  /**
   * The learning rate for one worker over time.
   *
   * @param epochs length of training
   */
  default StepSize learningRate(int epochs) {
    return new StepSize(
        getStepSize(),
        switch (getStepSizeSchedule()) {
          case "step" -> new StepSize.Step(getDecayEpochs(), getDecayRate());
          case "cosine" -> new StepSize.Cosine(epochs);
          default -> new StepSize.Constant();
        },
        getWarmupEpochs());
  }

  /** How it grows with the number of workers. */
  default StepSize.Scaling learningRateScaling() {
    return switch (getStepSizeScaling()) {
      case "none" -> StepSize.Scaling.NONE;
      case "linear" -> StepSize.Scaling.LINEAR;
      default -> StepSize.Scaling.SQRT;
    };
  }
}
