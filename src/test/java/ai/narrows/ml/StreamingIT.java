package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageRows;
import ai.narrows.images.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models on Structured Streaming's DataFrames: the same rows as on a table, whatever the column.
 */
final class StreamingIT extends SparkFixture {
  private static final int IMAGES = 40;

  /** An image's place in a batch is another, and with it the last bits of a matrix product. */
  private static final double TOLERANCE = 1e-5;

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("image", ImageRows.schema())
          .add("bytes", DataTypes.BinaryType)
          .add("floats", DataTypes.createArrayType(DataTypes.FloatType))
          .add("doubles", DataTypes.createArrayType(DataTypes.DoubleType))
          .add("vector", SQLDataTypes.VectorType());

  @TempDir static Path dir;
  private String files;
  private AutoencoderModel autoencoder;
  private VariationalAutoencoderModel vae;

  /** The same images in every kind of column, a tenth without one, in files of their own. */
  @BeforeAll
  void train() {
    files = dir.resolve("images").toString();
    List<Row> rows = new ArrayList<>();
    for (Row row :
        spark
            .read()
            .format("idx")
            .load("data/fashion-mnist/t10k-images-idx3-ubyte.gz")
            .where("index < " + IMAGES)
            .select("id", "index", "image")
            .collectAsList()) {
      rows.add(row.getLong(1) % 10 == 9 ? without(row.getString(0)) : with(row));
    }
    spark.createDataFrame(rows, SCHEMA).repartition(2).write().parquet(files);
    Dataset<Row> images = spark.read().parquet(files).where("image IS NOT NULL");
    autoencoder =
        new Autoencoder().setHidden(16).setLatentDim(2).setEpochs(1).setNumWorkers(2).fit(images);
    vae =
        new VariationalAutoencoder()
            .setHidden(16)
            .setLatentDim(2)
            .setEpochs(1)
            .setNumWorkers(2)
            .fit(images);
  }

  private static Row without(String id) {
    return RowFactory.create(id, null, null, null, null, null);
  }

  private static Row with(Row row) {
    byte[] bytes = row.getStruct(2).getAs("data");
    double[] values = new double[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (bytes[i] & 0xff) / 255.0;
    }
    return RowFactory.create(
        row.getString(0),
        row.getStruct(2),
        bytes,
        Arrays.stream(values).mapToObj(v -> (float) v).toArray(Float[]::new),
        Arrays.stream(values).boxed().toArray(Double[]::new),
        Vectors.dense(values));
  }

  private Dataset<Row> table() {
    return spark.read().parquet(files);
  }

  private Dataset<Row> stream() {
    return spark
        .readStream()
        .schema(table().schema())
        .option("maxFilesPerTrigger", 1)
        .parquet(files);
  }

  /** What a stream has given when all of its files have come. */
  private Dataset<Row> ended(Dataset<Row> stream, String name) throws Exception {
    assertThat(stream.isStreaming()).isTrue();
    stream
        .writeStream()
        .format("memory")
        .queryName(name)
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();
    return spark.table(name);
  }

  private static Map<String, Row> byId(Dataset<Row> rows) {
    Map<String, Row> byId = new TreeMap<>();
    rows.collectAsList()
        .forEach(row -> assertThat(byId.put(row.<String>getAs("id"), row)).isNull());
    return byId;
  }

  private void assertSame(Dataset<Row> streamed, Dataset<Row> expected, int rows) {
    assertThat(streamed.columns()).isEqualTo(expected.columns());
    Map<String, Row> others = byId(expected);
    assertThat(byId(streamed))
        .hasSize(rows)
        .containsOnlyKeys(others.keySet())
        .allSatisfy((id, row) -> assertSame(row, others.get(id)));
  }

  private static void assertSame(Row row, Row other) {
    for (String column : row.schema().fieldNames()) {
      Object value = row.getAs(column);
      Object expected = other.getAs(column);
      if (value instanceof Double number) {
        assertThat(number).isCloseTo((Double) expected, within(TOLERANCE));
      } else if (value instanceof Vector vector) {
        assertThat(vector.toArray())
            .containsExactly(((Vector) expected).toArray(), within(TOLERANCE));
      } else if (value instanceof Row image) { // of which rounding may change a bit
        byte[] pixels = ((Row) expected).getAs("data");
        assertThat(image.<byte[]>getAs("data")).hasSameSizeAs(pixels);
      } else {
        assertThat(value).isEqualTo(expected);
      }
    }
  }

  private void assertKind(FittedAutoencoder<?> model, String column) throws Exception {
    model.setImageCol(column).setHandleInvalid("keep");
    assertSame(
        ended(model.transform(stream().select("id", column)), "kind_" + column),
        model.transform(table().select("id", column)),
        IMAGES);
  }

  @Test
  void everyKindOfColumn() throws Exception {
    AutoencoderModel copy = autoencoder.copy(new ParamMap()).setInputEncoding("raw");
    assertKind(copy, "image");
    assertKind(copy, "bytes");
    assertKind(copy, "vector");
    assertKind(
        vae.copy(new ParamMap())
            .setLatentVarianceCol("variance")
            .setReconstructionCol("rebuilt")
            .setErrorMapCol("map"),
        "floats");
    assertKind(vae.copy(new ParamMap()), "doubles");
  }

  @Test
  void imagesThatCannotBeRead() throws Exception {
    AutoencoderModel copy = autoencoder.copy(new ParamMap());
    assertSame(
        ended(copy.setHandleInvalid("skip").transform(stream()), "sound"),
        copy.transform(table()),
        IMAGES - IMAGES / 10);
    Throwable failure =
        catchThrowable(() -> ended(copy.setHandleInvalid("error").transform(stream()), "all"));
    assertThat(InputException.in(failure))
        .get()
        .extracting(Throwable::getMessage)
        .asString()
        .matches("image '.*#[0-9]*9' is null in column 'image'");
  }

  @Test
  void latentsToImages() throws Exception {
    VariationalAutoencoderModel encoder = vae.copy(new ParamMap()).setHandleInvalid("skip");
    Dataset<Row> latents = encoder.transform(table()).select("id", "latent");
    String path = dir.resolve("latents").toString();
    latents.write().parquet(path);
    Dataset<Row> stream = spark.readStream().schema(latents.schema()).parquet(path);
    assertSame(
        ended(vae.decodeLatents(stream), "decoded"),
        vae.decodeLatents(latents),
        IMAGES - IMAGES / 10);
  }
}
