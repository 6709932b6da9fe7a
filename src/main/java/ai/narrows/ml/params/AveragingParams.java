package ai.narrows.ml.params;

import ai.narrows.train.Averaging;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Params of training on several workers.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface AveragingParams<E extends Params> extends ParamOwner<E> {

  Definition<IntParam, Integer> NUM_WORKERS =
      Definition.integer("numWorkers", ">= 0", 0)
          .in(Group.AVERAGING, "number of workers")
          .note("0 = default parallelism of the cluster, divided by threadsPerWorker");

  /**
   * Number of workers.
   *
   * @group param
   */
  default IntParam numWorkers() {
    return paramSet().of(NUM_WORKERS);
  }

  /**
   * Value of {@link #numWorkers}.
   *
   * @group getParam
   */
  default int getNumWorkers() {
    return paramSet().value(NUM_WORKERS);
  }

  /**
   * Sets {@link #numWorkers}.
   *
   * @group setParam
   */
  default E setNumWorkers(int value) {
    return paramSet().set(NUM_WORKERS, value);
  }

  Definition<IntParam, Integer> THREADS_PER_WORKER =
      Definition.integer("threadsPerWorker", ">= 0", 0)
          .in(Group.AVERAGING, "threads of a worker, which divide the rows of each minibatch")
          .note("0 = spark.task.cpus");

  /**
   * Threads of a worker.
   *
   * @group param
   */
  default IntParam threadsPerWorker() {
    return paramSet().of(THREADS_PER_WORKER);
  }

  /**
   * Value of {@link #threadsPerWorker}.
   *
   * @group getParam
   */
  default int getThreadsPerWorker() {
    return paramSet().value(THREADS_PER_WORKER);
  }

  /**
   * Sets {@link #threadsPerWorker}.
   *
   * @group setParam
   */
  default E setThreadsPerWorker(int value) {
    return paramSet().set(THREADS_PER_WORKER, value);
  }

  Definition<IntParam, Integer> AVERAGING_FREQUENCY =
      Definition.integer("averagingFrequency", ">= 0", 0)
          .in(Group.AVERAGING, "minibatches per worker between averagings")
          .note("0 = a third of an epoch, but 10 to 100");

  /**
   * Minibatches per worker between averagings.
   *
   * @group param
   */
  default IntParam averagingFrequency() {
    return paramSet().of(AVERAGING_FREQUENCY);
  }

  /**
   * Value of {@link #averagingFrequency}.
   *
   * @group getParam
   */
  default int getAveragingFrequency() {
    return paramSet().value(AVERAGING_FREQUENCY);
  }

  /**
   * Sets {@link #averagingFrequency}.
   *
   * @group setParam
   */
  default E setAveragingFrequency(int value) {
    return paramSet().set(AVERAGING_FREQUENCY, value);
  }

  Definition<DoubleParam, Double> OUTER_MOMENTUM =
      Definition.number("outerMomentum", Rule.or(Rule.range("[0, 1)"), -1.0), -1.0)
          .in(Group.AVERAGING, "Nesterov momentum of averaged updates after the first epoch")
          .note("-1 = 0.5, or 0 with one worker or fewer than 20 minibatches between averagings")
          .rarely();

  /**
   * Nesterov momentum of averaged updates after the first epoch.
   *
   * @group expertParam
   */
  default DoubleParam outerMomentum() {
    return paramSet().of(OUTER_MOMENTUM);
  }

  /**
   * Value of {@link #outerMomentum}.
   *
   * @group expertGetParam
   */
  default double getOuterMomentum() {
    return paramSet().value(OUTER_MOMENTUM);
  }

  /**
   * Sets {@link #outerMomentum}.
   *
   * @group expertSetParam
   */
  default E setOuterMomentum(double value) {
    return paramSet().set(OUTER_MOMENTUM, value);
  }

  Definition<DoubleParam, Double> OUTER_STEP_SIZE =
      Definition.number("outerStepSize", "> 0", 1.0)
          .in(Group.AVERAGING, "outer learning rate applied to each averaged update")
          .note("1 assigns the average")
          .rarely();

  /**
   * Outer learning rate.
   *
   * @group expertParam
   */
  default DoubleParam outerStepSize() {
    return paramSet().of(OUTER_STEP_SIZE);
  }

  /**
   * Value of {@link #outerStepSize}.
   *
   * @group expertGetParam
   */
  default double getOuterStepSize() {
    return paramSet().value(OUTER_STEP_SIZE);
  }

  /**
   * Sets {@link #outerStepSize}.
   *
   * @group expertSetParam
   */
  default E setOuterStepSize(double value) {
    return paramSet().set(OUTER_STEP_SIZE, value);
  }

  Definition<Param<String>, String> UPDATER_STATE =
      Definition.choice("updaterState", "average", "average", "reset")
          .in(Group.AVERAGING, "optimizer state after averaging")
          .rarely();

  /**
   * Optimizer state after averaging.
   *
   * @group expertParam
   */
  default Param<String> updaterState() {
    return paramSet().of(UPDATER_STATE);
  }

  /**
   * Value of {@link #updaterState}.
   *
   * @group expertGetParam
   */
  default String getUpdaterState() {
    return paramSet().value(UPDATER_STATE);
  }

  /**
   * Sets {@link #updaterState}.
   *
   * @group expertSetParam
   */
  default E setUpdaterState(String value) {
    return paramSet().set(UPDATER_STATE, value);
  }

  Definition<DoubleParam, Double> SYNCHRONOUS_EPOCHS =
      Definition.number("synchronousEpochs", ">= 0", 0.0)
          .in(
              Group.AVERAGING,
              "epochs at the start of training in which every minibatch is averaged, without outer momentum")
          .rarely();

  /**
   * Epochs in which every minibatch is averaged.
   *
   * @group expertParam
   */
  default DoubleParam synchronousEpochs() {
    return paramSet().of(SYNCHRONOUS_EPOCHS);
  }

  /**
   * Value of {@link #synchronousEpochs}.
   *
   * @group expertGetParam
   */
  default double getSynchronousEpochs() {
    return paramSet().value(SYNCHRONOUS_EPOCHS);
  }

  /**
   * Sets {@link #synchronousEpochs}.
   *
   * @group expertSetParam
   */
  default E setSynchronousEpochs(double value) {
    return paramSet().set(SYNCHRONOUS_EPOCHS, value);
  }

  /** When workers are averaged, and how. */
  default Averaging averaging() {
    return new Averaging(
        getAveragingFrequency(),
        getOuterMomentum(),
        getOuterStepSize(),
        getUpdaterState().equals("reset")
            ? Averaging.UpdaterStates.RESET
            : Averaging.UpdaterStates.AVERAGE,
        getSynchronousEpochs());
  }
}
