package ai.narrows.nn;

import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Layer;
import ai.narrows.nn.layers.Workspace;

/**
 * What stands between the encoder's last layer, the head, and the decoder: its forward pass from
 * the head's output to the latent, and the gradient back, with what the objective says of the
 * latent.
 */
sealed interface Bottleneck permits DeterministicBottleneck, GaussianBottleneck {
  /** The bottleneck of an architecture, behind its head. */
  static Bottleneck of(
      Architecture architecture, Workspace workspace, Layer.Bound head, int capacity) {
    return architecture.variational()
        ? new GaussianBottleneck(workspace, head, capacity, architecture.latentDim())
        : new DeterministicBottleneck(workspace, head, capacity);
  }

  /** What the decoder reads, [capacity, latentDim]. */
  Matrix latent();

  /** The gradient of {@link #latent}, [capacity, latentDim]; null for inference. */
  Matrix dLatent();

  /** From the head's output to the latent. */
  void forward(int rows);

  /** The divergence from the prior at beta 1, in nats, summed over the rows that went forward. */
  double divergence(int rows);

  /**
   * The divergence from the prior of each row, in nats.
   *
   * @param divergences [rows], overwritten
   */
  void copyDivergences(int rows, double[] divergences);

  /**
   * From {@link #dLatent} to the gradient of the head's output, that of the objective's own terms
   * added.
   *
   * @param epoch the point of training in epochs, from 0
   * @return these terms' part of the objective's sum over the rows
   */
  double backward(Share share, Objective objective, double epoch);

  /** Passes over what {@link #drawNoise} would draw for some rows. */
  void skipNoise(int rows, RandomStream random);

  /** Draws the noise of rows {@code from .. from + rows - 1}, where there is any. */
  void drawNoise(int from, int rows, RandomStream random);

  /**
   * Sets the noise of a row, where there is any.
   *
   * @param values [latentDim] from {@code from} on, standard normal draws
   */
  void setNoise(int row, float[] values, int from);

  /** Sets all noise to zero, so that the latent is the posterior's mean. */
  void clearNoise();
}
