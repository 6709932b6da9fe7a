package ai.narrows.train;

import ai.narrows.nn.Loss;
import ai.narrows.nn.Network;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Architecture;

/**
 * The loss of blocks without training on them. For a VAE every row has one fixed noise draw, keyed
 * by (seed, its place among all rows), and beta is 1, so that the loss of an epoch can be compared
 * with any other's.
 */
public final class BlockEvaluation implements AutoCloseable {
  private final Network network;
  private final Loss loss;
  private final long seed;
  private final RandomStream noise = new RandomStream(0, Purpose.VALIDATION_NOISE, 0, 0, 0);

  /** An evaluation with memory of its own. */
  public BlockEvaluation(Architecture architecture, Kernels kernels, Loss loss, long seed) {
    network = Network.forInference(architecture, kernels, architecture.inferenceRows());
    this.loss = loss;
    this.seed = seed;
  }

  /** The parameters to evaluate at. */
  public void setParameters(float[] parameters) {
    network.setParameters(parameters);
  }

  /** Sum of the loss over the block's rows. */
  public double lossSum(PixelBlock block) {
    double sum = 0;
    for (int from = 0; from < block.rows(); from += network.capacity()) {
      int rows = Math.min(network.capacity(), block.rows() - from);
      for (int r = 0; r < rows; r++) {
        block.copyRow(from + r, network, r);
        noise.restart(seed, Purpose.VALIDATION_NOISE, block.firstRow() + from + r, 0, 0);
        network.drawNoise(r, 1, noise);
      }
      sum += network.evaluationPass(rows, loss);
    }
    return sum;
  }

  @Override
  public void close() {
    network.close();
  }
}
