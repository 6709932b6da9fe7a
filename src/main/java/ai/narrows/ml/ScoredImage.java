package ai.narrows.ml;

import ai.narrows.distributed.Ranks;
import ai.narrows.images.ImageShape;
import ai.narrows.images.pixels.PatchGrid;
import ai.narrows.images.pixels.Stitching;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;

/** What a model makes of an image, out of what it makes of its patches; a whole image has one. */
final class ScoredImage {
  private final PatchGrid grid;
  private final ImageShape own;
  private double[] errors; // [patches], and so are the scores
  private double[] scores;
  private double[] latent; // [latentDim], sums over the patches
  private double[] variance; // likewise
  private Stitching reconstruction;
  private Stitching errorMap;

  /**
   * Of an image whose patches lie so; nothing is known of them yet.
   *
   * @param own the image's shape before it was preprocessed
   */
  ScoredImage(PatchGrid grid, ImageShape own) {
    this.grid = grid;
    this.own = own;
  }

  /** The image's shape before it was preprocessed. */
  ImageShape own() {
    return own;
  }

  int patches() {
    return grid.count();
  }

  /** Takes a patch's error and score. */
  void score(int patch, double error, double score) {
    if (errors == null) {
      errors = new double[patches()];
      scores = new double[patches()];
    }
    errors[patch] = error;
    scores[patch] = score;
  }

  /** Takes a patch's latent, row {@code index} of {@code latents} [rows, k]. */
  void latent(float[] latents, int index, int k) {
    latent = add(latent, latents, index, k);
  }

  /** Takes the variances of a patch's latent, row {@code index} of {@code variances} [rows, k]. */
  void variance(float[] variances, int index, int k) {
    variance = add(variance, variances, index, k);
  }

  private static double[] add(double[] sums, float[] values, int index, int k) {
    double[] added = sums == null ? new double[k] : sums;
    for (int j = 0; j < k; j++) {
      added[j] += values[index * k + j];
    }
    return added;
  }

  /** Takes a patch's reconstruction, which {@code rebuilt} holds from {@code from} on. */
  void reconstruction(int patch, float[] rebuilt, int from) {
    if (reconstruction == null) {
      reconstruction = new Stitching(grid, grid.patch().channels());
    }
    reconstruction.add(patch, rebuilt, from);
  }

  /** Takes a patch's error map, which {@code maps} holds from {@code from} on. */
  void errorMap(int patch, float[] maps, int from) {
    if (errorMap == null) {
      errorMap = new Stitching(grid, 1);
    }
    errorMap.add(patch, maps, from);
  }

  /** The reconstruction error at a quantile of the patches'. */
  double error(double quantile) {
    return Ranks.quantile(errors, quantile);
  }

  /** The score at a quantile of the patches'. */
  double score(double quantile) {
    return Ranks.quantile(scores, quantile);
  }

  /** The mean of the patches' latents. */
  Vector latent() {
    return mean(latent);
  }

  /** The mean of the variances of the patches' latents. */
  Vector variance() {
    return mean(variance);
  }

  private Vector mean(double[] sums) {
    double[] mean = new double[sums.length];
    for (int j = 0; j < mean.length; j++) {
      mean[j] = sums[j] / patches();
    }
    return Vectors.dense(mean);
  }

  /** The reconstructions put together, as Spark's image struct. */
  Row reconstruction() {
    return reconstruction.toImage();
  }

  /**
   * The error maps put together, likewise.
   *
   * @param size side that the map is enlarged to; 0 for none
   */
  Row errorMap(int size) {
    return size == 0 ? errorMap.toImage() : errorMap.toImage(size, size);
  }
}
