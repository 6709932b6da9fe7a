package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.SparkFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images and ids in the fields of structs, as Hugging Face's tables have them. */
class NestedColumnsIT extends SparkFixture {
  private static final int ROWS = 40;
  private static final StructType IMAGE =
      new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);
  private static final StructType SCHEMA =
      new StructType().add("image", IMAGE).add("label", DataTypes.LongType);

  @TempDir Path dir;

  private Dataset<Row> rows(boolean damaged) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      byte[] bytes = new byte[16];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = (byte) (i * j * 7);
      }
      boolean missing = damaged && i == 5;
      rows.add(
          RowFactory.create(
              RowFactory.create(
                  missing ? null : bytes, String.format(Locale.ROOT, "part-%02d.png", i)),
              (long) (i % 2)));
    }
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static Autoencoder small() {
    return new Autoencoder()
        .setInputEncoding("raw")
        .setHidden(6)
        .setLatentDim(2)
        .setEpochs(1)
        .setNumWorkers(2)
        .setBatchSize(8);
  }

  private static List<Double> scores(Dataset<Row> rows) {
    return rows.select("anomalyScore").as(Encoders.DOUBLE()).collectAsList();
  }

  @Test
  void theyAreReadLikeColumns() throws Exception {
    Dataset<Row> rows = rows(false);
    AutoencoderModel model = small().setImageCol("image.bytes").setIdCol("image.path").fit(rows);
    List<Double> scores = scores(model.transform(rows));
    assertThat(scores).hasSize(ROWS);
    assertThat(model.transform(rows).columns()).startsWith("image", "label", "reconstructionError");

    // The struct itself, and a column: the same images.
    AutoencoderModel whole = small().setIdCol("image.path").fit(rows);
    assertThat(whole.parameters()).isEqualTo(model.parameters());
    assertThat(scores(whole.transform(rows))).isEqualTo(scores);
    Dataset<Row> flat = rows.selectExpr("image.bytes AS picture", "image.path AS id");
    assertThat(scores(model.copy(new ParamMap()).setImageCol("picture").transform(flat)))
        .isEqualTo(scores);
    // A column whose name has a dot comes before a field.
    Dataset<Row> dotted = rows.withColumn("image.bytes", functions.lit(new byte[16])).drop("label");
    assertThat(scores(model.transform(dotted)).stream().distinct()).hasSize(1);

    assertThat(model.interpolate(rows, "part-02.png", "part-03.png", 3).count()).isEqualTo(3);
    assertThat(model.bestThreshold(rows, functions.col("label").equalTo(1)).f1()).isPositive();

    String path = dir.resolve("table").toString();
    rows.write().parquet(path);
    model
        .transform(spark.readStream().schema(SCHEMA).parquet(path))
        .writeStream()
        .format("memory")
        .queryName("nestedScores")
        .start()
        .processAllAvailable();
    assertThat(spark.table("nestedScores").count()).isEqualTo(ROWS);
    for (var query : spark.streams().active()) {
      query.stop();
    }
  }

  @Test
  void errorsNameTheRow() {
    Dataset<Row> rows = rows(true);
    String message =
        "image 'part-05.png' has null for its bytes and only the path 'part-05.png': the file is not in the table";
    assertThatThrownBy(() -> small().setIdCol("image.path").fit(rows))
        .hasMessageContaining(message);
    AutoencoderModel model =
        small()
            .setImageCol("image.bytes")
            .setIdCol("image.path")
            .setHandleInvalid("skip")
            .fit(rows);
    assertThat(model.summary().skippedRows()).isOne();
    assertThatThrownBy(() -> model.setHandleInvalid("error").transform(rows).collectAsList())
        .hasMessageContaining("image 'part-05.png' is null in column 'image.bytes'");
    assertThatThrownBy(() -> model.setImageCol("image.data").transform(rows))
        .hasMessage("there is no column 'image.data'; the columns are image, label");
    Dataset<Row> latents =
        spark
            .createDataFrame(
                List.of(RowFactory.create(Vectors.dense(90, -3))),
                new StructType().add("code", SQLDataTypes.VectorType()))
            .selectExpr("struct(code AS mean) AS latent");
    assertThat(
            model.setLatentCol("latent.mean").setImageCol("image").decodeLatents(latents).count())
        .isOne();
  }
}
