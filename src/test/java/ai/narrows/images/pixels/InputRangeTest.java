package ai.narrows.images.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.InputException;
import ai.narrows.images.InvalidImageException;
import ai.narrows.images.OutOfRangeException;
import ai.narrows.images.Preprocessing;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** Which numbers of vectors and arrays are pixels. */
class InputRangeTest {
  private static final String OF_BYTES =
      "divide values from 0 to 255 by 255, or set inputMax to 255";

  private static PixelColumn column(DataType type, Optional<InputRange> range) {
    return PixelColumn.of(
        new StructType().add("image", type),
        "image",
        Preprocessing.NONE,
        InputEncoding.ENCODED,
        range);
  }

  private static float[] read(InputRange range, double... values) {
    return floats(column(SQLDataTypes.VectorType(), Optional.ofNullable(range)), vector(values));
  }

  private static float[] floats(PixelColumn column, Row row) {
    ImageShape shape = column.shapeOf(row);
    float[] target = new float[shape.size()];
    column.readFloats(row, shape, target, 0);
    return target;
  }

  private static Row vector(double... values) {
    return RowFactory.create(Vectors.dense(values));
  }

  private static Row array(Object... values) {
    return RowFactory.create(CollectionConverters.asScala(Arrays.asList(values)).toSeq());
  }

  private static void assertRefused(InputRange range, String message, double... values) {
    assertThatThrownBy(() -> read(range, values))
        .isInstanceOf(OutOfRangeException.class)
        .hasMessage(message);
  }

  @Test
  void valuesOutsideAreRefusedWithTheLikelyCause() {
    assertRefused(
        null,
        "has the value 42.0 at index 3, but values must be in [0, 1]: " + OF_BYTES,
        0,
        1,
        0,
        42);
    assertRefused(
        null, "has the value 1.5 at index 0, but values must be in [0, 1]: " + OF_BYTES, 1.5);
    assertRefused(
        null,
        "has the value -0.95 at index 1, but values must be in [0, 1]: scale values from -1 to 1, or set inputMin to -1",
        0.3,
        -0.95);
    assertRefused(
        null,
        "has the value 4096.0 at index 0, but values must be in [0, 1]: divide values from 0 to 65535 by 65535, or set inputMax to 65535",
        4096,
        0);
    assertRefused(
        null,
        "has the value -2.1 at index 1, but values must be in [0, 1]: the image has values from -2.1 to 2.6; scale them, or set inputMin and inputMax to the least and the greatest possible value",
        0.5,
        -2.1,
        2.6);
    assertRefused(
        InputRange.of(-1, 1),
        "has the value 3.0 at index 0, but values must be in [-1, 1]: the image has values from -0.5 to 3.0; set inputMin and inputMax to the least and the greatest possible value",
        3,
        -0.5);
    assertRefused(
        InputRange.BYTES,
        "has the value 1.0E30 at index 0, but values must be in [0, 255]: the image has values from 1.0E30 to 1.0E30; set inputMin and inputMax to the least and the greatest possible value",
        1e30f);
  }

  @Test
  void arraysAndSparseVectorsAreCheckedLikewise() {
    String message = "has the value 42.0 at index 1, but values must be in [0, 1]: " + OF_BYTES;
    for (DataType type : new DataType[] {DataTypes.FloatType, DataTypes.DoubleType}) {
      PixelColumn column = column(DataTypes.createArrayType(type), Optional.empty());
      assertThatThrownBy(() -> floats(column, array(0.5f, 42f))).hasMessage(message);
      assertThat(column.isValid(array(0.5f, 42f))).isFalse();
    }
    Vector sparse = Vectors.sparse(3, new int[] {1}, new double[] {42});
    assertThatThrownBy(
            () ->
                floats(
                    column(SQLDataTypes.VectorType(), Optional.empty()), RowFactory.create(sparse)))
        .hasMessage(message);
    // What a sparse vector leaves out is 0, which need not be in the range.
    assertThatThrownBy(
            () ->
                floats(
                    column(SQLDataTypes.VectorType(), Optional.of(InputRange.of(10, 50))),
                    RowFactory.create(sparse)))
        .hasMessageStartingWith("has the value 0.0 at index 0, but values must be in [10, 50]: ");
  }

  @Test
  void theRangeBecomesZeroToOne() {
    assertThat(read(InputRange.of(-1, 1), -1, 0, 0.5, 1)).containsExactly(0, 0.5f, 0.75f, 1);
    assertThat(read(InputRange.of(-80, 0), -80, -20, 0)).containsExactly(0, 0.75f, 1);
    // The same bits as bytes have.
    double[] all = new double[256];
    float[] bytes = new float[256];
    for (int value = 0; value < all.length; value++) {
      all[value] = value;
      bytes[value] = value / 255f;
    }
    assertThat(read(InputRange.BYTES, all)).containsExactly(bytes);
    assertThat(read(null, 0, 0.25, 1)).containsExactly(0, 0.25f, 1);
  }

  @Test
  void whatIsOutsideByRoundingIsTheEnd() {
    assertThat(read(null, -1e-7, 1.0000001, 1.0009, -0.0009)).containsExactly(0, 1, 1, 0);
    assertThat(read(InputRange.BYTES, 255.1, -0.1)).containsExactly(1, 0);
    assertThatThrownBy(() -> read(null, 1.002)).isInstanceOf(OutOfRangeException.class);
    assertThatThrownBy(() -> read(InputRange.BYTES, 256)).isInstanceOf(OutOfRangeException.class);
  }

  @Test
  void whatIsNotFiniteIsOutsideAnyRange() {
    for (double value :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300}) {
      for (InputRange range : new InputRange[] {null, InputRange.BYTES}) {
        assertThatThrownBy(() -> read(range, 0.5, value))
            .isInstanceOf(InvalidImageException.class)
            .isNotInstanceOf(OutOfRangeException.class)
            .hasMessage("has the value " + value + " at index 1, but values must be finite floats");
      }
    }
  }

  /** Latents are any numbers. */
  @Test
  void numbersThatAreNoPixelsHaveNoRange() {
    StructType schema =
        new StructType()
            .add("latent", SQLDataTypes.VectorType())
            .add("text", DataTypes.StringType)
            .add("counts", DataTypes.createArrayType(DataTypes.LongType));
    PixelColumn column = PixelColumn.ofNumbers(schema, "latent");
    assertThat(floats(column, vector(-7.5, 300))).containsExactly(-7.5f, 300);
    assertThatThrownBy(() -> floats(column, vector(Double.NaN)))
        .hasMessage("has the value NaN at index 0, but values must be finite floats");
    assertThatThrownBy(() -> floats(column, vector(0, 1e300)))
        .hasMessage("has the value 1.0E300 at index 1, but values must be finite floats");
    assertThat(
            floats(
                PixelColumn.ofNumbers(schema, "counts"),
                RowFactory.create(null, null, array(-3L, 5L).get(0))))
        .containsExactly(-3, 5);
    assertThatThrownBy(() -> PixelColumn.ofNumbers(schema, "text"))
        .hasMessage("column 'text' must hold vectors or arrays of numbers, but is of type string");
  }

  @Test
  void noRangeIsRefused() {
    assertThatThrownBy(() -> InputRange.of(1, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("inputMin must be below inputMax, but inputMin is 1.0 and inputMax is 1.0");
    assertThatThrownBy(() -> InputRange.of(Double.NaN, 1))
        .hasMessage("inputMin must be a finite number, but is NaN");
    assertThatThrownBy(() -> InputRange.of(0, Double.POSITIVE_INFINITY))
        .hasMessage("inputMax must be a finite number, but is Infinity");
  }
}
