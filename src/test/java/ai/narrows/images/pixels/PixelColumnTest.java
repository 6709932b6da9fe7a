package ai.narrows.images.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.InputException;
import ai.narrows.images.InvalidImageException;
import ai.narrows.images.Preprocessing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class PixelColumnTest {

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("image", ImageRows.schema())
          .add("features", SQLDataTypes.VectorType())
          .add("floats", DataTypes.createArrayType(DataTypes.FloatType))
          .add("doubles", DataTypes.createArrayType(DataTypes.DoubleType))
          .add("content", DataTypes.BinaryType)
          .add("words", DataTypes.createArrayType(DataTypes.StringType));

  @Test
  void bytesComeAsTheyAre() {
    Row row = image(1, 2, 3, 1, 2, 3, 253, 254, 255);
    PixelColumn column = PixelColumn.of(SCHEMA, "image", Preprocessing.NONE, InputEncoding.ENCODED);

    assertThat(column.bytes()).isTrue();
    assertThat(column.shapeOf(row)).hasToString("1x2x3");
    assertThat(bytes(column, row)).containsExactly(1, 2, 3, -3, -2, -1);
    assertThat(floats(column, row))
        .containsExactly(1 / 255f, 2 / 255f, 3 / 255f, 253 / 255f, 254 / 255f, 1f);
  }

  /**
   * Invalid is what holds no image; what holds one that does not fit is an error of another kind.
   */
  @Test
  void invalidRowsAreToldFromThoseThatDoNotFit() {
    PixelColumn images = of("image", 0, 0, 0);
    Row nulls = RowFactory.create("a", RowFactory.create("origin", null, 2, 1, 0, new byte[2]));
    for (Row invalid :
        new Row[] {
          nulls, RowFactory.create("a", null), image(-1, -1, 1), image(2, 2, 1, 1, 2, 3)
        }) {
      assertThat(images.isValid(invalid)).isFalse();
      assertThatThrownBy(() -> images.shapeOf(invalid)).isInstanceOf(InvalidImageException.class);
    }
    assertThatThrownBy(() -> images.shapeOf(nulls))
        .hasMessage("has null for its height, width, nChannels or mode");
    assertThat(images.isValid(image(1, 1, 1, 5))).isTrue();
    assertThat(images.isValid(image(1, 1, 2, 5, 5))).isTrue();

    PixelColumn vectors = of("features", 1, 2, 1);
    assertThat(vectors.isValid(vector(Vectors.dense(0, Double.NaN)))).isFalse();
    assertThat(vectors.isValid(vector(Vectors.dense(0, 1)))).isTrue();
    assertThat(vectors.isValid(vector(Vectors.dense(0, Double.NaN, 1)))).isTrue();
  }

  @Test
  void writesWhereItIsTold() {
    PixelColumn column = PixelColumn.of(SCHEMA, "image", Preprocessing.NONE, InputEncoding.ENCODED);
    byte[] target = {9, 9, 9, 9};
    column.readBytes(image(1, 2, 1, 5, 6), new ImageShape(1, 2, 1), target, 1);

    assertThat(target).containsExactly(9, 5, 6, 9);
  }

  @Test
  void channelsAreConverted() {
    // BGR in, ITU-R 601 luma out.
    assertThat(bytes(of("image", 0, 0, 1), image(1, 3, 3, 255, 0, 0, 0, 255, 0, 0, 0, 255)))
        .containsExactly(29, (byte) 150, 76);
    assertThat(bytes(of("image", 0, 0, 3), image(1, 2, 1, 7, 200)))
        .containsExactly(7, 7, 7, (byte) 200, (byte) 200, (byte) 200);
  }

  @Test
  void alphaIsCompositedOverBlack() {
    Row row = image(1, 2, 4, 100, 150, 200, 255, 100, 150, 200, 51);

    assertThat(bytes(of("image", 0, 0, 0), row))
        .containsExactly(100, (byte) 150, (byte) 200, 20, 30, 40);
    assertThat(of("image", 0, 0, 0).shapeOf(row)).hasToString("1x2x3");
    assertThat(bytes(of("image", 0, 0, 1), image(1, 1, 4, 255, 255, 255, 0))).containsExactly(0);
  }

  @Test
  void resizesAndConvertsAtOnce() {
    PixelColumn column = of("image", 1, 1, 3);

    assertThat(bytes(column, image(2, 2, 1, 10, 20, 30, 40))).containsExactly(25, 25, 25);
    assertThat(floats(column, image(2, 2, 1, 10, 20, 30, 40)))
        .containsExactly(25 / 255f, 25 / 255f, 25 / 255f);
    assertThat(bytes(column, image(1, 2, 3, 10, 20, 30, 40, 50, 60))).containsExactly(25, 35, 45);
    assertThat(bytes(column, image(1, 1, 4, 10, 20, 30, 255))).containsExactly(10, 20, 30);
  }

  @Test
  void vectorsComeAsTheyAre() {
    PixelColumn column = of("features", 0, 0, 0);
    Row dense = vector(Vectors.dense(0, 0.25, 1));
    Row sparse = vector(Vectors.sparse(3, new int[] {1}, new double[] {0.5}));

    assertThat(column.bytes()).isFalse();
    assertThat(column.shapeOf(dense)).hasToString("1x3x1");
    assertThat(floats(column, dense)).containsExactly(0, 0.25f, 1);
    float[] target = {9, 9, 9, 9, 9};
    column.readFloats(sparse, new ImageShape(1, 3, 1), target, 1);
    assertThat(target).containsExactly(9, 0, 0.5f, 0, 9);
  }

  @Test
  void vectorsTakeTheirShapeFromThePreprocessing() {
    Row six = vector(Vectors.dense(0.1, 0.2, 0.3, 0.4, 0.5, 0.6));

    assertThat(of("features", 2, 3, 0).shapeOf(six)).hasToString("2x3x1");
    assertThat(of("features", 1, 2, 0).shapeOf(six)).hasToString("1x2x3");
    assertThat(of("features", 1, 2, 3).shapeOf(six)).hasToString("1x2x3");
    assertRefused(
        of("features", 2, 2, 1),
        six,
        "is a vector of 6 values, but 2x2x1 needs 4; only images are resized");
    assertRefused(
        of("features", 0, 0, 3),
        six,
        "is a vector of 6 values, which needs height and width beside channels 3");
  }

  @Test
  void vectorsMustBeFinite() {
    PixelColumn column = of("features", 0, 0, 0);

    assertThatThrownBy(() -> floats(column, vector(Vectors.dense(0, Double.NaN))))
        .isInstanceOf(InputException.class)
        .hasMessage("has the value NaN at index 1, but values must be finite floats");
    assertThatThrownBy(
            () -> floats(column, vector(Vectors.sparse(9, new int[] {7}, new double[] {1e300}))))
        .hasMessage("has the value 1.0E300 at index 7, but values must be finite floats");
    assertThatThrownBy(
            () ->
                column.readFloats(
                    vector(Vectors.dense(1, 2)), new ImageShape(1, 3, 1), new float[3], 0))
        .hasMessage("is a vector of 2 values, but 1x3x1 needs 3; only images are resized");
    assertThatThrownBy(
            () ->
                column.readBytes(vector(Vectors.dense(1)), new ImageShape(1, 1, 1), new byte[1], 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void arraysComeAsTheyAre() {
    assertThat(floats(of("floats", 0, 0, 0), array(3, 0f, 0.25f, 1f))).containsExactly(0, 0.25f, 1);
    assertThat(floats(of("doubles", 1, 3, 1), array(4, 0.0, 0.1, 1.0))).containsExactly(0, 0.1f, 1);
    assertThat(of("doubles", 1, 1, 0).shapeOf(array(4, 0.0, 0.1, 1.0))).hasToString("1x1x3");
    assertThatThrownBy(() -> floats(of("floats", 0, 0, 0), array(3, 0f, null)))
        .isInstanceOf(InputException.class)
        .hasMessage("has null at index 1, but values must be finite floats");
    assertThatThrownBy(() -> floats(of("doubles", 0, 0, 0), array(4, 1e300)))
        .hasMessage("has the value 1.0E300 at index 0, but values must be finite floats");
    assertRefused(
        of("floats", 2, 2, 1),
        array(3, 0f, 1f),
        "is an array of 2 values, but 2x2x1 needs 4; only images are resized");
    assertRefused(of("floats", 0, 0, 0), array(3), "is empty");
  }

  @Test
  void rawBytesAreThePixels() {
    PixelColumn column = of("content", 1, 2, 3, InputEncoding.RAW);
    Row row = content(1, 2, 3, 253, 254, 255);

    assertThat(column.bytes()).isTrue();
    assertThat(column.shapeOf(row)).hasToString("1x2x3");
    assertThat(bytes(column, row)).containsExactly(1, 2, 3, -3, -2, -1);
    assertThat(floats(column, row))
        .containsExactly(1 / 255f, 2 / 255f, 3 / 255f, 253 / 255f, 254 / 255f, 1f);
    assertRefused(column, content(1), "is 1 raw bytes, but 1x2x3 needs 6; only images are resized");
  }

  @Test
  void imageFilesAreReadAsImagesAre() throws IOException {
    PixelColumn column = of("content", 1, 1, 3);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(
        ImageRows.toBufferedImage(new ImageShape(2, 2, 1), new byte[] {10, 20, 30, 40}, 0),
        "png",
        png);
    Row row = content(png.toByteArray());

    assertThat(column.bytes()).isTrue();
    assertThat(bytes(column, row)).containsExactly(25, 25, 25);
    assertThat(of("content", 0, 0, 0).shapeOf(row)).hasToString("2x2x1");
    assertThat(bytes(of("content", 0, 0, 0), row)).containsExactly(10, 20, 30, 40);
    assertThatThrownBy(() -> bytes(column, content(1, 2, 3)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("is no PNG, JPEG");
  }

  @Test
  void whereOneSideHasNoShapeTheNumberOfValuesCounts() {
    ImageShape square = new ImageShape(2, 2, 1);
    ImageShape flat = new ImageShape(1, 4, 1);
    float[] target = new float[4];

    of("features", 0, 0, 0).readFloats(vector(Vectors.dense(0, 1, 0, 1)), square, target, 0);
    assertThat(target).containsExactly(0, 1, 0, 1);
    of("image", 0, 0, 0).readFloats(image(2, 2, 1, 0, 255, 255, 0), flat, target, 0);
    assertThat(target).containsExactly(0, 1, 1, 0);
    byte[] bytes = new byte[4];
    of("content", 0, 0, 0, InputEncoding.RAW).readBytes(content(1, 2, 3, 4), square, bytes, 0);
    assertThat(bytes).containsExactly(1, 2, 3, 4);
    of("image", 0, 0, 1)
        .readBytes(image(2, 2, 3, 1, 1, 1, 2, 2, 2, 3, 3, 3, 9, 9, 9), flat, bytes, 0);
    assertThat(bytes).containsExactly(1, 2, 3, 9);
    assertThatThrownBy(
            () -> of("image", 0, 0, 0).readBytes(image(1, 3, 1, 0, 0, 0), flat, bytes, 0))
        .isInstanceOf(InputException.class)
        .hasMessage("is 1x3x1, but 1x4x1 is expected; set height and width to resize");
  }

  @Test
  void otherShapesAreRefused() {
    ImageShape expected = new ImageShape(1, 1, 1);

    assertThatThrownBy(
            () -> of("image", 0, 0, 0).readBytes(image(1, 2, 1, 0, 0), expected, new byte[1], 0))
        .isInstanceOf(InputException.class)
        .hasMessage("is 1x2x1, but 1x1x1 is expected; set height and width to resize");
    assertThatThrownBy(
            () ->
                of("image", 0, 0, 0).readFloats(image(1, 1, 3, 0, 0, 0), expected, new float[1], 0))
        .hasMessage("is 1x1x3, but 1x1x1 is expected; set channels to convert");
    assertThatThrownBy(
            () -> of("image", 1, 2, 3).readFloats(image(1, 1, 1, 0), expected, new float[1], 0))
        .hasMessage(
            "is 1x2x3, but 1x1x1 is expected; set height and width to resize"
                + " and channels to convert");
  }

  @Test
  void brokenImagesAreRefused() {
    PixelColumn column = of("image", 0, 0, 0);

    assertRefused(column, RowFactory.create("a", null, null), "is null in column 'image'");
    assertRefused(
        column, image(2, 2, 1, 0, 0, 0), "is 2x2x1 and must have 4 bytes of data, but has 3");
    assertRefused(
        column,
        RowFactory.create("a", RowFactory.create("", -1, -1, -1, -1, new byte[0]), null),
        "is -1x-1, so whoever read it could not decode it");
    assertRefused(
        column,
        RowFactory.create("a", RowFactory.create("", 1, 1, 2, 8, new byte[2]), null),
        "has 2 channels, but must have 1, 3 or 4");
    assertRefused(
        column,
        RowFactory.create("a", RowFactory.create("", 1, 1, 3, 21, new byte[12]), null),
        "has OpenCV mode 21, but must have 16 (8 bits unsigned in 3 channels)");
  }

  @Test
  void travelsToTasksAfterItWasUsed() throws IOException, ClassNotFoundException {
    PixelColumn column = of("image", 1, 1, 3);
    Row row = image(2, 2, 1, 10, 20, 30, 40);
    floats(column, row);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(column);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(bytes((PixelColumn) in.readObject(), row)).containsExactly(25, 25, 25);
    }
  }

  @Test
  void wrongColumnsAreRefused() {
    assertThatThrownBy(() -> of("picture", 0, 0, 0))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "there is no column 'picture'; the columns are id, image, features, floats, doubles, content, words");
    assertThatThrownBy(() -> of("id", 0, 0, 0))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "column 'id' is of type string, but pixels are read from Spark's image struct"
                + " (origin, height, width, nChannels, mode, data), binary, a struct with a field bytes, a vector,"
                + " or arrays of numbers, [height][width] and [height][width][channels] among them");
    assertThatThrownBy(() -> of("words", 0, 0, 0))
        .hasMessageStartingWith(
            "column 'words' is of type array<string>, but pixels are read from");
    assertThatThrownBy(() -> InputEncoding.of("RAW"))
        .isInstanceOf(InputException.class)
        .hasMessage("inputEncoding must be one of encoded, raw, but is 'RAW'");
  }

  private static void assertRefused(PixelColumn column, Row row, String message) {
    assertThatThrownBy(() -> column.shapeOf(row))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  private static PixelColumn of(String column, int height, int width, int channels) {
    return of(column, height, width, channels, InputEncoding.ENCODED);
  }

  private static PixelColumn of(
      String column, int height, int width, int channels, InputEncoding encoding) {
    return PixelColumn.of(SCHEMA, column, new Preprocessing(height, width, channels), encoding);
  }

  private static byte[] bytes(PixelColumn column, Row row) {
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

  private static Row image(int height, int width, int channels, int... values) {
    byte[] data = new byte[values.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) values[i];
    }
    Row image = RowFactory.create("here", height, width, channels, 8 * (channels - 1), data);
    return RowFactory.create("a", image, null);
  }

  private static Row array(int field, Object... values) {
    Object[] row = new Object[SCHEMA.size()];
    row[field] = CollectionConverters.asScala(Arrays.asList(values)).toSeq();
    return RowFactory.create(row);
  }

  private static Row content(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return content(bytes);
  }

  private static Row content(byte[] bytes) {
    return RowFactory.create("a", null, null, null, null, bytes, null);
  }

  private static Row vector(Vector vector) {
    return RowFactory.create("a", null, vector);
  }
}
