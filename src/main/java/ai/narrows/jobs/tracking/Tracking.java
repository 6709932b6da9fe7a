package ai.narrows.jobs.tracking;

import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.train.TrainingListener;

/** A training on record elsewhere: how it goes, where its model is, and how it ended. */
public interface Tracking extends TrainingListener, AutoCloseable {
  /** No record. */
  Tracking NONE = new Tracking() {};

  /** The model is where it is to be. */
  default void saved(FittedAutoencoder<?> model, String place) {}

  /** So is the page about it. */
  default void reported(String place) {}

  /** Nothing is left to do. A training that is closed without it has failed. */
  default void done() {}

  @Override
  default void close() {}
}
