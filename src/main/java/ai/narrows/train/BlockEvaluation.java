package ai.narrows.train;

import ai.narrows.nn.Loss;
import ai.narrows.nn.Network;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;

/**
 * The loss of blocks without training on them. For a VAE every row has one fixed noise draw, keyed
 * by (seed, its place among all rows), and beta is 1, so that the loss of an epoch can be compared
 * with any other's.
 */
public final class BlockEvaluation {
  private final Network network;
  private final Loss loss;
  private final long seed;
  private final RandomStream noise = new RandomStream(0, Purpose.VALIDATION_NOISE, 0, 0, 0);

  /**
   * An evaluation on a network.
   *
   * @param network with the parameters to evaluate; its rows are overwritten
   */
  public BlockEvaluation(Network network, Loss loss, long seed) {
    this.network = network;
    this.loss = loss;
    this.seed = seed;
  }

  /** Sum of the loss over the block's rows. */
  public double lossSum(PixelBlock block) {
    double[] sum = new double[1];
    block.through(
        network,
        (from, rows) -> {
          for (int r = 0; r < rows; r++) {
            noise.restart(seed, Purpose.VALIDATION_NOISE, block.firstRow() + from + r, 0, 0);
            network.drawNoise(r, 1, noise);
          }
          sum[0] += network.evaluationPass(rows, loss);
        });
    return sum[0];
  }
}
