package ai.narrows.train;

import ai.narrows.nn.Batch;
import ai.narrows.nn.kernels.RandomStream;

/**
 * A batch that flips and shifts every image on its way into another one. What is done to an image
 * depends on the stream's state alone: rows are to come in their order.
 */
final class AugmentedBatch implements Batch {
  private final Augmentation augmentation;
  private final Batch target;
  private final RandomStream random;
  private final int[] rows; // [height], the rows of the image, in order
  private final int[] columns; // [width, channels], likewise the values of a row
  private byte[] bytes = {}; // [height, width, channels] once there are any
  private float[] floats = {}; // likewise

  /**
   * In front of a batch.
   *
   * @param random restarted by its owner for every batch
   */
  AugmentedBatch(Augmentation augmentation, Batch target, RandomStream random) {
    this.augmentation = augmentation;
    this.target = target;
    this.random = random;
    rows = new int[augmentation.height()];
    columns = new int[augmentation.width() * augmentation.channels()];
  }

  /** Passes over what would be drawn for some images. */
  void skip(int images) {
    for (int i = 0; i < images; i++) {
      draw();
    }
  }

  @Override
  public void setRow(int row, byte[] pixels, int from) {
    if (bytes.length == 0) {
      bytes = new byte[rows.length * columns.length];
    }
    draw();
    for (int y = 0; y < rows.length; y++) {
      int line = from + rows[y] * columns.length;
      int to = y * columns.length;
      for (int j = 0; j < columns.length; j++) {
        bytes[to + j] = pixels[line + columns[j]];
      }
    }
    target.setRow(row, bytes, 0);
  }

  @Override
  public void setRow(int row, float[] pixels, int from) {
    if (floats.length == 0) {
      floats = new float[rows.length * columns.length];
    }
    draw();
    for (int y = 0; y < rows.length; y++) {
      int line = from + rows[y] * columns.length;
      int to = y * columns.length;
      for (int j = 0; j < columns.length; j++) {
        floats[to + j] = pixels[line + columns[j]];
      }
    }
    target.setRow(row, floats, 0);
  }

  /** Where the next image's values come from. */
  private void draw() {
    boolean mirrored = augmentation.flip().horizontal() && random.nextInt(2) == 1;
    boolean upsideDown = augmentation.flip().vertical() && random.nextInt(2) == 1;
    int down = drawShift();
    int right = drawShift();
    for (int y = 0; y < rows.length; y++) {
      rows[y] = source(y - down, rows.length, upsideDown);
    }
    int channels = augmentation.channels();
    for (int x = 0; x < augmentation.width(); x++) {
      int from = source(x - right, augmentation.width(), mirrored);
      for (int c = 0; c < channels; c++) {
        columns[x * channels + c] = from * channels + c;
      }
    }
  }

  private int drawShift() {
    int most = augmentation.shift();
    return most == 0 ? 0 : random.nextInt(2 * most + 1) - most;
  }

  /** The place of n that a place within or beyond them shows. */
  private static int source(int place, int n, boolean turned) {
    int inside = Math.max(0, Math.min(n - 1, place));
    return turned ? n - 1 - inside : inside;
  }
}
