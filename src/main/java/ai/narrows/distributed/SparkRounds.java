package ai.narrows.distributed;

import ai.narrows.compat.ScalaCollections;
import ai.narrows.images.InputException;
import ai.narrows.nn.Network;
import ai.narrows.nn.Pool;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ScoringNetwork;
import ai.narrows.train.BlockEvaluation;
import ai.narrows.train.RoundPlan;
import ai.narrows.train.RoundResult;
import ai.narrows.train.TrainingException;
import ai.narrows.train.TrainingLoop;
import ai.narrows.train.TrainingOptions;
import ai.narrows.train.TrainingProgress;
import ai.narrows.train.TrainingState;
import java.io.Serializable;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** Rounds as Spark jobs: one task per shard, the results averaged on the driver or by reducers. */
final class SparkRounds implements TrainingLoop.Rounds {
  private static final int SLICE_VALUES = 4 << 20;

  /**
   * The most values that a task returns between processes, 64 MiB of them: Spark holds a result as
   * an object, as bytes and as bytes in an envelope, all at a time. More go in slices.
   */
  private static final int RESULT_VALUES = 16 << 20;

  private static final Pattern ATTEMPTS =
      Pattern.compile("Task ([0-9]+) in stage [0-9.]+ failed ([0-9]+) times");

  private final Shards shards;
  private final Architecture architecture;
  private final TrainingOptions options;
  private final RoundPlan plan;
  private final long driverValues;
  private final Consumer<TrainingProgress> keeping;
  private final SparkContext context;
  private StateAverage average; // made for the first round, used for all

  /**
   * Rounds over dealt images.
   *
   * @param driverValues above this many values (workers x state) reducers make the average
   * @param keeping is given where training stands after every epoch
   */
  SparkRounds(
      Shards shards,
      Architecture architecture,
      TrainingOptions options,
      RoundPlan plan,
      long driverValues,
      Consumer<TrainingProgress> keeping) {
    this.shards = shards;
    this.architecture = architecture;
    this.options = options;
    this.plan = plan;
    this.driverValues = driverValues;
    this.keeping = keeping;
    this.context = shards.rdd().context();
    TaskCores.reserve(context, shards.rdd(), options.threads());
  }

  @Override
  public void keep(TrainingProgress progress) {
    keeping.accept(progress);
  }

  @Override
  public RoundResult run(TrainingState state, int epoch, int round) {
    String description =
        String.format(
            Locale.ROOT,
            "epoch %d/%d, round %d/%d",
            epoch + 1,
            options.epochs(),
            round + 1,
            plan.rounds(epoch));
    String position = String.format(Locale.ROOT, "in epoch %d, round %d", epoch + 1, round + 1);
    return Described.get(
        context,
        description,
        () -> explained(position, () -> round(state, epoch, plan.round(epoch, round))));
  }

  private RoundResult round(TrainingState state, int epoch, RoundPlan.Round round) {
    try (Exchange<TrainingState, RoundResult> exchange = open(state)) {
      WorkerTask task =
          new WorkerTask(
              architecture,
              options,
              shards.plan(),
              exchange,
              epoch,
              round.firstStep(),
              round.steps());
      int length = state.values().length;
      boolean sliced =
          (long) shards.workers() * length > driverValues
              || (!context.isLocal() && length > RESULT_VALUES);
      return sliced
          ? SlicedRound.run(
              JavaRDD.fromRDD(shards.rdd(), tag(Shard.class)),
              task,
              shards.workers(),
              length,
              state.parameterCount(),
              1 + length / SLICE_VALUES)
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
    double sum =
        Described.get(
            context, "validation", () -> explained("in validation", () -> validationSum(state)));
    return sum / shards.validationRows();
  }

  private double validationSum(TrainingState state) {
    try (Exchange<TrainingState, Double> exchange = open(state)) {
      ValidationTask task = new ValidationTask(architecture, options, shards.plan(), exchange);
      double[] sums = new double[shards.workers()];
      forEachShard(exchange, task::run, Double.class, (worker, sum) -> sums[worker] = sum);
      double total = 0;
      for (double sum : sums) {
        total += sum;
      }
      return total;
    }
  }

  private <R> Exchange<TrainingState, R> open(TrainingState state) {
    return Exchange.open(context, state, TrainingState.class);
  }

  /**
   * Runs a job; where a shard fails as often as Spark tries it, says which, where training stood,
   * and why.
   */
  private <T> T explained(String position, Supplier<T> job) {
    try {
      return job.get();
    } catch (Exception e) { // Scala does not declare that it throws SparkException
      if (!(e instanceof SparkException) || InputException.in(e).isPresent()) {
        throw e;
      }
      ShardException shard = ExceptionUtils.throwableOfType(e, ShardException.class);
      Matcher attempts = ATTEMPTS.matcher(String.valueOf(e.getMessage()));
      int times = attempts.find() ? Integer.parseInt(attempts.group(2)) : 1;
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "%s failed %s%s: %s",
              shard == null
                  ? "the work of " + shards.workers() + " shards"
                  : String.format(
                      Locale.ROOT, "shard %d of %d", shard.worker() + 1, shards.workers()),
              position,
              times > 1 ? ", " + times + " times" : "",
              shard == null ? e.getMessage() : shard.getCause()),
          e);
    }
  }

  /** One job with a task per shard; results are handed over as they come in, each worker's once. */
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
        ScalaCollections.copy(
            IntStream.range(0, shards.workers()).<Object>mapToObj(w -> w).toList()),
        handler,
        tag(type));
  }

  private static <T> ClassTag<T> tag(Class<T> type) {
    return ClassTag$.MODULE$.apply(type);
  }

  /** What a worker does with its shard. */
  private interface OnShard<R> extends Serializable {
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

    double run(Shard shard) {
      return ShardException.naming(shard.worker(), () -> lossSum(shard));
    }

    private double lossSum(Shard shard) {
      double sum = 0;
      try (Pool.Lease<ScoringNetwork> lease = TaskNetworks.borrow(architecture)) {
        Network network = lease.item().network();
        network.setParameters(exchange.state().parameters());
        BlockEvaluation evaluation =
            new BlockEvaluation(network, options.objective().loss(), options.seed());
        for (int block = 0; block < plan.blocksPerShard(Rows.VALIDATION); block++) {
          sum += evaluation.lossSum(shard.open(Rows.VALIDATION, block));
        }
      }
      return sum;
    }
  }
}
