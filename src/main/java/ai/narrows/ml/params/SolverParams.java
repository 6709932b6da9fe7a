package ai.narrows.ml.params;

import ai.narrows.optim.Clipping;
import ai.narrows.optim.Updater;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of the optimizer.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface SolverParams<E extends Params> extends ParamOwner<E> {

  Definition<Param<String>, String> SOLVER =
      Definition.choice("solver", "adam", "adam", "momentum (SGD with momentum)", "sgd")
          .in(Group.OPTIMIZER, "optimizer");

  /**
   * Optimizer.
   *
   * @group param
   */
  default Param<String> solver() {
    return paramSet().of(SOLVER);
  }

  /**
   * Value of {@link #solver}.
   *
   * @group getParam
   */
  default String getSolver() {
    return paramSet().value(SOLVER);
  }

  /**
   * Sets {@link #solver}.
   *
   * @group setParam
   */
  default E setSolver(String value) {
    return paramSet().set(SOLVER, value);
  }

  Definition<DoubleParam, Double> MOMENTUM =
      Definition.number("momentum", "[0, 1)", 0.9)
          .in(Group.OPTIMIZER, "momentum coefficient of solver momentum");

  /**
   * Momentum coefficient of solver momentum.
   *
   * @group param
   */
  default DoubleParam momentum() {
    return paramSet().of(MOMENTUM);
  }

  /**
   * Value of {@link #momentum}.
   *
   * @group getParam
   */
  default double getMomentum() {
    return paramSet().value(MOMENTUM);
  }

  /**
   * Sets {@link #momentum}.
   *
   * @group setParam
   */
  default E setMomentum(double value) {
    return paramSet().set(MOMENTUM, value);
  }

  Definition<DoubleParam, Double> BETA1 =
      Definition.number("beta1", "[0, 1)", 0.9)
          .in(Group.OPTIMIZER, "decay rate of the first moment of solver adam")
          .rarely();

  /**
   * Decay rate of Adam's first moment.
   *
   * @group expertParam
   */
  default DoubleParam beta1() {
    return paramSet().of(BETA1);
  }

  /**
   * Value of {@link #beta1}.
   *
   * @group expertGetParam
   */
  default double getBeta1() {
    return paramSet().value(BETA1);
  }

  /**
   * Sets {@link #beta1}.
   *
   * @group expertSetParam
   */
  default E setBeta1(double value) {
    return paramSet().set(BETA1, value);
  }

  Definition<DoubleParam, Double> BETA2 =
      Definition.number("beta2", "[0, 1)", 0.999)
          .in(Group.OPTIMIZER, "decay rate of the second moment of solver adam")
          .rarely();

  /**
   * Decay rate of Adam's second moment.
   *
   * @group expertParam
   */
  default DoubleParam beta2() {
    return paramSet().of(BETA2);
  }

  /**
   * Value of {@link #beta2}.
   *
   * @group expertGetParam
   */
  default double getBeta2() {
    return paramSet().value(BETA2);
  }

  /**
   * Sets {@link #beta2}.
   *
   * @group expertSetParam
   */
  default E setBeta2(double value) {
    return paramSet().set(BETA2, value);
  }

  Definition<DoubleParam, Double> EPSILON =
      Definition.number("epsilon", "> 0", 1e-8)
          .in(
              Group.OPTIMIZER,
              "term added to the denominator of solver adam for numerical stability")
          .rarely();

  /**
   * Term added to Adam's denominator.
   *
   * @group expertParam
   */
  default DoubleParam epsilon() {
    return paramSet().of(EPSILON);
  }

  /**
   * Value of {@link #epsilon}.
   *
   * @group expertGetParam
   */
  default double getEpsilon() {
    return paramSet().value(EPSILON);
  }

  /**
   * Sets {@link #epsilon}.
   *
   * @group expertSetParam
   */
  default E setEpsilon(double value) {
    return paramSet().set(EPSILON, value);
  }

  Definition<DoubleParam, Double> WEIGHT_DECAY =
      Definition.number("weightDecay", ">= 0", 0.0)
          .in(Group.OPTIMIZER, "weight decay coefficient")
          .note("L2 penalty for solvers sgd and momentum, decoupled for adam");

  /**
   * Weight decay coefficient.
   *
   * @group param
   */
  default DoubleParam weightDecay() {
    return paramSet().of(WEIGHT_DECAY);
  }

  /**
   * Value of {@link #weightDecay}.
   *
   * @group getParam
   */
  default double getWeightDecay() {
    return paramSet().value(WEIGHT_DECAY);
  }

  /**
   * Sets {@link #weightDecay}.
   *
   * @group setParam
   */
  default E setWeightDecay(double value) {
    return paramSet().set(WEIGHT_DECAY, value);
  }

  Definition<DoubleParam, Double> GRADIENT_CLIP_NORM =
      Definition.number("gradientClipNorm", ">= 0", 0.0)
          .in(Group.OPTIMIZER, "maximum gradient L2 norm")
          .note("0 disables clipping");

  /**
   * Maximum gradient L2 norm.
   *
   * @group param
   */
  default DoubleParam gradientClipNorm() {
    return paramSet().of(GRADIENT_CLIP_NORM);
  }

  /**
   * Value of {@link #gradientClipNorm}.
   *
   * @group getParam
   */
  default double getGradientClipNorm() {
    return paramSet().value(GRADIENT_CLIP_NORM);
  }

  /**
   * Sets {@link #gradientClipNorm}.
   *
   * @group setParam
   */
  default E setGradientClipNorm(double value) {
    return paramSet().set(GRADIENT_CLIP_NORM, value);
  }

  /** The optimizer. */
  default Updater updater() {
    return switch (getSolver()) {
      case "sgd" -> new Updater.Sgd(getWeightDecay());
      case "momentum" -> new Updater.Momentum(getMomentum(), getWeightDecay());
      default -> new Updater.Adam(getBeta1(), getBeta2(), getEpsilon(), getWeightDecay());
    };
  }

  /** The limit on the gradient's norm. */
  default Clipping clipping() {
    return new Clipping(getGradientClipNorm());
  }
}
