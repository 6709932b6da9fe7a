package ai.narrows.images.pixels;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.InvalidImageException;
import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * Arrays of arrays of numbers that are images with a shape of their own: [height][width] is grey,
 * [height][width][channels] has 1 channel or 3, in the order blue, green, red.
 *
 * @param depth how many arrays are in one another: 2 or 3
 */
record NestedArrays(int depth) implements Serializable {
  private static final int MOST = 3;

  /**
   * An image of a cell.
   *
   * @param numbers [height, width, channels]
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
  record Grid(ImageShape shape, double[] numbers) {}

  /** How many arrays are in one another; 0 for another type. */
  static int depth(DataType type) {
    return type instanceof ArrayType array ? 1 + depth(array.elementType()) : 0;
  }

  /** What the innermost arrays hold. */
  static DataType element(DataType type) {
    return type instanceof ArrayType array ? element(array.elementType()) : type;
  }

  /** Whether a type is one of such arrays, whatever they hold. */
  static boolean is(DataType type) {
    int depth = depth(type);
    return depth > 1 && depth <= MOST;
  }

  /**
   * Reads a cell.
   *
   * @throws InvalidImageException if an array or a number is null, or the arrays of a level differ
   *     in length
   * @throws InputException if the arrays are an image of a shape that is not read
   */
  Grid of(Object cell) {
    int height = ((Seq<?>) cell).size();
    int width = height == 0 ? 0 : length(first(cell), 0);
    int channels = 1;
    if (depth == MOST && width > 0) {
      channels = length(first(first(cell)), 0);
    }
    if (height == 0 || width == 0 || channels == 0) {
      throw new InputException("is empty");
    }
    if (channels != 1 && channels != 3) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "has the shape %dx%dx%d, but must be [height][width][channels] with 1 channel or 3%s",
              height,
              width,
              channels,
              height == 1 || height == 3 ? "; the channels must come last" : ""));
    }
    ImageShape shape = new ImageShape(height, width, channels);
    double[] numbers = new double[shape.size()];
    Iterator<?> rows = ((Seq<?>) cell).iterator();
    for (int row = 0; rows.hasNext(); row++) {
      Object pixels = checked(rows.next(), width, row);
      int at = row * width * channels;
      if (depth == MOST) {
        Iterator<?> columns = ((Seq<?>) pixels).iterator();
        for (int column = 0; columns.hasNext(); column++) {
          Object values = checked(columns.next(), channels, row);
          fill(values, numbers, at + column * channels);
        }
      } else {
        fill(pixels, numbers, at);
      }
    }
    return new Grid(shape, numbers);
  }

  private static Object first(Object array) {
    return ((Seq<?>) array).head();
  }

  private static int length(Object array, int row) {
    if (!(array instanceof Seq<?> values)) {
      throw new InvalidImageException("has null for an array in row " + row);
    }
    return values.size();
  }

  private static Object checked(Object array, int length, int row) {
    int found = length(array, row);
    if (found != length) {
      throw new InvalidImageException(
          String.format(
              Locale.ROOT,
              "has an array of %d in row %d, but of %d before it: all must be equally long",
              found,
              row,
              length));
    }
    return array;
  }

  private static void fill(Object array, double[] numbers, int at) {
    Iterator<?> values = ((Seq<?>) array).iterator();
    for (int i = at; values.hasNext(); i++) {
      numbers[i] = FlatValues.number(values.next(), i);
    }
  }
}
