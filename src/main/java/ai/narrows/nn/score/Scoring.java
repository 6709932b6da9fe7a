package ai.narrows.nn.score;

import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.nn.Loss;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.layers.Architecture;
import java.io.Serializable;

/**
 * How rows are scored.
 *
 * @param method what the score is
 * @param loss the model's own, of which likelihood scores take the likelihood
 * @param statistics of the training rows; null where the method needs none
 * @param samples draws of the latent for likelihood scores, at least 1
 * @param seed of the draws, which all rows share, so that a row's score does not depend on where it
 *     stands
 */
public record Scoring(
    ScoreMethod method, Loss loss, ScoreStatistics statistics, int samples, long seed)
    implements Serializable {

  private static final int MOST_SAMPLES = 10_000;

  public Scoring {
    checkSamples(samples);
    if (method.statistics() && statistics == null) {
      throw new ParamException(
          Message.of(
              "%s needs statistics of the training rows",
              Message.param("scoreMethod", method.label())));
    }
  }

  /**
   * Checks the number of draws.
   *
   * @throws IllegalArgumentException if it is not from 1 to 10,000
   */
  public static void checkSamples(int samples) {
    if (samples < 1 || samples > MOST_SAMPLES) {
      throw new ParamException("scoreSamples", "must be from 1 to " + MOST_SAMPLES, samples);
    }
  }

  /** By the reconstruction error, which needs nothing else. */
  public static Scoring byReconstructionError() {
    return new Scoring(ScoreMethod.RECONSTRUCTION_ERROR, new Loss.MeanSquaredError(), null, 1, 0);
  }

  /**
   * Checks that such a network's rows can be scored so.
   *
   * @throws IllegalArgumentException if not, naming the method and what it needs
   */
  public static void check(ScoreMethod method, Architecture architecture) {
    if (method.likelihood() && !architecture.variational()) {
      throw new ParamException(
          Message.of(
              "%s needs a variational autoencoder: an autoencoder has no likelihood",
              Message.param("scoreMethod", method.label())));
    }
  }

  /**
   * Scores rows that have been put into the network, and leaves their latents and reconstructions
   * (a VAE's from the posterior mean) in it.
   *
   * @param errors [rows], overwritten with the mean squared error per pixel
   * @param scores [rows], overwritten with the method's value
   */
  public void pass(ScoringNetwork network, int rows, double[] errors, double[] scores) {
    if (method.likelihood()) {
      likelihoods(network, rows, scores);
    }
    network.network().reconstructionPass(rows, errors);
    switch (method) {
      case RECONSTRUCTION_ERROR -> System.arraycopy(errors, 0, scores, 0, rows);
      case NORMALIZED_ERROR -> network.normalizedErrors(rows, statistics, scores);
      case MAXIMUM_ERROR -> network.maximumErrors(rows, statistics.smoothing(), scores);
      case LATENT_DISTANCE -> statistics.latentDistances(network, rows, scores);
      case REENCODING_DISTANCE -> statistics.reencodingDistances(network, rows, scores);
      case COMBINED -> combined(network, rows, scores);
      case ELBO, RECONSTRUCTION_PROBABILITY -> {}
    }
  }

  private void combined(ScoringNetwork network, int rows, double[] scores) {
    double[][] parts = statistics.parts(network, rows);
    for (int r = 0; r < rows; r++) {
      scores[r] = statistics.calibration().score(parts, r);
    }
  }

  private void likelihoods(ScoringNetwork network, int rows, double[] scores) {
    float[] noise = draws(network.network().architecture().latentDim());
    double[] kl = new double[rows];
    double[] deviances = new double[samples * rows]; // [samples, rows]
    network.deviances(rows, loss, noise, samples, deviances, kl);
    for (int r = 0; r < rows; r++) {
      scores[r] =
          method == ScoreMethod.ELBO
              ? kl[r] + mean(deviances, r, rows)
              : logMeanExp(deviances, r, rows);
    }
  }

  /**
   * The standard normal draws of the latent that likelihood scores use, for every row the same.
   *
   * @param k width of the latent
   * @return [samples, k]
   */
  public float[] draws(int k) {
    float[] noise = new float[samples * k];
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.SCORING_NOISE, 0, 0, 0);
    float[] draw = new float[k];
    for (int s = 0; s < samples; s++) {
      random.restart(seed, RandomStream.Purpose.SCORING_NOISE, s, 0, 0);
      random.fillGaussian(draw, k);
      System.arraycopy(draw, 0, noise, s * k, k);
    }
    return noise;
  }

  private double mean(double[] deviances, int row, int rows) {
    double sum = 0;
    for (int s = 0; s < samples; s++) {
      sum += deviances[s * rows + row];
    }
    return sum / samples;
  }

  /** {@code -log mean exp(-deviance)} without underflow. */
  private double logMeanExp(double[] deviances, int row, int rows) {
    double least = Double.POSITIVE_INFINITY;
    for (int s = 0; s < samples; s++) {
      least = Math.min(least, deviances[s * rows + row]);
    }
    double sum = 0;
    for (int s = 0; s < samples; s++) {
      sum += Math.exp(least - deviances[s * rows + row]);
    }
    return least - Math.log(sum / samples);
  }
}
