package ai.narrows.ml.params;

import ai.narrows.images.FieldPath;
import ai.narrows.images.HandleInvalid;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.Patches;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Params of the image column and of the handling of images that cannot be read.
 *
 * @param <E> the owner itself, so that setters chain
 */
public interface ImageColumnParams<E extends Params> extends InputRangeParams<E> {

  Definition<Param<String>, String> IMAGE_COL =
      Definition.text("imageCol", "image")
          .in(
              Group.INPUT,
              "input column of images: image struct, binary, struct with a field bytes, vector or array")
          .note("colors of vectors and arrays are blue, green, red");

  /**
   * Input column of images.
   *
   * <p>It holds Spark's image struct; binary (see {@link #inputEncoding}); a struct whose field
   * {@code bytes} is binary; a vector or array of numbers (see {@link #inputMin} and {@link
   * #inputMax}); or arrays of arrays of numbers, [height][width] or [height][width][channels].
   * Vectors, plain arrays and raw bytes have no shape: they fit wherever the number of values does.
   * {@code image.bytes} is the field of a struct where no column has this name.
   *
   * @group param
   */
  default Param<String> imageCol() {
    return paramSet().of(IMAGE_COL);
  }

  /**
   * Value of {@link #imageCol}.
   *
   * @group getParam
   */
  default String getImageCol() {
    return paramSet().value(IMAGE_COL);
  }

  /**
   * Sets {@link #imageCol}.
   *
   * @group setParam
   */
  default E setImageCol(String value) {
    return paramSet().set(IMAGE_COL, value);
  }

  Definition<Param<String>, String> INPUT_ENCODING =
      Definition.choice(
              "inputEncoding",
              "encoded",
              "encoded (image files)",
              "raw (uint8 pixels, blue, green, red)")
          .in(Group.INPUT, "content of a binary image column");

  /**
   * Content of a binary image column.
   *
   * <p>Encoded images are converted and resized. Raw pixels are uint8 [height, width, channels]
   * with colors in the order blue, green, red, and are never resized.
   *
   * @group param
   */
  default Param<String> inputEncoding() {
    return paramSet().of(INPUT_ENCODING);
  }

  /**
   * Value of {@link #inputEncoding}.
   *
   * @group getParam
   */
  default String getInputEncoding() {
    return paramSet().value(INPUT_ENCODING);
  }

  /**
   * Sets {@link #inputEncoding}.
   *
   * @group setParam
   */
  default E setInputEncoding(String value) {
    return paramSet().set(INPUT_ENCODING, value);
  }

  Definition<Param<String>, String> ID_COL =
      Definition.text("idCol", "id")
          .in(
              Group.INPUT,
              "input column of row ids, for error messages and to break ties between equal images")
          .note("optional");

  /**
   * Input column of row ids.
   *
   * @group param
   */
  default Param<String> idCol() {
    return paramSet().of(ID_COL);
  }

  /**
   * Value of {@link #idCol}.
   *
   * @group getParam
   */
  default String getIdCol() {
    return paramSet().value(ID_COL);
  }

  /**
   * Sets {@link #idCol}.
   *
   * @group setParam
   */
  default E setIdCol(String value) {
    return paramSet().set(ID_COL, value);
  }

  Definition<Param<String>, String> HANDLE_INVALID =
      Definition.choice(
              "handleInvalid", "error", "error", "skip (drop the row)", "keep (null outputs)")
          .in(Group.INPUT, "handling of images that cannot be read");

  /**
   * Handling of images that cannot be read.
   *
   * <p>Images that are null, cannot be decoded, or have a value that is not finite or outside
   * {@link #inputMin} to {@link #inputMax}. An error names the row; {@code fit} drops rows under
   * keep as under skip. An image of the wrong shape is always an error. So are values outside the
   * range in {@code fit}, if more than half of the images have some.
   *
   * @group param
   */
  default Param<String> handleInvalid() {
    return paramSet().of(HANDLE_INVALID);
  }

  /**
   * Value of {@link #handleInvalid}.
   *
   * @group getParam
   */
  default String getHandleInvalid() {
    return paramSet().value(HANDLE_INVALID);
  }

  /**
   * Sets {@link #handleInvalid}.
   *
   * @group setParam
   */
  default E setHandleInvalid(String value) {
    return paramSet().set(HANDLE_INVALID, value);
  }

  /** What becomes of images that cannot be read. */
  default HandleInvalid invalidImages() {
    return HandleInvalid.of(getHandleInvalid());
  }

  /**
   * How pixels are read from rows.
   *
   * @throws ai.narrows.images.InputException if there is no such column, or it holds no pixels
   */
  default PixelColumn pixelColumn(StructType schema, Preprocessing preprocessing, Patches patches) {
    InputEncoding encoding = InputEncoding.of(getInputEncoding());
    return PixelColumn.of(schema, getImageCol(), preprocessing, encoding, inputRange())
        .cut(patches);
  }

  /**
   * Checks that what was given of the image column's content is about such a column: raw pixels are
   * in binary ones, and only numbers have a range.
   *
   * @param given whether somebody has given a param of this name
   * @throws ParamException if it is not
   */
  default void checkImageColumn(StructType schema, Predicate<String> given) {
    DataType type = FieldPath.need(schema, getImageCol()).type();
    boolean raw = InputEncoding.of(getInputEncoding()) != InputEncoding.ENCODED;
    if (raw && given.test(INPUT_ENCODING.name()) && !PixelColumn.holdsBytes(type)) {
      throw needs(INPUT_ENCODING, "a binary column of images", type);
    }
    for (Definition<DoubleParam, Double> end : List.of(INPUT_MIN, INPUT_MAX)) {
      if (given.test(end.name()) && !PixelColumn.holdsNumbers(type)) {
        throw needs(end, "a column of vectors or arrays", type);
      }
    }
  }

  private ParamException needs(Definition<?, ?> definition, String column, DataType type) {
    return new ParamException(
        Message.of(
            "%s has no effect without %s: column '%s' is of type %s",
            Message.param(definition.name(), paramSet().value(definition)),
            column,
            getImageCol(),
            type.catalogString()));
  }
}
