package ai.narrows.train;

import ai.narrows.nn.Bench;
import ai.narrows.nn.KernelsBenchmark;
import ai.narrows.nn.Network;
import ai.narrows.nn.layers.Architecture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Reconstruction errors of 256 images that are in place, as scoring computes them. */
public class ScoringBenchmark extends KernelsBenchmark {
  private static final int ROWS = 256;

  @Param({"ae", "vae"})
  public String network;

  private final double[] errors = new double[ROWS];
  private Network scoring;

  @Setup
  public void allocate() {
    Architecture architecture = Bench.network(network);
    scoring = Network.forInference(architecture, Bench.kernels(kernels), ROWS);
    scoring.setParameters(architecture.initialParameters(1));
    byte[] pixels = Bench.pixels(ROWS * Bench.PIXELS, 2);
    for (int row = 0; row < ROWS; row++) {
      scoring.setRow(row, pixels, row * Bench.PIXELS);
    }
  }

  @Benchmark
  public double[] score() {
    scoring.reconstructionPass(ROWS, errors);
    return errors;
  }

  @TearDown
  public void close() {
    scoring.close();
  }
}
