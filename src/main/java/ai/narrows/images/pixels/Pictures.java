package ai.narrows.images.pixels;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.InvalidImageException;
import ai.narrows.images.decode.ImageDecoder;
import ai.narrows.images.decode.Picture;
import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** How a cell of a column becomes a picture. */
public interface Pictures extends Serializable {

  /**
   * The cell's picture.
   *
   * @param cell the column's value in a row, not null
   * @throws InvalidImageException if it holds none
   * @throws InputException if it holds one of a kind that is not read
   */
  Picture of(Object cell);

  /**
   * Pictures in image files.
   *
   * @param decoder of the files
   */
  record Files(ImageDecoder decoder) implements Pictures {

    @Override
    public Picture of(Object cell) {
      try {
        return decoder.decode((byte[]) cell);
      } catch (InputException e) {
        throw new InvalidImageException(e.told(), e);
      }
    }
  }

  /**
   * Pictures in Spark's image struct: uint8 in 1 (grey), 3 (BGR) or 4 (BGRA) channels. The fields
   * are told by their places, since a DataFrame may have them in another order, and their whole
   * numbers may be of any width.
   *
   * @param height index of the field
   * @param width index of the field
   * @param nChannels index of the field
   * @param mode index of the field
   * @param data index of the field
   */
  record Structs(int height, int width, int nChannels, int mode, int data) implements Pictures {

    /** Of structs of this type. */
    public static Structs of(StructType struct) {
      return new Structs(
          FieldPixels.index(struct, "height"),
          FieldPixels.index(struct, "width"),
          FieldPixels.index(struct, "nChannels"),
          FieldPixels.index(struct, "mode"),
          FieldPixels.index(struct, "data"));
    }

    /** A whole number of any width. */
    private static int integer(Row image, int field) {
      return ((Number) image.get(field)).intValue();
    }

    @Override
    public Picture of(Object cell) {
      Row image = (Row) cell;
      if (image.isNullAt(height)
          || image.isNullAt(width)
          || image.isNullAt(nChannels)
          || image.isNullAt(mode)) {
        throw new InvalidImageException("has null for its height, width, nChannels or mode");
      }
      int channels = integer(image, nChannels);
      int rows = integer(image, height);
      int columns = integer(image, width);
      if (rows < 1 || columns < 1) {
        throw new InvalidImageException(
            String.format(
                Locale.ROOT, "is %dx%d, so whoever read it could not decode it", rows, columns));
      }
      if (channels != 1 && channels != 3 && channels != 4) {
        throw new InputException(
            String.format(Locale.ROOT, "has %d channels, but must have 1, 3 or 4", channels));
      }
      // OpenCV's type code: depth + 8 * (channels - 1), where depth 0 is uint8.
      if (integer(image, mode) != 8 * (channels - 1)) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "has OpenCV mode %d, but must have %d (8 bits unsigned in %d channels)",
                integer(image, mode),
                8 * (channels - 1),
                channels));
      }
      byte[] pixels = image.getAs(data);
      long length = (long) rows * columns * channels;
      if (pixels == null || pixels.length != length) {
        throw new InvalidImageException(
            String.format(
                Locale.ROOT,
                "is %dx%dx%d and must have %d bytes of data, but has %d",
                rows,
                columns,
                channels,
                length,
                pixels == null ? 0 : pixels.length));
      }
      return new Picture(
          new ImageShape(rows, columns, Math.min(channels, 3)), channels == 4, pixels);
    }
  }
}
