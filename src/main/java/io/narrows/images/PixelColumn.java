package io.narrows.images;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads pixels out of one column of rows. Pixels come out row-major, [height, width, channels],
 * colour channels in the order blue, green, red. The column may hold
 *
 * <ul>
 *   <li>Spark's image struct;
 *   <li>binary: image files, or with {@link InputEncoding#RAW} the pixels themselves as uint8;
 *   <li>Spark ML vectors, {@code array<float>} or {@code array<double>}, with values in [0, 1].
 * </ul>
 *
 * <p>Images and image files are converted and resized by the preprocessing. All others know no
 * shape: the preprocessing gives it (height * width * channels values, no resize), without one they
 * are 1 x n x 1, and read as {@code expected} they fit if the number of values does. An image fits
 * an expected 1 x n x 1 likewise.
 *
 * <p>Errors of a row are {@link InputException}s whose message goes on from the image's name:
 * {@code is 32x30x3, but 28x28x1 is expected; ...}. The caller puts {@code image 'ID': } before it.
 * Those of a row that holds no image at all, whatever its shape, are {@link
 * InvalidImageException}s.
 *
 * <p>An instance keeps scratch space and serves one thread; tasks get their own by deserialization.
 */
public final class PixelColumn implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String column;
  private final int index;
  private final Pixels pixels;

  private PixelColumn(String column, int index, Pixels pixels) {
    this.column = column;
    this.index = index;
    this.pixels = pixels;
  }

  /**
   * Finds the column and how to read it.
   *
   * @param schema of the rows that will be given
   * @param column the column's name
   * @param preprocessing images are converted and resized by it; to all others it gives their shape
   * @param encoding what the bytes are if the column is binary
   * @throws InputException if there is no such column, or its type holds no pixels
   */
  public static PixelColumn of(
      StructType schema, String column, Preprocessing preprocessing, InputEncoding encoding) {
    int index = schema.getFieldIndex(column).map(i -> (Integer) i).getOrElse(() -> -1);
    if (index < 0) {
      throw new InputException(
          "there is no column '%s'; the columns are %s"
              .formatted(column, String.join(", ", schema.fieldNames())));
    }
    DataType type = schema.apply(index).dataType();
    return new PixelColumn(column, index, pixels(column, type, preprocessing, encoding));
  }

  private static Pixels pixels(
      String column, DataType type, Preprocessing preprocessing, InputEncoding encoding) {
    if (type instanceof StructType struct && isImage(struct)) {
      return new ImagePixels(Pictures.Structs.of(struct), preprocessing);
    }
    if (type.equals(DataTypes.BinaryType)) {
      return switch (encoding) {
        case ENCODED ->
            new ImagePixels(
                new Pictures.Files(new ImageDecoder(ImageDecoder.DEFAULT_MAX_PIXELS)),
                preprocessing);
        case RAW -> new FlatPixels(FlatValues.BYTES, preprocessing);
      };
    }
    if (type.equals(SQLDataTypes.VectorType())) {
      return new FlatPixels(FlatValues.VECTOR, preprocessing);
    }
    if (type instanceof ArrayType array
        && List.of(DataTypes.FloatType, DataTypes.DoubleType).contains(array.elementType())) {
      return new FlatPixels(FlatValues.ARRAY, preprocessing);
    }
    throw new InputException(
        "column '%s' is of type %s, but pixels are read from Spark's image struct (%s), binary, a vector, array<float> or array<double>"
            .formatted(column, type.catalogString(), String.join(", ", ImageSchema.imageFields())));
  }

  private static boolean isImage(StructType struct) {
    for (StructField field : ImageSchema.columnSchema().fields()) {
      if (!struct.getFieldIndex(field.name()).isDefined()
          || !struct.apply(field.name()).dataType().equals(field.dataType())) {
        return false;
      }
    }
    return true;
  }

  /** Whether pixels are uint8, so that {@link #readBytes} gives them without loss. */
  public boolean bytes() {
    return pixels.bytes();
  }

  /**
   * Shape of a row's image after preprocessing.
   *
   * @throws InputException if the row holds no image
   */
  public ImageShape shapeOf(Row row) {
    return pixels.shapeOf(cell(row));
  }

  /**
   * Reads a row's pixels as uint8.
   *
   * @param expected the shape that the image must have after preprocessing
   * @param target receives [height, width, channels], each 0 to 255
   * @param at where in {@code target} the image begins
   * @throws InputException if the row holds no image of this shape
   * @throws IllegalStateException if the column's pixels are not {@link #bytes}
   */
  public void readBytes(Row row, ImageShape expected, byte[] target, int at) {
    pixels.readBytes(cell(row), expected, target, at);
  }

  /**
   * Reads a row's pixels as floats: bytes become value / 255, floats and doubles stay as they are.
   *
   * @param expected the shape that the image must have after preprocessing
   * @param target receives [height, width, channels]
   * @param at where in {@code target} the image begins
   * @throws InputException if the row holds no image of this shape, or a value that is not finite
   */
  public void readFloats(Row row, ImageShape expected, float[] target, int at) {
    pixels.readFloats(cell(row), expected, target, at);
  }

  /** Whether a row holds an image, be it of the right shape or not. */
  public boolean isValid(Row row) {
    try {
      shapeOf(row);
      return true;
    } catch (InvalidImageException e) {
      return false;
    } catch (InputException e) {
      return true;
    }
  }

  private Object cell(Row row) {
    Object cell = row.get(index);
    if (cell == null) {
      throw new InvalidImageException("is null in column '" + column + "'");
    }
    return cell;
  }
}
