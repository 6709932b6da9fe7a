package ai.narrows.optim;

import ai.narrows.nn.kernels.Buffer;
import ai.narrows.nn.kernels.Kernels;
import java.util.ArrayList;
import java.util.List;

/**
 * What an {@link Updater} remembers between steps, in the kernels' memory: its vectors and how many
 * updates it has made.
 */
public final class UpdaterState implements AutoCloseable {
  private final Kernels kernels;
  private final int parameters;
  private final List<Buffer> vectors = new ArrayList<>(); // each [parameters]
  private double updates;

  /** A state of zeros for this many parameters. */
  public UpdaterState(Kernels kernels, Updater updater, int parameters) {
    this.kernels = kernels;
    this.parameters = parameters;
    for (int i = 0; i < updater.stateVectors(); i++) {
      vectors.add(kernels.allocate(parameters));
    }
  }

  /** Updates made; an average of several workers' counts need not be whole. */
  public double updates() {
    return updates;
  }

  /** Counts a step, before {@link Updater#step} takes it. */
  public void countUpdate() {
    updates++;
  }

  Buffer vector(int index) {
    return vectors.get(index);
  }

  /** Prepares the vectors for threads that each change a range of their own. */
  public void share() {
    vectors.forEach(vector -> kernels.updates().share(vector, false));
  }

  /**
   * Takes over a state as {@link #copyTo} wrote it.
   *
   * @param values the vectors one after the other, from {@code from} on
   */
  public void set(double newUpdates, float[] values, int from) {
    updates = newUpdates;
    for (int i = 0; i < vectors.size(); i++) {
      kernels.upload(values, from + i * parameters, vectors.get(i), 0, parameters);
    }
  }

  /**
   * Copies the vectors out.
   *
   * @param values overwritten from {@code to} on with the vectors one after the other
   */
  public void copyTo(float[] values, int to) {
    for (int i = 0; i < vectors.size(); i++) {
      kernels.download(vectors.get(i), 0, values, to + i * parameters, parameters);
    }
  }

  @Override
  public void close() {
    vectors.forEach(Buffer::close);
  }
}
