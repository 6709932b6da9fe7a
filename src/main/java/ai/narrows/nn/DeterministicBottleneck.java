package ai.narrows.nn;

import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.layers.Layer;
import ai.narrows.nn.layers.Workspace;

/** An autoencoder's: the latent is the head's output itself. */
final class DeterministicBottleneck implements Bottleneck {
  private final Kernels kernels;
  private final Layer.Bound head;
  private final RowValues activity;

  DeterministicBottleneck(Workspace workspace, Layer.Bound head, int capacity) {
    kernels = workspace.kernels();
    this.head = head;
    activity = new RowValues(workspace, capacity);
  }

  @Override
  public Matrix latent() {
    return head.output();
  }

  @Override
  public Matrix dLatent() {
    return head.dOutput();
  }

  @Override
  public void forward(int rows) {}

  @Override
  public double divergence(int rows) {
    return 0;
  }

  @Override
  public void copyDivergences(int rows, double[] divergences) {
    throw new IllegalStateException("a plain autoencoder's latent has no divergence from a prior");
  }

  @Override
  public double backward(Share share, Objective objective, double epoch) {
    double weight = objective.activityPenalty();
    if (weight == 0) {
      return 0;
    }
    int rows = share.rows();
    float scale = (float) (weight / share.batchRows());
    kernels.latents().absoluteSumForward(rows, latent(), activity.matrix());
    kernels.latents().absoluteSumBackward(rows, latent(), scale, dLatent());
    return weight * activity.sum(rows);
  }

  @Override
  public void skipNoise(int rows, RandomStream random) {}

  @Override
  public void drawNoise(int from, int rows, RandomStream random) {}

  @Override
  public void setNoise(int row, float[] values, int from) {}

  @Override
  public void clearNoise() {}
}
