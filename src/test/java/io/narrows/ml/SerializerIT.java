package io.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.narrows.nn.RandomStream;
import io.narrows.nn.RandomStream.Purpose;
import io.narrows.train.RoundResult;
import io.narrows.train.TrainingState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Many clusters run with Kryo: what crosses the wire must survive it, to the same bits. */
class SerializerIT {
  @Test
  void kryoGivesTheSameModelAsJavaSerialization() throws IOException {
    float[] java = train("org.apache.spark.serializer.JavaSerializer");
    float[] kryo = train("org.apache.spark.serializer.KryoSerializer");
    assertThat(kryo).isEqualTo(java);
  }

  /** Between processes a worker's result takes this way; in local mode it takes none. */
  @Test
  void resultsOfRoundsArriveAsTheyWere() {
    float[] values = {1.5f, -0f, Float.MIN_VALUE, Float.NaN, 3e38f, 2};
    RoundResult result = new RoundResult(new TrainingState(values, 2, 7.5), 128, 0.25, 99);
    SparkConf conf = new SparkConf();
    for (Serializer serializer : List.of(new JavaSerializer(conf), new KryoSerializer(conf))) {
      SerializerInstance instance = serializer.newInstance();
      ClassTag<RoundResult> tag = ClassTag$.MODULE$.apply(RoundResult.class);
      RoundResult arrived = instance.deserialize(instance.serialize(result, tag), tag);
      assertThat(arrived.state().values()).containsExactly(values);
      assertThat(arrived.state().parameterCount()).isEqualTo(2);
      assertThat(arrived.state().updates()).isEqualTo(7.5);
      assertThat(arrived.examples()).isEqualTo(128);
      assertThat(arrived.lossSum()).isEqualTo(0.25);
      assertThat(arrived.computeNanos()).isEqualTo(99);
    }
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
