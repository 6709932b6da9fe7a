package ai.narrows.train;

import ai.narrows.nn.Bench;
import ai.narrows.nn.KernelsBenchmark;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Network;
import ai.narrows.nn.Objective;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.kernels.Range;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.optim.Updater;
import ai.narrows.optim.UpdaterState;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole training step of a network of reference on 128 images that are in place: forward,
 * backward, Adam.
 */
public class StepBenchmark extends KernelsBenchmark {
  @Param({"ae", "vae"})
  public String network;

  private final Updater updater = new Updater.Adam(0.9, 0.999, 1e-8, 0);
  private Kernels k;
  private Network trained;
  private Objective objective;
  private float[] start; // [parameters]
  private UpdaterState state;

  @Setup
  public void allocate() {
    k = Bench.kernels(kernels);
    Architecture architecture = Bench.network(network);
    objective =
        new Objective(
            architecture.variational()
                ? new Loss.BinaryCrossEntropy()
                : new Loss.MeanSquaredError(),
            1);
    trained = Network.forTraining(architecture, k, Bench.BATCH);
    start = architecture.initialParameters(1);
    byte[] pixels = Bench.pixels(Bench.BATCH * Bench.PIXELS, 2);
    for (int row = 0; row < Bench.BATCH; row++) {
      trained.setRow(row, pixels, row * Bench.PIXELS);
    }
    trained.drawNoise(0, Bench.BATCH, new RandomStream(1, Purpose.TRAINING_NOISE, 0, 0, 0));
  }

  /** Every iteration trains from the start: the same batch for ever would end in odd numbers. */
  @Setup(Level.Iteration)
  public void restart() {
    trained.setParameters(start);
    state = new UpdaterState(k, updater, start.length);
  }

  @Benchmark
  public double step() {
    double loss = trained.trainingPass(Bench.BATCH, objective);
    state.countUpdate();
    updater.step(
        k,
        Range.of(trained.parameters()),
        trained.parameters(),
        trained.gradient(),
        state,
        1,
        1e-3);
    return loss;
  }

  @TearDown(Level.Iteration)
  public void forget() {
    state.close();
  }

  @TearDown
  public void close() {
    trained.close();
  }
}
