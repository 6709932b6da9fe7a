package io.narrows.distributed;

import io.narrows.nn.Architecture;
import io.narrows.nn.Kernels;
import io.narrows.nn.Pool;
import io.narrows.train.BlockEvaluation;
import io.narrows.train.PixelBlock;
import io.narrows.train.RoundResult;
import io.narrows.train.TrainingListener;
import io.narrows.train.TrainingLoop;
import io.narrows.train.TrainingOptions;
import io.narrows.train.TrainingResult;
import io.narrows.train.TrainingState;
import java.io.Serializable;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import scala.Function2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Synchronous data-parallel SGD with parameter averaging (McDonald et al. 2010; Zinkevich et al.
 * 2010): in every round each worker takes up to {@code averagingFrequency} minibatch steps on its
 * shard from the same state, and the results are averaged, weighted by examples. A round is one
 * Spark job.
 *
 * <p>The result is a pure function of data, options, seed and number of workers: it does not depend
 * on executors, on retries or on the order in which workers finish. One worker gives what {@link
 * io.narrows.train.LocalTrainer} gives.
 */
public final class DistributedTrainer {
  /**
   * Above this many values (workers x state) the average is made by reducers instead of the driver.
   */
  static final long DRIVER_VALUES = 64L << 20;

  private static final int SLICE_VALUES = 4 << 20;

  private final Shards shards;
  private final Architecture architecture;
  private final TrainingOptions options;
  private final int averagingFrequency;
  private final TrainingListener listener;
  private final long driverValues;

  /**
   * A trainer over dealt images.
   *
   * @param averagingFrequency minibatch steps of a round, 0 for {@link #defaultAveragingFrequency}
   */
  public DistributedTrainer(
      Shards shards,
      Architecture architecture,
      TrainingOptions options,
      int averagingFrequency,
      TrainingListener listener) {
    this(shards, architecture, options, averagingFrequency, listener, DRIVER_VALUES);
  }

  DistributedTrainer(
      Shards shards,
      Architecture architecture,
      TrainingOptions options,
      int averagingFrequency,
      TrainingListener listener,
      long driverValues) {
    if (averagingFrequency < 0) {
      throw new IllegalArgumentException(
          "averagingFrequency must be at least 0, but is " + averagingFrequency);
    }
    options.objective().check(architecture);
    this.shards = shards;
    this.architecture = architecture;
    this.options = options;
    this.averagingFrequency =
        averagingFrequency > 0
            ? averagingFrequency
            : defaultAveragingFrequency(
                stepsPerEpoch(shards.plan(), options.batchSize()), shards.workers());
    this.listener = listener;
    this.driverValues = driverValues;
  }

  /** Steps of the longest shard in an epoch. */
  static int stepsPerEpoch(ShardPlan plan, int batchSize) {
    return Math.max(1, (plan.longestShard() + batchSize - 1) / batchSize);
  }

  /**
   * The default length of a round: an epoch in three equal rounds, or in more where one would have
   * over 100 steps, or in fewer where it would have under 10; a whole epoch with one worker, where
   * averaging changes nothing.
   */
  static int defaultAveragingFrequency(int stepsPerEpoch, int workers) {
    if (workers == 1) {
      return stepsPerEpoch;
    }
    int longest = Math.max(10, Math.min(100, (stepsPerEpoch + 2) / 3));
    int rounds = (stepsPerEpoch + longest - 1) / longest;
    return (stepsPerEpoch + rounds - 1) / rounds;
  }

  /** The length of a round in use. */
  public int averagingFrequency() {
    return averagingFrequency;
  }

  /**
   * Trains.
   *
   * @param parameters first values [architecture.parameters()]
   */
  public TrainingResult fit(float[] parameters) {
    listener.started(shards.trainingRows(), shards.validationRows(), shards.workers());
    SparkContext context = shards.rdd().context();
    String description = context.getLocalProperty("spark.job.description");
    try {
      return TrainingLoop.run(
          options, TrainingState.start(parameters, options), new SparkRounds(context), listener);
    } finally {
      context.setJobDescription(description);
    }
  }

  private final class SparkRounds implements TrainingLoop.Rounds {
    private final SparkContext context;
    private StateAverage average; // made for the first round, used for all

    SparkRounds(SparkContext context) {
      this.context = context;
    }

    @Override
    public int perEpoch() {
      int steps = stepsPerEpoch(shards.plan(), options.batchSize());
      return (steps + averagingFrequency - 1) / averagingFrequency;
    }

    @Override
    public RoundResult run(TrainingState state, int epoch, int round) {
      context.setJobDescription(
          String.format(
              "epoch %d/%d, round %d/%d", epoch + 1, options.epochs(), round + 1, perEpoch()));
      try (Exchange<TrainingState, RoundResult> exchange = open(state)) {
        WorkerTask task =
            new WorkerTask(
                architecture,
                options,
                shards.plan(),
                exchange,
                epoch,
                round * averagingFrequency,
                averagingFrequency);
        int length = state.values().length;
        return (long) shards.workers() * length > driverValues
            ? SlicedRound.run(
                JavaRDD.fromRDD(shards.rdd(), tag(Shard.class)),
                task,
                shards.workers(),
                length,
                state.parameterCount(),
                Math.min(shards.workers(), 1 + length / SLICE_VALUES))
            : foldOnDriver(task, exchange, state);
      }
    }

    private RoundResult foldOnDriver(
        WorkerTask task, Exchange<TrainingState, RoundResult> exchange, TrainingState state) {
      if (average == null) {
        average = new StateAverage(shards.workers(), state);
      }
      average.clear();
      forEachShard(exchange, task::run, RoundResult.class, average::add);
      return average.result();
    }

    @Override
    public double validationLoss(TrainingState state) {
      if (shards.validationRows() == 0) {
        return Double.NaN;
      }
      context.setJobDescription("validation");
      try (Exchange<TrainingState, Double> exchange = open(state)) {
        ValidationTask task = new ValidationTask(architecture, options, shards.plan(), exchange);
        double[] sums = new double[shards.workers()];
        forEachShard(exchange, task::run, Double.class, (worker, sum) -> sums[worker] = sum);
        double total = 0;
        for (double sum : sums) {
          total += sum;
        }
        return total / shards.validationRows();
      }
    }

    private <R> Exchange<TrainingState, R> open(TrainingState state) {
      return Exchange.open(context, state, TrainingState.class);
    }

    /**
     * One job with a task per shard; results are handed over as they come in, each worker's once.
     */
    private <R> void forEachShard(
        Exchange<TrainingState, R> exchange, OnShard<R> work, Class<R> type, OnResult<R> onResult) {
      Function2<Object, R, BoxedUnit> handler =
          new AbstractFunction2<>() {
            @Override
            public BoxedUnit apply(Object worker, R result) {
              onResult.accept((Integer) worker, exchange.take((Integer) worker, result));
              return BoxedUnit.UNIT;
            }
          };
      context.runJob(
          shards.rdd(),
          new ShardFunction<>(exchange, work),
          CollectionConverters.asScala(
                  IntStream.range(0, shards.workers()).<Object>mapToObj(w -> w).toList())
              .toList(),
          handler,
          tag(type));
    }
  }

  private static <T> ClassTag<T> tag(Class<T> type) {
    return ClassTag$.MODULE$.apply(type);
  }

  /** What a worker does with its shard. */
  interface OnShard<R> extends Serializable {
    R run(Shard shard);
  }

  private interface OnResult<R> {
    void accept(int worker, R result);
  }

  private static final class ShardFunction<R>
      extends AbstractFunction2<TaskContext, Iterator<Shard>, R> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Exchange<?, R> exchange;
    private final OnShard<R> work;

    ShardFunction(Exchange<?, R> exchange, OnShard<R> work) {
      this.exchange = exchange;
      this.work = work;
    }

    @Override
    public R apply(TaskContext context, Iterator<Shard> shards) {
      Shard shard = shards.next();
      return exchange.deliver(shard.worker(), work.run(shard));
    }
  }

  /** The loss of a worker's validation rows. */
  private record ValidationTask(
      Architecture architecture,
      TrainingOptions options,
      ShardPlan plan,
      Exchange<TrainingState, Double> exchange)
      implements Serializable {

    private static final Pool<BlockEvaluation> EVALUATIONS = new Pool<>();

    private record Kind(Architecture architecture, TrainingOptions options) {}

    double run(Shard shard) {
      double sum = 0;
      try (Pool.Lease<BlockEvaluation> evaluation =
          EVALUATIONS.borrow(
              new Kind(architecture, options),
              () ->
                  new BlockEvaluation(
                      architecture, Kernels.cpu(), options.objective().loss(), options.seed()))) {
        evaluation.item().setParameters(exchange.state().parameters());
        for (int block = 0; block < plan.validationBlocksPerShard(); block++) {
          PixelBlock rows = shard.validation().apply(block);
          sum += evaluation.item().lossSum(rows);
        }
      }
      return sum;
    }
  }
}
