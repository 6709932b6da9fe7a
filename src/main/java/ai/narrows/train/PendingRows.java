package ai.narrows.train;

import ai.narrows.nn.Batch;
import java.util.Arrays;

/** The rows of a minibatch where they lie, to be put into several batches by several threads. */
final class PendingRows implements Batch {
  private final byte[][] bytes; // [capacity], a row's array, null where it has floats
  private final float[][] floats; // [capacity], likewise
  private final int[] offsets; // [capacity]

  PendingRows(int capacity) {
    bytes = new byte[capacity][];
    floats = new float[capacity][];
    offsets = new int[capacity];
  }

  @Override
  public void setRow(int row, byte[] pixels, int from) {
    bytes[row] = pixels;
    floats[row] = null;
    offsets[row] = from;
  }

  @Override
  public void setRow(int row, float[] pixels, int from) {
    bytes[row] = null;
    floats[row] = pixels;
    offsets[row] = from;
  }

  /** Puts rows {@code from .. from + count - 1} into the first rows of a batch. */
  void copyTo(Batch batch, int from, int count) {
    for (int i = 0; i < count; i++) {
      int row = from + i;
      if (bytes[row] != null) {
        batch.setRow(i, bytes[row], offsets[row]);
      } else {
        batch.setRow(i, floats[row], offsets[row]);
      }
    }
  }

  /** Lets go of the arrays. */
  void clear() {
    Arrays.fill(bytes, null);
    Arrays.fill(floats, null);
  }
}
