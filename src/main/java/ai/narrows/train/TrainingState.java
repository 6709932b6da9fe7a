package ai.narrows.train;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Everything a step changes, as one array: the parameters, then the updater's vectors one after the
 * other. Never changed once made, so it can be broadcast, kept as the best epoch, and handed on.
 */
public final class TrainingState implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int PIECE_VALUES = 16 << 10;

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
   * as bytes, in the order in which processors hold them, a piece at a time: a large network's
   * would be as large as the state itself.
   */
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.writeInt(parameters);
    out.writeDouble(updates);
    out.writeInt(values.length);
    byte[] piece = new byte[PIECE_VALUES * Float.BYTES];
    FloatBuffer floats = floats(piece);
    for (int from = 0; from < values.length; from += PIECE_VALUES) {
      int count = Math.min(PIECE_VALUES, values.length - from);
      floats.clear().put(values, from, count);
      out.write(piece, 0, count * Float.BYTES);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException {
    parameters = in.readInt();
    updates = in.readDouble();
    values = new float[in.readInt()];
    byte[] piece = new byte[PIECE_VALUES * Float.BYTES];
    FloatBuffer floats = floats(piece);
    for (int from = 0; from < values.length; from += PIECE_VALUES) {
      int count = Math.min(PIECE_VALUES, values.length - from);
      in.readFully(piece, 0, count * Float.BYTES);
      floats.clear().get(values, from, count);
    }
  }

  private static FloatBuffer floats(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
