package ai.narrows.nn.score;

import ai.narrows.nn.Loss;

/**
 * How rows are to be scored, before the statistics of the training rows are known.
 *
 * @param method what the score is
 * @param loss the model's own, of which likelihood scores take the likelihood
 * @param samples draws of the latent for likelihood scores, at least 1
 * @param seed of the draws
 */
public record ScoreChoice(ScoreMethod method, Loss loss, int samples, long seed) {

  /**
   * The scoring itself.
   *
   * @param statistics of the training rows; null where the method needs none
   */
  public Scoring scoring(ScoreStatistics statistics) {
    return new Scoring(method, loss, statistics, samples, seed);
  }
}
