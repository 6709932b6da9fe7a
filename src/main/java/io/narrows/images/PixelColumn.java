package io.narrows.images;

import io.narrows.nn.Message;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
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
 * <p>A column that is {@link #cut} gives the patches of its images instead of whole ones, by {@link
 * #read}; for that they must have a shape.
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
  private final DataType type;
  private final Pixels pixels;
  private final Patches patches;

  // The image read last, never serialized.
  private transient byte[] bytes;
  private transient float[] floats;

  private PixelColumn(String column, int index, DataType type, Pixels pixels, Patches patches) {
    this.column = column;
    this.index = index;
    this.type = type;
    this.pixels = pixels;
    this.patches = patches;
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
          String.format(
              Locale.ROOT,
              "there is no column '%s'; the columns are %s",
              column,
              String.join(", ", schema.fieldNames())));
    }
    DataType type = schema.apply(index).dataType();
    Pixels pixels = pixels(column, type, preprocessing, encoding);
    return new PixelColumn(column, index, type, pixels, Patches.NONE);
  }

  /**
   * The same column with its images cut.
   *
   * @throws InputException if they have no shape and are to be cut all the same
   */
  public PixelColumn cut(Patches cutting) {
    if (!cutting.whole() && !pixels.shaped()) {
      throw new InputException(
          Message.of(
              "column '%s' is of type %s, whose values have no shape that patches could be cut from: %s",
              column,
              type.catalogString(),
              Message.remedy(
                  Message.of("set %s and %s", Message.param("height"), Message.param("width")),
                  Message.text("give images, or train a model with height and width"))));
    }
    return new PixelColumn(column, index, type, pixels, cutting);
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
        String.format(
            Locale.ROOT,
            "column '%s' is of type %s, but pixels are read from Spark's image struct (%s), binary, a vector, array<float> or array<double>",
            column,
            type.catalogString(),
            String.join(", ", ImageSchema.imageFields())));
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
    return pixels.open(cell(row)).shape();
  }

  /** How images are cut. */
  public Patches patches() {
    return patches;
  }

  /**
   * Shape of what a network is given of a row's image: the image's, or that of its patches.
   *
   * @throws InputException if the row holds no image, or one that is smaller than a patch
   */
  public ImageShape inputShapeOf(Row row) {
    return patches.grid(shapeOf(row)).patch();
  }

  /**
   * Reads a row's image, to be cut. An instance holds one image at a time.
   *
   * @param input the shape that a network takes: of whole images or of patches
   * @throws InputException if the row holds no image that gives this
   */
  public PatchedImage read(Row row, ImageShape input) {
    Pixels.Opened image = pixels.open(cell(row));
    PatchGrid grid = patches.grid(patches.whole() ? input : image.shape(), input);
    int size = grid.image().size();
    if (bytes()) {
      bytes = bytes == null || bytes.length < size ? new byte[size] : bytes;
      image.readBytes(grid.image(), bytes, 0);
    } else {
      floats = floats == null || floats.length < size ? new float[size] : floats;
      image.readFloats(grid.image(), floats, 0);
    }
    return new PatchedImage(grid, bytes, floats);
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
    pixels.open(cell(row)).readBytes(expected, target, at);
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
    pixels.open(cell(row)).readFloats(expected, target, at);
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
