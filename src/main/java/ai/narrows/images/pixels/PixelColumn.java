package ai.narrows.images.pixels;

import ai.narrows.images.FieldPath;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.InputException;
import ai.narrows.images.InvalidImageException;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.features.Features;
import ai.narrows.message.Message;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Reads pixels out of one column of rows. Pixels come out row-major, [height, width, channels],
 * colour channels in the order blue, green, red. The column may hold
 *
 * <ul>
 *   <li>Spark's image struct;
 *   <li>binary: image files, or with {@link InputEncoding#RAW} the pixels themselves as uint8;
 *   <li>a struct whose field {@code bytes} is one of these, as Hugging Face's {@code struct<bytes,
 *       path>};
 *   <li>Spark ML vectors and arrays of floats, doubles or decimals, with values in the {@link
 *       InputRange}, by default in [0, 1];
 *   <li>arrays of whole numbers, which are uint8 where no range is given;
 *   <li>arrays of arrays of numbers: [height][width] or [height][width][channels].
 * </ul>
 *
 * <p>Images, image files and nested arrays of uint8 are converted and resized by the preprocessing;
 * nested arrays of floats have a shape and keep it. All others know no shape: the preprocessing
 * gives it (height * width * channels values, no resize), without one they are 1 x n x 1, and read
 * as {@code expected} they fit if the number of values does. An image fits an expected 1 x n x 1
 * likewise.
 *
 * <p>A name with dots leads into structs, as {@link FieldPath} says.
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
  private final FieldPath path;
  private final Pixels pixels;
  private final Patches patches;
  private final Features features; // null where networks see pixels

  // The image read last, never serialized.
  private transient byte[] bytes;
  private transient float[] floats;

  private transient byte[] extracted; // the grid of its features

  private PixelColumn(
      String column, FieldPath path, Pixels pixels, Patches patches, Features features) {
    this.column = column;
    this.path = path;
    this.pixels = pixels;
    this.patches = patches;
    this.features = features;
  }

  /**
   * The column where nothing is said of its numbers' range: see {@link #of(StructType, String,
   * Preprocessing, InputEncoding, Optional)}.
   */
  public static PixelColumn of(
      StructType schema, String column, Preprocessing preprocessing, InputEncoding encoding) {
    return of(schema, column, preprocessing, encoding, Optional.empty());
  }

  /**
   * Finds the column and how to read it.
   *
   * @param schema of the rows that will be given
   * @param column the column's name
   * @param preprocessing images are converted and resized by it; to all others it gives their shape
   * @param encoding what the bytes are if the column is binary
   * @param range of the numbers if it is one of vectors or arrays; without one floats are in [0, 1]
   *     and whole numbers are uint8
   * @throws InputException if there is no such column, or its type holds no pixels
   */
  public static PixelColumn of(
      StructType schema,
      String column,
      Preprocessing preprocessing,
      InputEncoding encoding,
      Optional<InputRange> range) {
    FieldPath path = FieldPath.need(schema, column);
    Pixels pixels =
        PixelTypes.of(path.type(), preprocessing, encoding, range)
            .orElseThrow(
                () ->
                    new InputException(
                        "column '%s' is of type %s, but pixels are read from %s"
                            .formatted(column, path.type().catalogString(), PixelTypes.LISTED)));
    return new PixelColumn(column, path, pixels, Patches.NONE, null);
  }

  /**
   * A column of vectors or arrays whose numbers are no pixels: any that are finite.
   *
   * @throws InputException if there is no such column, or its type holds no such numbers
   */
  public static PixelColumn ofNumbers(StructType schema, String column) {
    FieldPath path = FieldPath.need(schema, column);
    Pixels pixels =
        PixelTypes.numbers(path.type())
            .orElseThrow(
                () ->
                    new InputException(
                        "column '%s' must hold vectors or arrays of numbers, but is of type %s"
                            .formatted(column, path.type().catalogString())));
    return new PixelColumn(column, path, pixels, Patches.NONE, null);
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
              path.type().catalogString(),
              Message.remedy(
                  Message.of("set %s and %s", Message.param("height"), Message.param("width")),
                  Message.text("give images, or train a model with height and width"))));
    }
    return new PixelColumn(column, path, pixels, cutting, features);
  }

  /**
   * The same column with the features of its images in their place.
   *
   * @param grids what is extracted from images of the preprocessing's size
   * @throws InputException if it holds no images
   */
  public PixelColumn through(Features grids) {
    if (!pixels.bytes() || !pixels.shaped()) {
      throw new InputException(
          Message.of(
              "column '%s' is of type %s, but a backbone takes images: image structs, image files or arrays of uint8",
              column, path.type().catalogString()));
    }
    return new PixelColumn(column, path, pixels, patches, grids);
  }

  /** What is extracted from images; none where networks see pixels. */
  public Optional<Features> features() {
    return Optional.ofNullable(features);
  }

  /** The same column with whole images, as they are before features are extracted from them. */
  public PixelColumn pictures() {
    return new PixelColumn(column, path, pixels, Patches.NONE, null);
  }

  /** Whether a column of a type holds bytes, of which an encoding says what they are. */
  public static boolean holdsBytes(DataType type) {
    return type.equals(DataTypes.BinaryType)
        || (type instanceof StructType struct
            && FieldPath.find(struct, "bytes")
                .filter(field -> field.type().equals(DataTypes.BinaryType))
                .isPresent());
  }

  /** Whether a column of a type holds numbers, which have a range. */
  public static boolean holdsNumbers(DataType type) {
    return type instanceof ArrayType || type.equals(SQLDataTypes.VectorType());
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
    ImageShape image = shapeOf(row);
    return patches.grid(features == null ? image : features.output()).patch();
  }

  /**
   * Reads a row's image, to be cut. An instance holds one image at a time.
   *
   * @param input the shape that a network takes: of whole images or of patches
   * @throws InputException if the row holds no image that gives this
   */
  public PatchedImage read(Row row, ImageShape input) {
    Pixels.Opened image = pixels.open(cell(row));
    if (features != null) {
      return extracted(image, input);
    }
    PatchGrid grid = patches.grid(patches.whole() ? input : image.shape(), input);
    int size = grid.image().size();
    if (bytes()) {
      bytes = bytes == null || bytes.length < size ? new byte[size] : bytes;
      image.readBytes(grid.image(), bytes, 0);
    } else {
      floats = floats == null || floats.length < size ? new float[size] : floats;
      image.readFloats(grid.image(), floats, 0);
    }
    return new PatchedImage(grid, image.own(grid.image()), bytes, floats);
  }

  private PatchedImage extracted(Pixels.Opened image, ImageShape input) {
    PatchGrid grid = patches.grid(features.output(), input);
    if (extracted == null) {
      bytes = new byte[features.input().size()];
      extracted = new byte[features.output().size()];
    }
    image.readBytes(features.input(), bytes, 0);
    features.bytes(bytes, 0, extracted);
    return new PatchedImage(grid, image.own(features.input()), extracted, null);
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
   * Reads a row's pixels as floats: bytes become value / 255, other numbers what their range makes
   * of them.
   *
   * @param expected the shape that the image must have after preprocessing
   * @param target receives [height, width, channels]
   * @param at where in {@code target} the image begins
   * @throws InputException if the row holds no image of this shape, or a value that is not finite
   *     or outside the range
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
    Object cell = path.of(row);
    if (cell == null) {
      throw new InvalidImageException("is null in column '" + column + "'");
    }
    return cell;
  }
}
