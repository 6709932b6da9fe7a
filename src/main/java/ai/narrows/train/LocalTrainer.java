package ai.narrows.train;

import ai.narrows.nn.Batch;
import ai.narrows.nn.Network;
import ai.narrows.nn.Share;
import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.kernels.Range;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.optim.UpdaterState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Minibatch training without Spark: the part of distributed training that happens on a worker, and
 * with {@link #fit} a whole training of its own.
 *
 * <p>Several threads divide each minibatch by rows. Every thread has a network of its own on the
 * same parameters. The gradients are added in the order of the threads, and each thread then
 * updates a range of the parameters, so the result does not depend on timing. It is that of one
 * thread but for rounding: all threads together draw the random numbers that one thread draws.
 */
public final class LocalTrainer implements AutoCloseable {
  private final TrainingOptions options;
  private final Kernels kernels;
  private final Team team;
  private final Member[] members; // [threads]
  private final boolean columnsMeet; // whether a pass waits for the others' divergences
  private final PendingRows pending; // null in one thread
  private final List<Buffer> gradients = new ArrayList<>(); // [threads], of the members' rows
  private final Buffer gradient; // of the minibatch
  private final UpdaterState updaterState;

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
    this.kernels = kernels;
    int capacity = Math.min(rows, options.batchSize());
    int parameters = architecture.parameters();
    int threads = Math.min(options.threads(), Math.min(capacity, parameters));
    Network first =
        Network.forTraining(
            architecture, kernels, share(capacity, threads), options.objective().corruption());
    members = new Member[threads];
    for (int i = 0; i < threads; i++) {
      Network network =
          i == 0
              ? first
              : first.sharing(share(capacity, threads), options.objective().corruption());
      members[i] = new Member(i, network, Range.part(parameters, i, threads));
      gradients.add(network.gradient());
    }
    team = new Team(threads);
    columnsMeet = architecture.variational() && options.objective().freeBits() > 0;
    pending = threads == 1 ? null : new PendingRows(capacity);
    gradient = threads == 1 ? first.gradient() : kernels.allocate(parameters);
    updaterState = new UpdaterState(kernels, options.updater(), parameters);
  }

  /** The most rows of a member. */
  private static int share(int rows, int threads) {
    return (rows + threads - 1) / threads;
  }

  /** A thread's network, and its share of the minibatch at hand. */
  private final class Member implements Share {
    private final int number;
    private final Network network;
    private final Range range; // of the parameters that it updates
    private final RandomStream random = new RandomStream(0, Purpose.TRAINING_NOISE, 0, 0, 0);
    private final AugmentedBatch augmented; // null where images stay as they are
    private int from; // its first row of the minibatch
    private int rows;
    private int batchRows;
    private double value; // the objective's sum over its rows
    private double squares; // of the gradient in its range
    private float[] columns = {}; // that it adds to those of the others

    Member(int number, Network network, Range range) {
      this.number = number;
      this.network = network;
      this.range = range;
      augmented =
          options.augmentation().any()
              ? new AugmentedBatch(options.augmentation(), network, random)
              : null;
    }

    /**
     * Takes its share of a minibatch; false if there are fewer rows than threads, and none left.
     */
    boolean take(int allRows) {
      int parts = Math.min(members.length, allRows);
      batchRows = allRows;
      if (number >= parts) {
        rows = 0;
        return false;
      }
      from = Range.start(allRows, number, parts);
      rows = Range.start(allRows, number + 1, parts) - from;
      return true;
    }

    /** Loads its rows, and leaves their gradient. */
    void pass(Steps steps, int step) {
      random.restart(options.seed(), Purpose.AUGMENTATION, steps.epoch, steps.worker, step);
      Batch batch = network;
      if (augmented != null) {
        augmented.skip(from);
        batch = augmented;
      }
      if (pending == null) {
        steps.load(step, rows, batch);
      } else {
        pending.copyTo(batch, from, rows);
      }
      random.restart(options.seed(), Purpose.TRAINING_NOISE, steps.epoch, steps.worker, step);
      network.skipNoise(from, random);
      network.drawNoise(0, rows, random);
      random.restart(options.seed(), Purpose.CORRUPTION, steps.epoch, steps.worker, step);
      network.skipCorruption(from, random);
      network.drawCorruption(0, rows, random);
      value = network.trainingPass(this, options.objective(), steps.trained(step));
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public int batchRows() {
      return batchRows;
    }

    @Override
    public void sum(float[] values) {
      if (members.length == 1) {
        return;
      }
      if (columns.length != values.length) {
        columns = new float[values.length];
      }
      System.arraycopy(values, 0, columns, 0, values.length);
      team.await();
      Arrays.fill(values, 0f);
      for (int i = 0; i < Math.min(members.length, batchRows); i++) {
        for (int j = 0; j < values.length; j++) {
          values[j] += members[i].columns[j];
        }
      }
    }
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
    Steps work = new Steps(source, worker, epoch, firstStep, steps, stepsPerEpoch);
    try {
      team.run(work);
    } finally {
      if (pending != null) {
        pending.clear();
      }
    }
    return new RoundResult(store(), work.examples, work.lossSum, System.nanoTime() - begin);
  }

  /** The steps of a round, as every member takes them. */
  private final class Steps implements IntConsumer {
    private final BatchSource source;
    private final int worker;
    private final int epoch;
    private final int firstStep;
    private final int steps;
    private final int stepsPerEpoch;
    private long examples; // counted by the first member, as the losses are
    private double lossSum;
    private double rate; // of the step at hand, set by the first member

    Steps(BatchSource source, int worker, int epoch, int firstStep, int steps, int stepsPerEpoch) {
      this.source = source;
      this.worker = worker;
      this.epoch = epoch;
      this.firstStep = firstStep;
      this.steps = steps;
      this.stepsPerEpoch = stepsPerEpoch;
    }

    @Override
    public void accept(int number) {
      Member member = members[number];
      boolean first = number == 0;
      for (int step = firstStep; step < firstStep + steps; step++) {
        long position = (long) step * options.batchSize();
        if (position >= source.rows()) {
          break;
        }
        int rows = (int) Math.min(options.batchSize(), source.rows() - position);
        if (first && pending != null) {
          load(step, rows, pending);
        }
        team.await(); // until the rows are there, and all parameters of the step before
        if (first) {
          updaterState.countUpdate();
          rate = options.stepSize().at(trained(step), 1.0 / stepsPerEpoch);
        }
        if (member.take(rows)) {
          member.pass(this, step);
        } else if (columnsMeet) {
          team.await();
        }
        team.await(); // until all gradients are there
        if (first) {
          count(rows);
        }
        update(member, Math.min(members.length, rows));
      }
    }

    void load(int step, int rows, Batch batch) {
      source.load(epoch, step * options.batchSize(), rows, batch);
    }

    double trained(int step) {
      return (double) epoch + (double) step / stepsPerEpoch;
    }

    private void count(int rows) {
      examples += rows;
      for (int i = 0; i < Math.min(members.length, rows); i++) {
        lossSum += members[i].value;
      }
    }

    /** Updates a member's range of the parameters. */
    private void update(Member member, int shares) {
      if (members.length > 1) {
        kernels.updates().sum(member.range, gradients, shares, gradient);
      }
      options
          .updater()
          .step(
              kernels,
              member.range,
              members[0].network.parameters(),
              gradient,
              updaterState,
              clipping(member),
              rate);
    }

    /** The factor on the gradient. */
    private double clipping(Member member) {
      if (!options.clipping().any()) {
        return 1;
      }
      member.squares = kernels.updates().sumOfSquares(member.range, gradient);
      team.await();
      double squares = 0;
      for (Member other : members) {
        squares += other.squares;
      }
      return options.clipping().scale(squares);
    }
  }

  private void load(TrainingState state) {
    int n = state.parameterCount();
    Buffer parameters = members[0].network.parameters();
    kernels.upload(state.values(), 0, parameters, 0, n);
    updaterState.set(state.updates(), state.values(), n);
    if (members.length > 1) {
      kernels.updates().share(parameters, true);
      kernels.updates().share(gradient, false);
      updaterState.share();
    }
  }

  private TrainingState store() {
    Buffer parameters = members[0].network.parameters();
    int n = parameters.length();
    float[] values = new float[n * (1 + options.updater().stateVectors())];
    kernels.download(parameters, 0, values, 0, n);
    updaterState.copyTo(values, n);
    return new TrainingState(values, n, updaterState.updates());
  }

  @Override
  public void close() {
    team.close();
    if (members.length > 1) {
      gradient.close();
    }
    for (int i = members.length - 1; i >= 0; i--) { // the first has the parameters
      members[i].network.close();
    }
    updaterState.close();
  }

  /**
   * Trains from start to end, as one worker.
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
