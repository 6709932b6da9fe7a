package ai.narrows.nn;

import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.Matrix;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** The Gaussian latent of the variational autoencoder of reference: 128 rows of 20. */
public class GaussianBenchmark extends KernelsBenchmark {
  private static final int LATENT = 20;

  private Kernels k;
  private Matrix heads; // [128, 40]
  private Matrix dHeads; // [128, 40]
  private Matrix noise; // [128, 20]
  private Matrix z; // [128, 20]
  private Matrix dz; // [128, 20]
  private Matrix rowKl; // [128, 1]
  private Matrix klScale; // [1, 20]

  @Setup
  public void allocate() {
    k = Bench.kernels(kernels);
    heads = Bench.matrix(k, Bench.BATCH, 2 * LATENT, 1);
    dHeads = Bench.matrix(k, Bench.BATCH, 2 * LATENT, 2);
    noise = Bench.matrix(k, Bench.BATCH, LATENT, 3);
    z = Bench.matrix(k, Bench.BATCH, LATENT, 4);
    dz = Bench.matrix(k, Bench.BATCH, LATENT, 5);
    rowKl = Bench.matrix(k, Bench.BATCH, 1, 6);
    klScale = Bench.matrix(k, 1, LATENT, 7);
  }

  @Benchmark
  public void forward() {
    k.latents().gaussianForward(Bench.BATCH, heads, noise, z, rowKl);
  }

  @Benchmark
  public void backward() {
    k.latents().gaussianBackward(Bench.BATCH, heads, noise, dz, klScale, dHeads);
  }
}
