package io.narrows.train;

import java.io.Serializable;

/**
 * Everything a step changes, as one array: the parameters, then the updater's vectors one after the
 * other. Never changed once made, so it can be broadcast, kept as the best epoch, and handed on.
 */
public final class TrainingState implements Serializable {
  private static final long serialVersionUID = 1L;

  private final float[] values; // [parameters * (1 + state vectors)]
  private final int parameters;
  private final double updates;

  /**
   * A state over this array, which is not copied.
   *
   * @param values [parameters * (1 + state vectors)]
   * @param updates steps the updater has made; an average need not be whole
   */
  public TrainingState(float[] values, int parameters, double updates) {
    if (values.length % parameters != 0) {
      throw new IllegalArgumentException(
          values.length + " values are no multiple of " + parameters + " parameters");
    }
    this.values = values;
    this.parameters = parameters;
    this.updates = updates;
  }

  /** A fresh state at these parameters: an updater that has seen nothing. */
  public static TrainingState start(float[] parameters, TrainingOptions options) {
    int vectors = 1 + options.updater().stateVectors();
    float[] values = new float[Math.multiplyExact(parameters.length, vectors)];
    System.arraycopy(parameters, 0, values, 0, parameters.length);
    return new TrainingState(values, parameters.length, 0);
  }

  /** The array itself, for reading: [parameters * (1 + state vectors)]. */
  public float[] values() {
    return values;
  }

  /** Length of the parameter vector. */
  public int parameterCount() {
    return parameters;
  }

  /** Steps the updater has made. */
  public double updates() {
    return updates;
  }

  /** A copy of the parameters alone. */
  public float[] parameters() {
    float[] copy = new float[parameters];
    System.arraycopy(values, 0, copy, 0, parameters);
    return copy;
  }
}
