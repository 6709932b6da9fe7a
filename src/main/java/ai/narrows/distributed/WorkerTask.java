package ai.narrows.distributed;

import ai.narrows.nn.Pool;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.train.LocalTrainer;
import ai.narrows.train.RoundResult;
import ai.narrows.train.ShuffledBlocks;
import ai.narrows.train.TrainingOptions;
import ai.narrows.train.TrainingState;
import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * A round as a worker does it: from the state that all workers get, up to {@code steps} minibatches
 * of its shard.
 */
record WorkerTask(
    Architecture architecture,
    TrainingOptions options,
    ShardPlan plan,
    Exchange<TrainingState, RoundResult> exchange,
    int epoch,
    int firstStep,
    int steps)
    implements Serializable {

  private static final Pool<LocalTrainer> TRAINERS = new Pool<>();

  private record Kind(
      Architecture architecture, TrainingOptions options, int rows, Device device) {}

  RoundResult run(Shard shard) {
    return ShardException.naming(shard.worker(), () -> train(shard));
  }

  private RoundResult train(Shard shard) {
    int worker = shard.worker();
    int[] blockRows =
        IntStream.range(0, plan.blocksPerShard()).map(b -> plan.rowsOf(worker, b)).toArray();
    ShuffledBlocks source =
        new ShuffledBlocks(
            options.seed(), worker, blockRows, block -> shard.open(Rows.TRAINING, block));
    int stepsPerEpoch = DistributedTrainer.stepsPerEpoch(plan, options.batchSize());
    int rows = plan.longestShard();
    Device device = Device.ofTask();
    TrainingOptions own = device.equals(Device.CPU) ? options : options.withThreads(1);
    try (Pool.Lease<LocalTrainer> trainer =
        TRAINERS.borrow(
            new Kind(architecture, own, Math.min(rows, options.batchSize()), device),
            () -> new LocalTrainer(architecture, device.kernels(), own, rows))) {
      return trainer
          .item()
          .round(exchange.state(), source, worker, epoch, firstStep, steps, stepsPerEpoch);
    }
  }
}
