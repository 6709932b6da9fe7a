package ai.narrows.distributed;

import ai.narrows.nn.layers.Architecture;
import ai.narrows.train.Averaging;
import ai.narrows.train.RoundPlan;
import ai.narrows.train.TrainingException;
import ai.narrows.train.TrainingListener;
import ai.narrows.train.TrainingLoop;
import ai.narrows.train.TrainingOptions;
import ai.narrows.train.TrainingProgress;
import ai.narrows.train.TrainingResult;
import ai.narrows.train.TrainingState;

/**
 * Synchronous data-parallel SGD with parameter averaging (McDonald et al. 2010; Zinkevich et al.
 * 2010): in every round each worker takes up to {@code averagingFrequency} minibatch steps on its
 * shard from the same state, and the results are averaged, weighted by examples; the outer step
 * goes from there to the next round's parameters. A round is one Spark job.
 *
 * <p>The result is a pure function of data, options, seed and number of workers: it does not depend
 * on executors, on retries or on the order in which workers finish. One worker without an outer
 * step gives what {@link ai.narrows.train.LocalTrainer} gives.
 */
public final class DistributedTrainer {
  /**
   * Above this many values (workers x state) the average is made by reducers instead of the driver;
   * so it is, between processes, where one state is large.
   */
  static final long DRIVER_VALUES = 64L << 20;

  private final Shards shards;
  private final Architecture architecture;
  private final TrainingOptions options;
  private final RoundPlan plan;
  private final TrainingListener listener;
  private final long driverValues;

  /**
   * A trainer over dealt images.
   *
   * @param averaging defaults in it are resolved with the shards' length and number
   */
  public DistributedTrainer(
      Shards shards,
      Architecture architecture,
      TrainingOptions options,
      Averaging averaging,
      TrainingListener listener) {
    this(shards, architecture, options, averaging, listener, DRIVER_VALUES);
  }

  DistributedTrainer(
      Shards shards,
      Architecture architecture,
      TrainingOptions options,
      Averaging averaging,
      TrainingListener listener,
      long driverValues) {
    options.objective().check(architecture);
    this.shards = shards;
    this.architecture = architecture;
    this.options = options;
    int steps = stepsPerEpoch(shards.plan(), options.batchSize());
    plan = new RoundPlan(steps, averaging.resolved(steps, shards.busyWorkers()));
    this.listener = listener;
    this.driverValues = driverValues;
  }

  /** Steps of the longest shard in an epoch. */
  static int stepsPerEpoch(ShardPlan plan, int batchSize) {
    return Math.max(1, (plan.longestShard() + batchSize - 1) / batchSize);
  }

  /** When and how averages are taken, with values in the place of defaults. */
  public Averaging averaging() {
    return plan.averaging();
  }

  /**
   * Trains.
   *
   * @param parameters first values [architecture.parameters()]
   */
  public TrainingResult fit(float[] parameters) {
    return fit(parameters, Checkpoints.none());
  }

  /**
   * Trains, going on from the newest checkpoint where there is one to go on from.
   *
   * @param parameters first values [architecture.parameters()]
   * @throws ai.narrows.images.InputException if the checkpoint is of another training
   * @throws TrainingException if a shard fails as often as Spark tries it, or training diverges
   */
  public TrainingResult fit(float[] parameters, Checkpoints checkpoints) {
    Identity identity = Identity.of(shards, architecture, options, plan.averaging(), parameters);
    TrainingProgress start =
        checkpoints.progress(
            identity,
            TrainingProgress.start(
                TrainingState.start(parameters, options), plan.velocity(parameters.length)),
            options);
    TrainingListener all = TrainingMetrics.listener(shards.rdd().context()).and(listener);
    all.started(
        shards.trainingRows(),
        shards.validationRows(),
        shards.calibrationRows(),
        shards.skippedRows(),
        shards.workers());
    all.planned(options, plan, shards.busyWorkers());
    return TrainingLoop.run(
        options,
        plan,
        start,
        new SparkRounds(
            shards,
            architecture,
            options,
            plan,
            driverValues,
            progress -> checkpoints.keep(identity, progress, progress.ended(options))),
        all);
  }
}
