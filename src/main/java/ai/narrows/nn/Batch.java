package ai.narrows.nn;

/** The rows of a batch, which take images in. */
public interface Batch {
  /** Puts an image of uint8 pixels into a row; they become {@code value / 255}. */
  void setRow(int row, byte[] pixels, int from);

  /** Puts an image of values in [0, 1] into a row. */
  void setRow(int row, float[] pixels, int from);
}
