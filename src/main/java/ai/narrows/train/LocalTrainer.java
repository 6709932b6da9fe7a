package ai.narrows.train;

import ai.narrows.nn.Batch;
import ai.narrows.nn.Network;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.optim.UpdaterState;
import java.util.List;

/**
 * Minibatch training in one thread, without Spark: the part of distributed training that happens on
 * a worker, and with {@link #fit} a whole training of its own.
 */
public final class LocalTrainer implements AutoCloseable {
  private final TrainingOptions options;
  private final Network network;
  private final Batch batch; // the network, or what stands before it
  private final UpdaterState updaterState;
  private final RandomStream random = new RandomStream(0, Purpose.TRAINING_NOISE, 0, 0, 0);

  /**
   * A trainer with memory for this network at this batch size.
   *
   * @param rows the most that there are to train on, at least 1: a batch never has more
   */
  public LocalTrainer(
      Architecture architecture, Kernels kernels, TrainingOptions options, int rows) {
    options.objective().check(architecture);
    options.augmentation().check(architecture);
    this.options = options;
    network =
        Network.forTraining(
            architecture,
            kernels,
            Math.min(rows, options.batchSize()),
            options.objective().corruption());
    batch =
        options.augmentation().any()
            ? new AugmentedBatch(options.augmentation(), network, random)
            : network;
    updaterState = new UpdaterState(kernels, options.updater(), architecture.parameters());
  }

  /**
   * Takes up to {@code steps} minibatch steps from a state.
   *
   * @param worker whose random streams to use
   * @param epoch counted from 0
   * @param firstStep number of the first step within the epoch, from 0; at or past the end of the
   *     source nothing is done
   * @param stepsPerEpoch steps of the longest shard, the measure of the step-size schedule
   */
  public RoundResult round(
      TrainingState start,
      BatchSource source,
      int worker,
      int epoch,
      int firstStep,
      int steps,
      int stepsPerEpoch) {
    long begin = System.nanoTime();
    load(start);
    long examples = 0;
    double lossSum = 0;
    for (int step = firstStep; step < firstStep + steps; step++) {
      long position = (long) step * options.batchSize();
      if (position >= source.rows()) {
        break;
      }
      int rows = (int) Math.min(options.batchSize(), source.rows() - position);
      random.restart(options.seed(), Purpose.AUGMENTATION, epoch, worker, step);
      source.load(epoch, (int) position, rows, batch);
      random.restart(options.seed(), Purpose.TRAINING_NOISE, epoch, worker, step);
      network.drawNoise(0, rows, random);
      random.restart(options.seed(), Purpose.CORRUPTION, epoch, worker, step);
      network.drawCorruption(0, rows, random);
      double trained = (double) epoch + (double) step / stepsPerEpoch;
      lossSum += network.trainingPass(rows, options.objective(), trained);
      update(trained, 1.0 / stepsPerEpoch);
      examples += rows;
    }
    return new RoundResult(store(), examples, lossSum, System.nanoTime() - begin);
  }

  private void update(double position, double length) {
    options
        .updater()
        .step(
            network.kernels(),
            network.parameters(),
            network.gradient(),
            updaterState,
            options.clipping().scale(network.kernels(), network.gradient()),
            options.stepSize().at(position, length));
  }

  private void load(TrainingState state) {
    int n = state.parameterCount();
    network.kernels().upload(state.values(), 0, network.parameters(), 0, n);
    updaterState.set(state.updates(), state.values(), n);
  }

  private TrainingState store() {
    int n = network.parameters().length();
    float[] values = new float[n * (1 + options.updater().stateVectors())];
    network.kernels().download(network.parameters(), 0, values, 0, n);
    updaterState.copyTo(values, n);
    return new TrainingState(values, n, updaterState.updates());
  }

  @Override
  public void close() {
    network.close();
    updaterState.close();
  }

  /**
   * Trains from start to end in this thread.
   *
   * @param parameters first values
   * @param training blocks of training rows
   * @param validation blocks of validation rows, may be empty
   */
  public static TrainingResult fit(
      Architecture architecture,
      Kernels kernels,
      TrainingOptions options,
      float[] parameters,
      List<PixelBlock> training,
      List<PixelBlock> validation,
      TrainingListener listener) {
    int[] blockRows = training.stream().mapToInt(PixelBlock::rows).toArray();
    ShuffledBlocks source = new ShuffledBlocks(options.seed(), 0, blockRows, training::get);
    int steps = (source.rows() + options.batchSize() - 1) / options.batchSize();
    try (LocalTrainer trainer = new LocalTrainer(architecture, kernels, options, source.rows());
        Network network =
            Network.forInference(architecture, kernels, architecture.inferenceRows())) {
      BlockEvaluation evaluation =
          new BlockEvaluation(network, options.objective().loss(), options.seed());
      TrainingLoop.Rounds rounds =
          new TrainingLoop.Rounds() {
            @Override
            public RoundResult run(TrainingState state, int epoch, int round) {
              return trainer.round(state, source, 0, epoch, 0, steps, steps);
            }

            @Override
            public double validationLoss(TrainingState state) {
              network.setParameters(state.parameters());
              double sum = 0;
              long rows = 0;
              for (PixelBlock block : validation) {
                sum += evaluation.lossSum(block);
                rows += block.rows();
              }
              return rows == 0 ? Double.NaN : sum / rows;
            }
          };
      RoundPlan plan = new RoundPlan(steps, Averaging.every(steps));
      return TrainingLoop.run(
          options,
          plan,
          TrainingProgress.start(
              TrainingState.start(parameters, options), plan.velocity(parameters.length)),
          rounds,
          listener);
    }
  }
}
