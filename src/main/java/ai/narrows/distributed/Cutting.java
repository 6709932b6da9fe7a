package ai.narrows.distributed;

import ai.narrows.images.ImageShape;
import ai.narrows.images.features.Features;
import ai.narrows.images.pixels.PatchGrid;
import ai.narrows.images.pixels.Patches;
import ai.narrows.images.pixels.PixelColumn;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * From images, as they are dealt, to the rows that are trained on: an image itself, or its patches;
 * or the grid of its features in its place.
 *
 * @param patches how images are cut
 * @param input shape of the rows
 * @param bytes whether pixels are uint8; otherwise they are float32, little-endian
 * @param features what is extracted from images; null where they are taken as they are
 */
record Cutting(Patches patches, ImageShape input, boolean bytes, Features features)
    implements Serializable {

  static Cutting of(PixelColumn column, ImageShape input) {
    return new Cutting(column.patches(), input, column.bytes(), column.features().orElse(null));
  }

  /** The same with features whose scale is known. */
  Cutting with(Features scaled) {
    return new Cutting(patches, input, bytes, scaled);
  }

  /** Whether every image is a row. */
  boolean whole() {
    return patches.whole();
  }

  /** Where the rows of an image of this size lie. */
  PatchGrid grid(int height, int width) {
    return patches.grid(
        features == null ? new ImageShape(height, width, input.channels()) : features.output());
  }

  /** Bytes of an image of this size on its way. */
  int imageBytes(int height, int width) {
    return features == null ? bytesOf(height * width * input.channels()) : features.input().size();
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
    private final PatchGrid grid;
    private final float[] pixels; // [height, width, channels], or null where they are bytes
    private final float[] patch; // [input], or null likewise
    private final byte[] data; // holds the pixels where they are bytes
    private final int at; // from here on

    private Source(HashedRows.Ranked image) {
      grid = grid(image.height, image.width);
      if (features == null) {
        data = image.data;
        at = image.pixelsAt;
      } else {
        data = new byte[features.output().size()];
        at = 0;
        features.bytes(image.data, image.pixelsAt, data);
      }
      pixels = bytes ? null : new float[grid.image().size()];
      patch = bytes ? null : new float[input.size()];
      if (pixels != null) {
        ByteBuffer.wrap(data, at, bytesOf(pixels.length))
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
      int to = out.arrayOffset() + out.position();
      if (pixels == null) {
        grid.cut(row, data, at, out.array(), to);
      } else {
        grid.cut(row, pixels, 0, patch, 0);
        ByteBuffer.wrap(out.array(), to, rowBytes())
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .put(patch);
      }
      out.position(out.position() + rowBytes());
    }
  }
}
