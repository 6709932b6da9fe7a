package io.narrows.nn;

import java.io.Serializable;

/**
 * What training minimises, averaged over the rows: {@code loss + beta KL}.
 *
 * @param loss the reconstruction term
 * @param beta weight of the divergence from the prior (Higgins et al. 2017, equation 4); without
 *     meaning for a plain autoencoder
 */
public record Objective(Loss loss, double beta) implements Serializable {
  public Objective {
    if (!(beta >= 0) || Double.isInfinite(beta)) {
      throw new IllegalArgumentException("beta must be at least 0, but is " + beta);
    }
  }

  /**
   * Checks that this can be minimised by such a network.
   *
   * @throws IllegalArgumentException if not, naming the loss and what it needs
   */
  public void check(Architecture architecture) {
    if (loss instanceof Loss.BinaryCrossEntropy
        && architecture.outputActivation() != Activation.SIGMOID) {
      throw new IllegalArgumentException(
          "loss bce needs outputActivation sigmoid, but outputActivation is "
              + architecture.outputActivation().label());
    }
    if (loss instanceof Loss.MeanSquaredError && architecture.variational()) {
      throw new IllegalArgumentException(
          "loss mse is no likelihood: a variational autoencoder takes bce or gaussian");
    }
  }
}
