package ai.narrows.distributed;

import ai.narrows.images.ImageShape;
import ai.narrows.images.pixels.PatchGrid;
import ai.narrows.images.pixels.Patches;
import ai.narrows.images.pixels.PixelColumn;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * From images, as they are dealt, to the rows that are trained on: an image itself, or its patches.
 *
 * @param patches how images are cut
 * @param input shape of the rows
 * @param bytes whether pixels are uint8; otherwise they are float32, little-endian
 */
record Cutting(Patches patches, ImageShape input, boolean bytes) implements Serializable {

  static Cutting of(PixelColumn column, ImageShape input) {
    return new Cutting(column.patches(), input, column.bytes());
  }

  /** Whether every image is a row. */
  boolean whole() {
    return patches.whole();
  }

  /** Where the rows of an image of this size lie. */
  PatchGrid grid(int height, int width) {
    return patches.grid(new ImageShape(height, width, input.channels()));
  }

  /** Bytes of so many pixels' values. */
  int bytesOf(int values) {
    return bytes ? values : Math.multiplyExact(Float.BYTES, values);
  }

  /** Bytes of a row in blocks. */
  int rowBytes() {
    return bytesOf(input.size());
  }

  /** Bytes of a row on its way into a block: before its pixels stands whose it is, if it is cut. */
  int recordBytes() {
    return whole() ? rowBytes() : Long.BYTES + rowBytes();
  }

  /** The image of a record, of which rows are taken one by one. */
  Source source(HashedRows.Ranked image) {
    return new Source(image);
  }

  /** An image that is cut. */
  final class Source {
    private final HashedRows.Ranked image;
    private final PatchGrid grid;
    private final float[] pixels; // [height, width, channels], or null where they are bytes
    private final float[] patch; // [input], or null likewise

    private Source(HashedRows.Ranked image) {
      this.image = image;
      grid = grid(image.height, image.width);
      pixels = bytes ? null : new float[grid.image().size()];
      patch = bytes ? null : new float[input.size()];
      if (pixels != null) {
        ByteBuffer.wrap(image.data, image.pixelsAt, bytesOf(pixels.length))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .get(pixels);
      }
    }

    int rows() {
      return grid.count();
    }

    /** Puts a row's pixels into a buffer that lies on the heap. */
    void put(int row, ByteBuffer out) {
      int at = out.arrayOffset() + out.position();
      if (pixels == null) {
        grid.cut(row, image.data, image.pixelsAt, out.array(), at);
      } else {
        grid.cut(row, pixels, 0, patch, 0);
        ByteBuffer.wrap(out.array(), at, rowBytes())
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .put(patch);
      }
      out.position(out.position() + rowBytes());
    }
  }
}
