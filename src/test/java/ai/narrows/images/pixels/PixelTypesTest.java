package ai.narrows.images.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.FieldPath;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.InputException;
import ai.narrows.images.InvalidImageException;
import ai.narrows.images.OutOfRangeException;
import ai.narrows.images.Preprocessing;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Types of columns beside Spark's image struct, binary and vectors. */
class PixelTypesTest {
  private static final Preprocessing NONE = Preprocessing.NONE;

  private static PixelColumn column(DataType type, Preprocessing preprocessing) {
    return column(type, preprocessing, null);
  }

  private static PixelColumn column(DataType type, Preprocessing preprocessing, InputRange range) {
    return PixelColumn.of(
        new StructType().add("image", type),
        "image",
        preprocessing,
        InputEncoding.ENCODED,
        Optional.ofNullable(range));
  }

  private static DataType arrays(int depth, DataType element) {
    return depth == 0 ? element : DataTypes.createArrayType(arrays(depth - 1, element));
  }

  private static Seq<Object> seq(Object... values) {
    return CollectionConverters.asScala(Arrays.asList(values)).toSeq();
  }

  private static byte[] bytes(PixelColumn column, Row row) {
    assertThat(column.bytes()).isTrue();
    ImageShape shape = column.shapeOf(row);
    byte[] target = new byte[shape.size()];
    column.readBytes(row, shape, target, 0);
    return target;
  }

  private static float[] floats(PixelColumn column, Row row) {
    ImageShape shape = column.shapeOf(row);
    float[] target = new float[shape.size()];
    column.readFloats(row, shape, target, 0);
    return target;
  }

  @Test
  void wholeNumbersAreBytes() {
    Object[][] rows = {
      {DataTypes.ShortType, (short) 0, (short) 7, (short) 255},
      {DataTypes.IntegerType, 0, 7, 255},
      {DataTypes.LongType, 0L, 7L, 255L},
      {DataTypes.ByteType, (byte) 0, (byte) 7, (byte) -1}, // by its bits, as in binary
    };
    for (Object[] row : rows) {
      PixelColumn column = column(arrays(1, (DataType) row[0]), NONE);
      Row image = RowFactory.create(seq(row[1], row[2], row[3]));
      assertThat(bytes(column, image)).containsExactly(0, 7, -1);
      assertThat(floats(column, image)).containsExactly(0, 7 / 255f, 1);
      assertThat(column.shapeOf(image)).hasToString("1x3x1");
      PixelColumn shaped = column(arrays(1, (DataType) row[0]), new Preprocessing(1, 1, 3));
      assertThat(shaped.shapeOf(image)).hasToString("1x1x3");
    }
    PixelColumn column = column(arrays(1, DataTypes.IntegerType), NONE);
    for (int wrong : new int[] {-1, 256, 70_000}) {
      assertThatThrownBy(() -> column.shapeOf(RowFactory.create(seq(0, wrong))))
          .isInstanceOf(OutOfRangeException.class)
          .hasMessage(
              String.format(
                  Locale.ROOT,
                  "has the value %d at index 1, but whole numbers must be from 0 to 255: set inputMin and inputMax to the least and the greatest possible value",
                  wrong));
    }
    assertThatThrownBy(() -> column.shapeOf(RowFactory.create(seq(0, null))))
        .isInstanceOf(InvalidImageException.class)
        .hasMessage("has null at index 1, but values must be finite floats");
  }

  @Test
  void wholeNumbersInARangeAreFloats() {
    DataType shorts = arrays(1, DataTypes.ShortType);
    Row row = RowFactory.create(seq((short) 0, (short) 1));
    assertThat(column(shorts, NONE, InputRange.of(0, 1)).bytes()).isFalse();
    assertThat(floats(column(shorts, NONE, InputRange.of(0, 1)), row)).containsExactly(0, 1);
    assertThat(bytes(column(shorts, NONE, InputRange.BYTES), row)).containsExactly(0, 1);
    assertThat(
            floats(
                column(arrays(1, DataTypes.ByteType), NONE, InputRange.of(-128, 127)),
                RowFactory.create(seq((byte) -128, (byte) 127))))
        .containsExactly(0, 1);
    assertThat(
            floats(
                column(DataTypes.createArrayType(DataTypes.createDecimalType(4, 2)), NONE),
                RowFactory.create(seq(new BigDecimal("0.25"), new BigDecimal("1.00")))))
        .containsExactly(0.25f, 1);
  }

  @Test
  void nestedArraysHaveTheirShape() {
    Row grey = RowFactory.create(seq(seq(1, 2, 3), seq(4, 5, 255)));
    PixelColumn ints = column(arrays(2, DataTypes.IntegerType), NONE);
    assertThat(ints.shapeOf(grey)).hasToString("2x3x1");
    assertThat(bytes(ints, grey)).containsExactly(1, 2, 3, 4, 5, -1);
    Row colour = RowFactory.create(seq(seq(seq(1L, 2L, 3L), seq(4L, 5L, 6L))));
    PixelColumn longs = column(arrays(3, DataTypes.LongType), NONE);
    assertThat(longs.shapeOf(colour)).hasToString("1x2x3");
    assertThat(bytes(longs, colour)).containsExactly(1, 2, 3, 4, 5, 6);
    // As images they are resized and converted.
    assertThat(bytes(column(arrays(2, DataTypes.IntegerType), new Preprocessing(1, 1, 3)), grey))
        .containsExactly(45, 45, 45);
    assertThat(
            bytes(
                column(arrays(2, DataTypes.ByteType), NONE),
                RowFactory.create(seq(seq((byte) -1), seq((byte) 1)))))
        .containsExactly(-1, 1);

    PixelColumn floats = column(arrays(2, DataTypes.FloatType), NONE);
    Row row = RowFactory.create(seq(seq(0f, 0.5f), seq(1f, 0.25f)));
    assertThat(floats.bytes()).isFalse();
    assertThat(floats.shapeOf(row)).hasToString("2x2x1");
    assertThat(floats(floats, row)).containsExactly(0, 0.5f, 1, 0.25f);
    float[] target = new float[4];
    floats.readFloats(row, ImageShape.ofVector(4), target, 0);
    assertThat(target).containsExactly(0, 0.5f, 1, 0.25f);
    PixelColumn scaled = column(arrays(2, DataTypes.DoubleType), NONE, InputRange.of(-1, 1));
    assertThat(floats(scaled, RowFactory.create(seq(seq(-1.0, 1.0))))).containsExactly(0, 1);
  }

  @Test
  void nestedArraysThatAreNoImageAreRefused() {
    PixelColumn ints = column(arrays(2, DataTypes.IntegerType), NONE);
    assertRefused(
        ints,
        seq(seq(1, 2), seq(3)),
        "has an array of 1 in row 1, but of 2 before it: all must be equally long");
    assertRefused(ints, seq(seq(1, 2), null), "has null for an array in row 1");
    assertRefused(ints, seq(seq(1, null)), "has null at index 1, but values must be finite floats");
    assertRefused(ints, seq(seq(), seq()), "is empty");
    assertRefused(ints, seq(), "is empty");
    PixelColumn deep = column(arrays(3, DataTypes.FloatType), NONE);
    assertRefused(
        deep,
        seq(seq(seq(0f, 0f))),
        "has the shape 1x1x2, but must be [height][width][channels] with 1 channel or 3; the channels must come last");
    assertRefused(
        deep,
        seq(seq(seq(0f), seq(0f, 1f))),
        "has an array of 2 in row 0, but of 1 before it: all must be equally long");
    assertThatThrownBy(
            () ->
                column(arrays(2, DataTypes.FloatType), new Preprocessing(4, 4, 1))
                    .shapeOf(RowFactory.create(seq(seq(0f)))))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "is 1x1x1, but 4x4x1 is expected; only images of whole numbers from 0 to 255 are resized and converted");
    assertThatThrownBy(() -> column(arrays(4, DataTypes.FloatType), NONE))
        .hasMessageStartingWith("column 'image' is of type array<array<array<array<float>>>>, but");
    assertThatThrownBy(
            () ->
                PixelColumn.ofNumbers(
                    new StructType().add("latent", arrays(2, DataTypes.FloatType)), "latent"))
        .hasMessageStartingWith("column 'latent' must hold vectors or arrays of numbers, but is");
  }

  private static void assertRefused(PixelColumn column, Object cell, String message) {
    assertThatThrownBy(() -> column.shapeOf(RowFactory.create(cell)))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  @Test
  void structsWithBytesAreReadByThem() {
    StructType struct =
        new StructType().add("path", DataTypes.StringType).add("bytes", DataTypes.BinaryType);
    PixelColumn raw =
        PixelColumn.of(new StructType().add("image", struct), "image", NONE, InputEncoding.RAW);
    Row row = RowFactory.create(RowFactory.create("a.png", new byte[] {1, 2}));
    assertThat(bytes(raw, row)).containsExactly(1, 2);
    assertRefused(
        raw,
        RowFactory.create("a.png", null),
        "has null for its bytes and only the path 'a.png': the file is not in the table, so write the table with the files' bytes, or read the files");
    assertRefused(raw, RowFactory.create(null, null), "has null for its bytes");
    assertThat(raw.isValid(RowFactory.create(RowFactory.create("a.png", null)))).isFalse();
    assertThat(raw.isValid(RowFactory.create((Object) null))).isFalse();
    assertRefused(
        column(struct, NONE),
        RowFactory.create("a.png", new byte[] {1, 2}),
        "is no PNG, JPEG, TIFF, WebP, BMP, PGM, PPM, PBM or GIF image");
    assertThatThrownBy(() -> column(new StructType().add("path", DataTypes.StringType), NONE))
        .hasMessageStartingWith("column 'image' is of type struct<path:string>, but");
  }

  /** As Hive's tables have it, and other writers. */
  @Test
  void theImageStructMayHaveOtherFieldsAndNames() {
    StructType struct =
        new StructType()
            .add("data", DataTypes.BinaryType)
            .add("nchannels", DataTypes.LongType)
            .add("mode", DataTypes.ShortType)
            .add("width", DataTypes.IntegerType)
            .add("height", DataTypes.IntegerType);
    Row image = RowFactory.create(new byte[] {5, 6}, 1L, (short) 0, 2, 1);
    PixelColumn column = column(struct, NONE);
    assertThat(column.shapeOf(RowFactory.create(image))).hasToString("1x2x1");
    assertThat(bytes(column, RowFactory.create(image))).containsExactly(5, 6);
  }

  @Test
  void aNameWithDotsLeadsIntoStructs() {
    StructType inner = new StructType().add("bytes", DataTypes.BinaryType);
    StructType outer = new StructType().add("a.b", inner).add("Photo", inner);
    StructType schema =
        new StructType().add("x", outer).add("x.y", DataTypes.BinaryType).add("x.w", inner);
    byte[] one = {1};
    byte[] two = {2};
    byte[] three = {3};
    Row row =
        RowFactory.create(
            RowFactory.create(RowFactory.create((Object) one), RowFactory.create((Object) two)),
            three,
            RowFactory.create((Object) null));
    assertThat(FieldPath.find(schema, "x.a.b.bytes").orElseThrow().of(row)).isSameAs(one);
    assertThat(FieldPath.find(schema, "x.photo.BYTES").orElseThrow().of(row)).isSameAs(two);
    assertThat(FieldPath.find(schema, "x.y").orElseThrow().of(row)).isSameAs(three);
    assertThat(FieldPath.find(schema, "x.y").orElseThrow().nested()).isFalse();
    assertThat(FieldPath.find(schema, "x.w.bytes").orElseThrow().of(row)).isNull();
    assertThat(FieldPath.find(schema, "x.w.bytes").orElseThrow().nested()).isTrue();
    assertThat(FieldPath.find(schema, "x.a.b.bytes").orElseThrow().type())
        .isEqualTo(DataTypes.BinaryType);
    assertThat(FieldPath.find(schema, "x.z")).isEmpty();
    assertThat(FieldPath.find(schema, "z.bytes")).isEmpty();
    Row empty = RowFactory.create(null, null, null);
    assertThat(FieldPath.find(schema, "x.photo.bytes").orElseThrow().of(empty)).isNull();
    PixelColumn column = PixelColumn.of(schema, "x.photo.bytes", NONE, InputEncoding.RAW);
    assertThat(bytes(column, row)).containsExactly(2);
    assertThatThrownBy(() -> column.shapeOf(empty)).hasMessage("is null in column 'x.photo.bytes'");
  }
}
