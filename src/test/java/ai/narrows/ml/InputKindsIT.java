package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same pixels, brought in by every kind of input: a model of any of them gives all of them the
 * same scores.
 */
class InputKindsIT extends SparkFixture {

  /** Batches differ from kind to kind, and with them the last bits of a matrix product. */
  private static final double SCORE_TOLERANCE = 1e-5;

  private static final ImageShape GREY = new ImageShape(28, 28, 1);
  private static final ImageShape COLOUR = new ImageShape(32, 32, 3);
  private static final int IMAGES = 200;

  /** Kinds whose values are floats: they are hashed, and so dealt, otherwise than bytes. */
  private static final Set<String> FLOATS =
      Set.of("vector", "sparse vector", "array<float>", "array<double>");

  @TempDir Path dir;

  @Test
  void greyImagesOfEveryKind() throws IOException {
    Dataset<Row> idx =
        spark
            .read()
            .format("idx")
            .load("data/fashion-mnist/t10k-images-idx3-ubyte.gz")
            .where("index < " + IMAGES)
            .selectExpr("CAST(index AS STRING) AS id", "image");
    List<byte[]> pixels =
        idx.selectExpr("image.data").collectAsList().stream().map(r -> r.<byte[]>getAs(0)).toList();

    Map<String, Dataset<Row>> kinds = new LinkedHashMap<>();
    kinds.put("idx", idx);
    kinds.put("png", folder("png", GREY, pixels));
    kinds.put("pgm", folder("pgm", GREY, pixels));
    kinds.put("tiff", folder("tiff", GREY, pixels));
    kinds.put("image struct", parquet(idx));
    kinds.put("table", table(idx));
    kinds.put("encoded", frame(DataTypes.BinaryType, pixels, p -> encoded("png", GREY, p)));
    kinds.put("raw", frame(DataTypes.BinaryType, pixels, p -> p));
    kinds.put("vector", frame(SQLDataTypes.VectorType(), pixels, p -> Vectors.dense(unit(p))));
    kinds.put(
        "sparse vector",
        frame(SQLDataTypes.VectorType(), pixels, p -> Vectors.dense(unit(p)).toSparse()));
    kinds.put(
        "array<float>",
        frame(
            DataTypes.createArrayType(DataTypes.FloatType),
            pixels,
            p -> Arrays.stream(unit(p)).mapToObj(v -> (float) v).toArray(Float[]::new)));
    kinds.put(
        "array<double>",
        frame(
            DataTypes.createArrayType(DataTypes.DoubleType),
            pixels,
            p -> Arrays.stream(unit(p)).boxed().toArray(Double[]::new)));
    kinds.put(
        "array<smallint>",
        frame(
            DataTypes.createArrayType(DataTypes.ShortType),
            pixels,
            p -> IntStream.range(0, p.length).mapToObj(i -> (short) (p[i] & 0xff)).toArray()));
    kinds.put(
        "array<array<int>>",
        frame(
            DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.IntegerType)),
            pixels,
            InputKindsIT::grid));
    kinds.put(
        "struct<bytes, path>",
        frame(
            new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType),
            pixels,
            p -> RowFactory.create(encoded("png", GREY, p), "x.png")));
    assertKindsAgree(kinds);
  }

  @Test
  void colourImagesOfEveryKind() throws IOException {
    // CIFAR's planes of red, green and blue, and the same as pixels of blue, green, red.
    byte[] planes = new byte[60 * 3073];
    new Random(1).nextBytes(planes);
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      planes[i * 3073] = (byte) (i % 10);
      byte[] bgr = new byte[COLOUR.size()];
      for (int j = 0; j < bgr.length; j++) {
        bgr[j] = planes[i * 3073 + 1 + (2 - j % 3) * 1024 + j / 3];
      }
      pixels.add(bgr);
    }
    Path file = Files.write(dir.resolve("data_batch_1.bin"), planes);

    Map<String, Dataset<Row>> kinds = new LinkedHashMap<>();
    kinds.put(
        "cifar",
        spark
            .read()
            .format("cifar")
            .load(file.toString())
            .selectExpr("CAST(index AS STRING) AS id", "image"));
    kinds.put("ppm", folder("ppm", COLOUR, pixels));
    kinds.put(
        "image struct",
        frame(ImageRows.schema(), pixels, p -> RowFactory.create("memory", 32, 32, 3, 16, p)));
    kinds.put("raw", frame(DataTypes.BinaryType, pixels, p -> p));
    kinds.put("vector", frame(SQLDataTypes.VectorType(), pixels, p -> Vectors.dense(unit(p))));
    assertKindsAgree(kinds);
  }

  private void assertKindsAgree(Map<String, Dataset<Row>> kinds) {
    Map<Boolean, float[]> parameters = new HashMap<>();
    Set<String> models = new HashSet<>();
    kinds.forEach(
        (trained, images) -> {
          boolean floats = FLOATS.contains(trained);
          AutoencoderModel model =
              new Autoencoder()
                  .setHidden(16)
                  .setLatentDim(2)
                  .setEpochs(2)
                  .setBatchSize(32)
                  .setNumWorkers(2)
                  .setInputEncoding(encoding(trained))
                  .fit(images);
          // The same rows, dealt in the same way: the same model, to the bit.
          assertThat(model.parameters())
              .as("parameters of a model of %s", trained)
              .isEqualTo(parameters.computeIfAbsent(floats, key -> model.parameters()));
          if (models.add(model.imageShape() + " floats " + floats)) {
            double[] own = scores(model, trained, images);
            assertThat(Arrays.stream(own).distinct().count()).isGreaterThan(own.length / 2);
            kinds.forEach(
                (scored, others) ->
                    assertThat(scores(model, scored, others))
                        .as("%s scored by a model of %s", scored, trained)
                        .containsExactly(own, within(SCORE_TOLERANCE)));
          }
        });
    assertThat(models).hasSize(3); // images, raw bytes, and floats without a shape
  }

  private static String encoding(String kind) {
    return kind.equals("raw") ? "raw" : "encoded";
  }

  /** Scores in the order of the ids. */
  private static double[] scores(AutoencoderModel model, String kind, Dataset<Row> images) {
    return model
        .setInputEncoding(encoding(kind))
        .transform(images)
        .selectExpr("CAST(id AS INT) AS id", "anomalyScore")
        .collectAsList()
        .stream()
        .sorted((a, b) -> Integer.compare(a.getInt(0), b.getInt(0)))
        .mapToDouble(row -> row.getDouble(1))
        .toArray();
  }

  /** What a column of some type has for an image. */
  private interface Cell {
    Object of(byte[] pixels) throws IOException;
  }

  private Dataset<Row> frame(DataType type, List<byte[]> pixels, Cell cell) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < pixels.size(); i++) {
      rows.add(RowFactory.create(Integer.toString(i), cell.of(pixels.get(i))));
    }
    return spark.createDataFrame(
        rows, new StructType().add("id", DataTypes.StringType).add("image", type));
  }

  /** A folder with a file for each image. */
  private Dataset<Row> folder(String format, ImageShape shape, List<byte[]> pixels)
      throws IOException {
    Path folder = Files.createDirectories(dir.resolve(format));
    for (int i = 0; i < pixels.size(); i++) {
      Files.write(folder.resolve(i + "." + format), encoded(format, shape, pixels.get(i)));
    }
    return spark
        .read()
        .format("imagefolder")
        .load(folder.toString())
        .selectExpr("regexp_extract(id, '[0-9]+', 0) AS id", "image");
  }

  private Dataset<Row> parquet(Dataset<Row> images) {
    String path = dir.resolve("parquet").toString();
    images.write().parquet(path);
    return spark.read().parquet(path);
  }

  private Dataset<Row> table(Dataset<Row> images) {
    images.write().option("path", dir.resolve("table").toString()).saveAsTable("fashion_kinds");
    return spark.table("fashion_kinds");
  }

  private static byte[] encoded(String format, ImageShape shape, byte[] pixels) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    if (format.equals("pgm") || format.equals("ppm")) {
      String header = (format.equals("pgm") ? "P5" : "P6") + "\n%d %d\n255\n";
      file.write(
          String.format(Locale.ROOT, header, shape.width(), shape.height())
              .getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < pixels.length; i++) {
        file.write(pixels[shape.channels() == 1 ? i : i - i % 3 + 2 - i % 3]);
      }
    } else {
      BufferedImage image = ImageRows.toBufferedImage(shape, pixels, 0);
      assertThat(ImageIO.write(image, format, file)).isTrue();
    }
    return file.toByteArray();
  }

  private static double[] unit(byte[] pixels) {
    double[] values = new double[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (pixels[i] & 0xff) / 255.0;
    }
    return values;
  }

  /** Pixels as an array of rows. */
  private static Object grid(byte[] pixels) {
    Integer[][] rows = new Integer[GREY.height()][GREY.width()];
    for (int i = 0; i < pixels.length; i++) {
      rows[i / GREY.width()][i % GREY.width()] = pixels[i] & 0xff;
    }
    return rows;
  }
}
