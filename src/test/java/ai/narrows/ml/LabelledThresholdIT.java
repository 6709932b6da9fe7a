package ai.narrows.ml;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.SparkFixture;
import ai.narrows.images.ImageShape;
import ai.narrows.ml.metrics.AnomalyMetrics;
import ai.narrows.ml.metrics.BestThreshold;
import java.util.List;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A threshold out of labelled images. */
class LabelledThresholdIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(4, 6, 1);

  private Dataset<Row> labelled;
  private AutoencoderModel model;

  @BeforeAll
  void train() {
    labelled = Pictures.bars(spark, 120, SHAPE, 5);
    model =
        new Autoencoder()
            .setHidden(12)
            .setLatentDim(6)
            .setEpochs(20)
            .setBatchSize(8)
            .setNumWorkers(2)
            .setContamination(0.4)
            .fit(labelled.where("label = 0"));
  }

  private double f1(AutoencoderModel scorer) {
    return AnomalyMetrics.of(
            scorer.transform(labelled), "anomalyScore", col("label").equalTo(1), "prediction")
        .f1();
  }

  private static double f1(List<Row> rows, double threshold) {
    long predicted = rows.stream().filter(row -> row.getDouble(0) > threshold).count();
    long anomalous = rows.stream().filter(row -> row.getInt(1) == 1).count();
    long found =
        rows.stream().filter(row -> row.getDouble(0) > threshold && row.getInt(1) == 1).count();
    return 2.0 * found / (predicted + anomalous);
  }

  @Test
  void noOtherThresholdIsBetter() {
    double before = model.getThreshold();
    AutoencoderModel better = model.withMaxF1Threshold(labelled, labelled.col("label").equalTo(1));
    BestThreshold best = model.bestThreshold(labelled, col("label").equalTo(1));
    assertThat(better.getThreshold()).isEqualTo(best.threshold());
    assertThat(model.withThreshold(best).getThreshold()).isEqualTo(best.threshold());
    assertThat(model.withThreshold(best).getThresholdMethod()).isEqualTo("maxF1");
    assertThat(f1(better)).isEqualTo(best.f1()).isGreaterThan(f1(model));
    List<Row> rows = model.transform(labelled).select("anomalyScore", "label").collectAsList();
    assertThat(f1(rows, best.threshold())).isEqualTo(best.f1());
    for (Row row : rows) {
      assertThat(f1(rows, row.getDouble(0))).isLessThanOrEqualTo(best.f1());
      assertThat(f1(rows, Math.nextDown(row.getDouble(0)))).isLessThanOrEqualTo(best.f1());
    }
    assertThat(model.getThreshold()).isEqualTo(before);
    assertThat(model.getThresholdMethod()).isEqualTo("contamination");
    assertThat(better.getThresholdMethod()).isEqualTo("maxF1");
    assertThat(better.thresholdOrigin().toString()).startsWith("maxF1, anomalous where ");
    assertThat(better.copy(new ParamMap()).getThresholdMethod()).isEqualTo("maxF1");
    assertThatThrownBy(
            () -> better.copy(new ParamMap()).setScoreMethod("combined").transform(labelled))
        .hasMessageContaining("was computed for scoreMethod reconstructionError");
    assertThat(better.setThreshold(1).getThresholdMethod()).isEqualTo("given");
  }

  @Test
  void columnsAreTheModelsAndOthersDoNotMatter() {
    Dataset<Row> renamed =
        labelled
            .withColumnRenamed("image", "my image")
            .withColumnRenamed("id", "anomalyScore")
            .withColumnRenamed("label", "reconstructionError");
    AutoencoderModel quiet =
        model
            .copy(new ParamMap())
            .setImageCol("my image")
            .setAnomalyScoreCol("")
            .setReconstructionCol("rebuilt");
    assertThat(quiet.bestThreshold(renamed, col("reconstructionError").equalTo(1)))
        .isEqualTo(model.bestThreshold(labelled, col("label").equalTo(1)));
  }

  @Test
  void imagesThatCannotBeReadAreLeftOutWhereTheyMayBe() {
    Dataset<Row> broken =
        labelled.selectExpr("id", "label", "IF(id = 'bars 3', NULL, image) AS image");
    BestThreshold expected =
        model.bestThreshold(labelled.where("id <> 'bars 3'"), col("label").equalTo(1));
    for (String choice : new String[] {"skip", "keep"}) {
      assertThat(
              model
                  .copy(new ParamMap())
                  .setHandleInvalid(choice)
                  .bestThreshold(broken, col("label").equalTo(1)))
          .isEqualTo(new BestThreshold(expected.threshold(), expected.f1(), 1));
    }
    assertRefused(
        () -> model.bestThreshold(broken, col("label").equalTo(1)),
        "image 'bars 3' is null in column 'image'");
  }

  @Test
  void bothKindsAreNeeded() {
    assertThatThrownBy(() -> model.withMaxF1Threshold(labelled, col("label").equalTo(7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("none of the 120 rows is anomalous: both kinds are needed");
  }
}
