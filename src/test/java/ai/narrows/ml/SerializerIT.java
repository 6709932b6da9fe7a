package ai.narrows.ml;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.TestSpark;
import ai.narrows.images.ImageShape;
import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.metrics.Bootstrap;
import ai.narrows.ml.metrics.ClassMetrics;
import ai.narrows.ml.metrics.RankedScores;
import ai.narrows.nn.ChannelMoments;
import ai.narrows.report.HtmlReport;
import ai.narrows.report.ScoreTable;
import ai.narrows.train.RoundResult;
import ai.narrows.train.TrainingState;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Many clusters run with Kryo: what crosses the wire must survive it, to the same bits. */
public class SerializerIT {
  private static final String SCORE = "anomalyScore";
  private static final String PREDICTION = "prediction";

  /** What a session has come to. */
  private record Outcome(
      String parameters,
      AnomalyMetrics metrics,
      List<ClassMetrics> classes,
      Bootstrap intervals,
      String page) {}

  @Test
  void kryoGivesTheSameModelMetricsAndReportAsJavaSerialization() throws IOException {
    Outcome java = outcome("org.apache.spark.serializer.JavaSerializer");
    Outcome kryo = outcome("org.apache.spark.serializer.KryoSerializer");
    assertThat(kryo.parameters).isEqualTo(java.parameters);
    assertThat(kryo.metrics).isEqualTo(java.metrics);
    assertThat(kryo.classes).isEqualTo(java.classes);
    assertThat(kryo.intervals).isEqualTo(java.intervals);
    assertThat(kryo.page).contains("\"curve\":", "\"latents\":", "\"prior\":");
  }

  /** Between processes a worker's result takes this way; in local mode it takes none. */
  @Test
  void resultsOfRoundsArriveAsTheyWere() {
    float[] values = {1.5f, -0f, Float.MIN_VALUE, Float.NaN, 3e38f, 2};
    RoundResult result = new RoundResult(new TrainingState(values, 2, 7.5), 128, 0.25, 99);
    SparkConf conf = new SparkConf();
    for (Serializer serializer : List.of(new JavaSerializer(conf), new KryoSerializer(conf))) {
      RoundResult arrived = arrived(serializer, result);
      assertThat(arrived.state().values()).containsExactly(values);
      assertThat(arrived.state().parameterCount()).isEqualTo(2);
      assertThat(arrived.state().updates()).isEqualTo(7.5);
      assertThat(arrived.examples()).isEqualTo(128);
      assertThat(arrived.lossSum()).isEqualTo(0.25);
      assertThat(arrived.computeNanos()).isEqualTo(99);
    }
  }

  @Test
  void sumsOfChannelsArriveAsTheyWere() {
    ChannelMoments moments = new ChannelMoments(3);
    moments.add(new float[] {0.1f, 0.2f, -3, 1e-40f, 0.5f, 7});
    ChannelMoments arrived = arrived(new KryoSerializer(new SparkConf()), moments);
    assertThat(ChannelMoments.standardization(List.of(arrived)))
        .isEqualTo(ChannelMoments.standardization(List.of(moments)));
  }

  /** What a serializer makes of a value and reads back. */
  @SuppressWarnings("unchecked") // its class is its class
  public static <T> T arrived(Serializer serializer, T value) {
    SerializerInstance instance = serializer.newInstance();
    ClassTag<T> tag = ClassTag$.MODULE$.apply(value.getClass());
    return instance.deserialize(instance.serialize(value, tag), tag);
  }

  private static Outcome outcome(String serializer) throws IOException {
    SparkSession spark = TestSpark.enter(Map.of("spark.serializer", serializer));
    try {
      Dataset<Row> images = Pictures.bars(spark, 100, new ImageShape(4, 3, 1), 4);
      VariationalAutoencoderModel model =
          new VariationalAutoencoder()
              .setHidden(4)
              .setLatentDim(2)
              .setNumWorkers(3)
              .setBatchSize(8)
              .setEpochs(2)
              .setValidationFraction(0.1)
              .fit(images);
      Dataset<Row> scores = model.transform(images).select("id", "label", SCORE, PREDICTION);
      Column anomalous = col("label").equalTo(1);
      Column kind = col("id").substr(1, 6); // "bars 0" to "bars 9"
      try (RankedScores ranked = RankedScores.of(scores, SCORE, anomalous, PREDICTION, kind)) {
        ScoreTable table =
            new ScoreTable(
                scores,
                "id",
                SCORE,
                Optional.of(PREDICTION),
                Optional.of("label"),
                Optional.of(anomalous));
        return new Outcome(
            DigestUtils.sha256Hex(Arrays.toString(model.parameters())),
            ranked.metrics(),
            ranked.classes(),
            ranked.bootstrap(100, 1),
            new HtmlReport(model, "vae").withScores(table, Optional.of(images)).html());
      }
    } finally {
      TestSpark.leave(spark);
    }
  }
}
