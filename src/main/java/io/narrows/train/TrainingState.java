package io.narrows.train;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Everything a step changes, as one array: the parameters, then the updater's vectors one after the
 * other. Never changed once made, so it can be broadcast, kept as the best epoch, and handed on.
 */
public final class TrainingState implements Serializable {
  private static final long serialVersionUID = 1L;

  // Assigned by the constructor and by readObject, never later.
  private float[] values; // [parameters * (1 + state vectors)]
  private int parameters;
  private double updates;

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

  /** Whether all values are finite numbers. */
  public boolean isFinite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** A copy of the parameters alone. */
  public float[] parameters() {
    float[] copy = new float[parameters];
    System.arraycopy(values, 0, copy, 0, parameters);
    return copy;
  }

  /**
   * Java serialization writes floats one by one; a state crosses the wire twice a round, so it goes
   * as bytes, in the order in which processors hold them.
   */
  private void writeObject(ObjectOutputStream out) throws IOException {
    byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    out.writeInt(parameters);
    out.writeDouble(updates);
    out.writeObject(bytes);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    parameters = in.readInt();
    updates = in.readDouble();
    byte[] bytes = (byte[]) in.readObject();
    values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
  }
}
