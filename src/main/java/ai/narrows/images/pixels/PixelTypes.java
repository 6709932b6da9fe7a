package ai.narrows.images.pixels;

import ai.narrows.images.InputEncoding;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.decode.ImageDecoder;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** How the types of columns that pixels are read from are read. */
final class PixelTypes {
  /** The types, for messages. */
  static final String LISTED =
      "Spark's image struct (origin, height, width, nChannels, mode, data), binary, a struct with a field bytes,"
          + " a vector, or arrays of numbers, [height][width] and [height][width][channels] among them";

  private static final List<DataType> WHOLE =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  private PixelTypes() {}

  /** How a column of a type is read; none if its values are no pixels. */
  static Optional<Pixels> of(
      DataType type,
      Preprocessing preprocessing,
      InputEncoding encoding,
      Optional<InputRange> range) {
    if (type instanceof StructType struct) {
      return isImage(struct)
          ? Optional.of(new ImagePixels(Pictures.Structs.of(struct), preprocessing))
          : ofField(struct, preprocessing, encoding, range);
    }
    if (type.equals(DataTypes.BinaryType)) {
      return Optional.of(
          switch (encoding) {
            case ENCODED ->
                new ImagePixels(
                    new Pictures.Files(new ImageDecoder(ImageDecoder.DEFAULT_MAX_PIXELS)),
                    preprocessing);
            case RAW -> new FlatPixels(FlatValues.BYTES, null, preprocessing);
          });
    }
    if (type.equals(SQLDataTypes.VectorType())) {
      return Optional.of(
          new FlatPixels(FlatValues.VECTOR, range.orElse(InputRange.UNIT), preprocessing));
    }
    return isOfNumbers(NestedArrays.element(type))
        ? ofArray(type, preprocessing, range)
        : Optional.empty();
  }

  /** Vectors and arrays of any numbers. */
  static Optional<Pixels> numbers(DataType type) {
    boolean array =
        type instanceof ArrayType && NestedArrays.depth(type) == 1 && isOfNumbers(element(type));
    if (!array && !type.equals(SQLDataTypes.VectorType())) {
      return Optional.empty();
    }
    FlatValues values = array ? FlatValues.ARRAY : FlatValues.VECTOR;
    return Optional.of(new FlatPixels(values, InputRange.ANY, Preprocessing.NONE));
  }

  private static DataType element(DataType type) {
    return NestedArrays.element(type);
  }

  private static boolean isOfNumbers(DataType type) {
    return WHOLE.contains(type)
        || type.equals(DataTypes.FloatType)
        || type.equals(DataTypes.DoubleType)
        || type instanceof DecimalType;
  }

  private static Optional<Pixels> ofArray(
      DataType type, Preprocessing preprocessing, Optional<InputRange> range) {
    boolean bytes = WHOLE.contains(element(type)) && range.map(InputRange::isOfBytes).orElse(true);
    boolean signed = element(type) instanceof ByteType;
    InputRange floats = range.orElse(InputRange.UNIT);
    if (NestedArrays.depth(type) == 1) {
      return Optional.of(
          bytes
              ? new FlatPixels(
                  signed ? FlatValues.BYTE_ARRAY : FlatValues.ARRAY, null, preprocessing)
              : new FlatPixels(FlatValues.ARRAY, floats, preprocessing));
    }
    if (!NestedArrays.is(type)) {
      return Optional.empty();
    }
    NestedArrays arrays = new NestedArrays(NestedArrays.depth(type));
    return Optional.of(
        bytes
            ? new ImagePixels(new PictureArrays(arrays, signed), preprocessing)
            : new GridPixels(arrays, floats, preprocessing));
  }

  private static Optional<Pixels> ofField(
      StructType struct,
      Preprocessing preprocessing,
      InputEncoding encoding,
      Optional<InputRange> range) {
    StructField field = FieldPixels.of(struct);
    return field == null || field.dataType() instanceof StructType
        ? Optional.empty()
        : of(field.dataType(), preprocessing, encoding, range)
            .map(pixels -> new FieldPixels(pixels, struct));
  }

  /** Spark's image struct, with its fields in any order; where it is from does not matter. */
  private static boolean isImage(StructType struct) {
    for (String name : List.of("height", "width", "nChannels", "mode")) {
      int index = FieldPixels.index(struct, name);
      if (index < 0 || !WHOLE.contains(struct.apply(index).dataType())) {
        return false;
      }
    }
    int data = FieldPixels.index(struct, "data");
    return data >= 0 && struct.apply(data).dataType().equals(DataTypes.BinaryType);
  }
}
