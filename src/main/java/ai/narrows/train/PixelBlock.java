package ai.narrows.train;

import ai.narrows.message.Shipped;
import ai.narrows.nn.Batch;
import ai.narrows.nn.ChannelMoments;
import ai.narrows.nn.Network;
import java.util.Arrays;

/**
 * A run of images in memory, row after row: uint8 where they came as bytes, otherwise float32 in
 * [0, 1].
 */
public final class PixelBlock implements Shipped {
  private static final long serialVersionUID = 1L;

  private final long firstRow;
  private final int rows;
  private final int width;
  private final byte[] bytes;
  private final float[] floats;
  private final long[] images;

  /**
   * Over these values; arrays are not copied.
   *
   * @param firstRow place of the first image among all rows of its kind (training or validation),
   *     the key of its noise
   * @param rows number of images
   * @param width values per image
   * @param bytes [rows * width], or null
   * @param floats [rows * width], or null
   * @param images [rows], the image that each row is a patch of, or null
   */
  private PixelBlock(
      long firstRow, int rows, int width, byte[] bytes, float[] floats, long[] images) {
    int length = bytes != null ? bytes.length : floats.length;
    if ((bytes == null) == (floats == null) || length != Math.multiplyExact(rows, width)) {
      throw new IllegalArgumentException(
          "a block of " + rows + " x " + width + " needs exactly that many bytes or floats");
    }
    this.firstRow = firstRow;
    this.rows = rows;
    this.width = width;
    this.bytes = bytes;
    this.floats = floats;
    this.images = images;
  }

  /**
   * Place of the first image among all rows of its kind (training or validation), the key of its
   * noise.
   */
  public long firstRow() {
    return firstRow;
  }

  /** Number of images. */
  public int rows() {
    return rows;
  }

  /** Values per image. */
  public int width() {
    return width;
  }

  /** A block of uint8 pixels. */
  public static PixelBlock ofBytes(long firstRow, int rows, int width, byte[] bytes) {
    return new PixelBlock(firstRow, rows, width, bytes, null, null);
  }

  /** A block of values in [0, 1]. */
  public static PixelBlock ofFloats(long firstRow, int rows, int width, float[] floats) {
    return new PixelBlock(firstRow, rows, width, null, floats, null);
  }

  /**
   * The same block, its rows being patches.
   *
   * @param images [rows], a number for each row, the same for those of the same image; null where
   *     every row is an image
   */
  public PixelBlock of(long[] images) {
    return new PixelBlock(firstRow, rows, width, bytes, floats, images);
  }

  /** The images that some rows are patches of, [count]; null where every row is an image. */
  public long[] images(int from, int count) {
    return images == null ? null : Arrays.copyOfRange(images, from, from + count);
  }

  /** Puts image {@code row} into a row of a batch. */
  public void copyRow(int row, Batch batch, int target) {
    if (bytes != null) {
      batch.setRow(target, bytes, row * width);
    } else {
      batch.setRow(target, floats, row * width);
    }
  }

  /** Takes a batch of a block's images, which a network holds. */
  public interface BatchVisitor {
    /**
     * Takes the images {@code from} to {@code from + rows - 1} of the block: rows 0 to {@code rows
     * - 1} of the network.
     */
    void batch(int from, int rows);
  }

  /** Puts all images into a network, as many at a time as it has room for. */
  public void through(Network network, BatchVisitor visitor) {
    for (int from = 0; from < rows; from += network.capacity()) {
      int count = Math.min(network.capacity(), rows - from);
      for (int r = 0; r < count; r++) {
        copyRow(from + r, network, r);
      }
      visitor.batch(from, count);
    }
  }

  /** Adds all images' values to sums. */
  public void addTo(ChannelMoments moments) {
    if (bytes != null) {
      moments.add(bytes);
    } else {
      moments.add(floats);
    }
  }
}
