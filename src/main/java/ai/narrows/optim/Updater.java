package ai.narrows.optim;

import ai.narrows.message.ParamException;
import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Range;
import java.io.Serializable;

/**
 * A rule for moving the parameters against the gradient. Its hyperparameters are immutable; what it
 * remembers is {@link UpdaterState}.
 */
public sealed interface Updater extends Serializable {

  /** How many vectors of the parameters' length it remembers. */
  int stateVectors();

  /**
   * One step, in a range of the parameters: changes them and the state's vectors there. Threads may
   * take the ranges of a step side by side. {@link UpdaterState#countUpdate} comes first, once for
   * each step.
   *
   * @param range of the parameters
   * @param parameters [n], changed
   * @param gradient [n]
   * @param gradientScale factor on the gradient, from clipping
   * @param stepSize the schedule's value at this step
   */
  void step(
      Kernels kernels,
      Range range,
      Buffer parameters,
      Buffer gradient,
      UpdaterState state,
      double gradientScale,
      double stepSize);

  /**
   * Plain stochastic gradient descent.
   *
   * @param weightDecay L2 coefficient, added to the gradient
   */
  record Sgd(double weightDecay) implements Updater {
    public Sgd {
      checkAtLeastZero("weightDecay", weightDecay);
    }

    @Override
    public int stateVectors() {
      return 0;
    }

    @Override
    public void step(
        Kernels kernels,
        Range range,
        Buffer parameters,
        Buffer gradient,
        UpdaterState state,
        double gradientScale,
        double stepSize) {
      kernels
          .updates()
          .sgd(
              range,
              parameters,
              gradient,
              (float) gradientScale,
              (float) stepSize,
              (float) weightDecay);
    }
  }

  /**
   * Gradient descent with momentum (Polyak 1964), without dampening.
   *
   * @param momentum share of the velocity that stays, in [0, 1)
   * @param weightDecay L2 coefficient, added to the gradient
   */
  record Momentum(double momentum, double weightDecay) implements Updater {
    public Momentum {
      checkBelowOne("momentum", momentum);
      checkAtLeastZero("weightDecay", weightDecay);
    }

    @Override
    public int stateVectors() {
      return 1;
    }

    @Override
    public void step(
        Kernels kernels,
        Range range,
        Buffer parameters,
        Buffer gradient,
        UpdaterState state,
        double gradientScale,
        double stepSize) {
      kernels
          .updates()
          .momentum(
              range,
              parameters,
              gradient,
              state.vector(0),
              (float) gradientScale,
              (float) stepSize,
              (float) momentum,
              (float) weightDecay);
    }
  }

  /**
   * Adam (Kingma and Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter 2019,
   * algorithm 2). Bias correction takes the number of updates from the state; an average of several
   * workers' counts need not be whole.
   *
   * @param beta1 decay of the first moment, in [0, 1)
   * @param beta2 decay of the second moment, in [0, 1)
   * @param epsilon added to the root of the second moment
   * @param weightDecay share of each parameter, times the step size, that a step takes away
   */
  record Adam(double beta1, double beta2, double epsilon, double weightDecay) implements Updater {
    public Adam {
      checkBelowOne("beta1", beta1);
      checkBelowOne("beta2", beta2);
      if (!(epsilon > 0)) {
        throw new ParamException("epsilon", "must be positive", epsilon);
      }
      checkAtLeastZero("weightDecay", weightDecay);
    }

    @Override
    public int stateVectors() {
      return 2;
    }

    @Override
    public void step(
        Kernels kernels,
        Range range,
        Buffer parameters,
        Buffer gradient,
        UpdaterState state,
        double gradientScale,
        double stepSize) {
      double correction1 = 1 - Math.pow(beta1, state.updates());
      double correction2 = 1 - Math.pow(beta2, state.updates());
      kernels
          .updates()
          .adam(
              range,
              parameters,
              gradient,
              state.vector(0),
              state.vector(1),
              (float) gradientScale,
              (float) (stepSize / correction1),
              (float) beta1,
              (float) beta2,
              (float) epsilon,
              (float) Math.sqrt(correction2),
              (float) (stepSize * weightDecay));
    }
  }

  private static void checkAtLeastZero(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new ParamException(name, "must be at least 0", value);
    }
  }

  private static void checkBelowOne(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new ParamException(name, "must be at least 0 and below 1", value);
    }
  }
}
