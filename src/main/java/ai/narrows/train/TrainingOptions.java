package ai.narrows.train;

import ai.narrows.message.ParamException;
import ai.narrows.nn.Objective;
import ai.narrows.optim.Clipping;
import ai.narrows.optim.StepSize;
import ai.narrows.optim.Updater;
import java.io.Serializable;

/**
 * How to train, whatever the network and wherever it runs.
 *
 * @param epochs passes over the training rows, at least 1
 * @param batchSize rows of a step, per worker, at least 1
 * @param seed of every random stream
 * @param objective what is minimised
 * @param updater the rule of a step
 * @param stepSize its size over time
 * @param clipping limit on the gradient's norm
 * @param patience epochs without a better validation loss after which training stops; 0 never stops
 *     early
 * @param augmentation of the training rows
 * @param threads that divide the rows of each of a worker's minibatches, at least 1
 */
public record TrainingOptions(
    int epochs,
    int batchSize,
    long seed,
    Objective objective,
    Updater updater,
    StepSize stepSize,
    Clipping clipping,
    int patience,
    Augmentation augmentation,
    int threads)
    implements Serializable {

  /** Without augmentation, in one thread. */
  public TrainingOptions(
      int epochs,
      int batchSize,
      long seed,
      Objective objective,
      Updater updater,
      StepSize stepSize,
      Clipping clipping,
      int patience) {
    this(
        epochs,
        batchSize,
        seed,
        objective,
        updater,
        stepSize,
        clipping,
        patience,
        Augmentation.NONE,
        1);
  }

  public TrainingOptions {
    if (epochs < 1) {
      throw new ParamException("epochs", "must be at least 1", epochs);
    }
    if (batchSize < 1) {
      throw new ParamException("batchSize", "must be at least 1", batchSize);
    }
    if (threads < 1) {
      throw new ParamException("threadsPerWorker", "must be at least 1", threads);
    }
    if (patience < 0) {
      throw new ParamException("patience", "must be at least 0", patience);
    }
  }

  /** The same with another step size. */
  public TrainingOptions with(StepSize other) {
    return new TrainingOptions(
        epochs,
        batchSize,
        seed,
        objective,
        updater,
        other,
        clipping,
        patience,
        augmentation,
        threads);
  }

  /** The same with another number of threads. */
  public TrainingOptions withThreads(int other) {
    return new TrainingOptions(
        epochs,
        batchSize,
        seed,
        objective,
        updater,
        stepSize,
        clipping,
        patience,
        augmentation,
        other);
  }
}
