package io.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.narrows.nn.RandomStream;
import io.narrows.nn.RandomStream.Purpose;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Many clusters run with Kryo: what crosses the wire must survive it, to the same bits. */
class SerializerIT {
  @Test
  void kryoGivesTheSameModelAsJavaSerialization() throws IOException {
    float[] java = train("org.apache.spark.serializer.JavaSerializer");
    float[] kryo = train("org.apache.spark.serializer.KryoSerializer");
    assertThat(kryo).isEqualTo(java);
  }

  private static float[] train(String serializer) throws IOException {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.serializer", serializer)
            .getOrCreate()) {
      RandomStream random = new RandomStream(2, Purpose.GENERATION, 0, 0, 0);
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        rows.add(
            RowFactory.create(
                Vectors.dense(random.nextFloat(), random.nextFloat(), random.nextFloat())));
      }
      return new VariationalAutoencoder()
          .setHidden(4)
          .setLatentDim(2)
          .setNumWorkers(3)
          .setBatchSize(8)
          .setEpochs(2)
          .setValidationFraction(0.1)
          .fit(
              spark
                  .createDataFrame(rows, new StructType().add("image", SQLDataTypes.VectorType()))
                  .repartition(3))
          .parameters();
    }
  }
}
