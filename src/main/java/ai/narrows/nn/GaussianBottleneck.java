package ai.narrows.nn;

import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.layers.Layer;
import ai.narrows.nn.layers.Workspace;
import java.util.Arrays;

/**
 * A VAE's: the head gives means and raw log-variances, {@code z = mean + exp(logVariance/2) *
 * noise} (Kingma and Welling 2014, section 2.4).
 */
final class GaussianBottleneck implements Bottleneck {
  private final Kernels kernels;
  private final Layer.Bound head; // its output is [capacity, 2 * latentDim]
  private final int capacity;
  private final Matrix z; // [capacity, latentDim]
  private final Matrix dz; // [capacity, latentDim], null for inference
  private final Matrix noise; // [capacity, latentDim]
  private final RowValues kl;
  private final Buffer columnKlValues; // [latentDim]
  private final Matrix columnKl; // [1, latentDim]
  private final Matrix klScale; // [1, latentDim], null for inference
  private final float[] latentScratch; // [latentDim]
  private final float[] columnScratch; // [latentDim]
  private boolean noiseIsZero = true;

  GaussianBottleneck(Workspace workspace, Layer.Bound head, int capacity, int latentDim) {
    kernels = workspace.kernels();
    this.head = head;
    this.capacity = capacity;
    z = workspace.matrix(capacity, latentDim);
    dz = workspace.trainingMatrix(capacity, latentDim);
    noise = workspace.matrix(capacity, latentDim);
    kl = new RowValues(workspace, capacity);
    columnKlValues = workspace.allocate(latentDim);
    columnKl = kernels.matrix(columnKlValues, 0, 1, latentDim);
    klScale = workspace.trainingMatrix(1, latentDim);
    latentScratch = new float[latentDim];
    columnScratch = new float[latentDim];
  }

  @Override
  public Matrix latent() {
    return z;
  }

  @Override
  public Matrix dLatent() {
    return dz;
  }

  @Override
  public void forward(int rows) {
    kernels.latents().gaussianForward(rows, head.output(), noise, z, kl.matrix());
  }

  @Override
  public double divergence(int rows) {
    return kl.sum(rows);
  }

  @Override
  public void copyDivergences(int rows, double[] divergences) {
    kl.copyTo(rows, divergences);
  }

  @Override
  public double backward(Share share, Objective objective, double epoch) {
    int rows = share.rows();
    double beta = objective.betaAt(epoch);
    double counted = klScales(share, objective.freeBits(), beta / share.batchRows());
    kernels.latents().gaussianBackward(rows, head.output(), noise, dz, klScale, head.dOutput());
    return beta * counted;
  }

  /**
   * Sets the weight of every latent's divergence: 0 for those whose mean over the rows lies within
   * what is free (Kingma et al. 2016, equation 15).
   *
   * @return the divergence that counts, summed over the rows
   */
  private double klScales(Share share, double freeBits, double scale) {
    int rows = share.rows();
    Arrays.fill(latentScratch, (float) scale);
    double counted;
    if (freeBits == 0) {
      counted = kl.sum(rows);
    } else {
      kernels.latents().gaussianColumnKl(rows, head.output(), columnKl);
      kernels.download(columnKlValues, 0, columnScratch, 0, columnScratch.length);
      share.sum(columnScratch);
      counted = 0;
      for (int j = 0; j < columnScratch.length; j++) {
        double free = freeBits * share.batchRows();
        if (columnScratch[j] < free) {
          latentScratch[j] = 0;
        }
        counted += Math.max(free, columnScratch[j]);
      }
      counted *= (double) rows / share.batchRows();
    }
    kernels.uploadRow(latentScratch, 0, klScale, 0);
    return counted;
  }

  @Override
  public void skipNoise(int rows, RandomStream random) {
    for (int r = 0; r < rows; r++) {
      random.skipGaussians(latentScratch.length);
    }
  }

  @Override
  public void drawNoise(int from, int rows, RandomStream random) {
    for (int r = from; r < from + rows; r++) {
      random.fillGaussian(latentScratch, latentScratch.length);
      setNoise(r, latentScratch, 0);
    }
  }

  @Override
  public void setNoise(int row, float[] values, int from) {
    kernels.uploadRow(values, from, noise, row);
    noiseIsZero = false;
  }

  @Override
  public void clearNoise() {
    if (!noiseIsZero) {
      Arrays.fill(latentScratch, 0f);
      for (int r = 0; r < capacity; r++) {
        kernels.uploadRow(latentScratch, 0, noise, r);
      }
      noiseIsZero = true;
    }
  }
}
