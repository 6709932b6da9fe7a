package ai.narrows.ml;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.ml.metrics.AnomalyMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnomalyMetricsIT extends SparkFixture {
  private static final double ROUNDING = 1e-12;
  private static final StructType SCHEMA =
      new StructType()
          .add("anomalyScore", DataTypes.DoubleType)
          .add("anomalous", DataTypes.BooleanType)
          .add("prediction", DataTypes.DoubleType);

  private static Row row(Double score, Boolean anomalous, double prediction) {
    return RowFactory.create(score, anomalous, prediction);
  }

  private AnomalyMetrics measure(Row... rows) {
    Dataset<Row> scores = spark.createDataFrame(Arrays.asList(rows), SCHEMA).repartition(3);
    return AnomalyMetrics.of(scores, "anomalyScore", col("anomalous"), "prediction");
  }

  @Test
  void perfectScores() {
    AnomalyMetrics m =
        measure(row(3.0, true, 1), row(2.0, true, 0), row(1.0, false, 1), row(0.0, false, 0));
    assertThat(m.auroc()).isEqualTo(1);
    assertThat(m.averagePrecision()).isEqualTo(1);
    assertThat(m.rows()).isEqualTo(4);
    assertThat(m.anomalous()).isEqualTo(2);
    assertThat(m.predicted()).isEqualTo(2);
    assertThat(m.truePositives()).isEqualTo(1);
    assertThat(m.falsePositives()).isEqualTo(1);
    assertThat(m.falseNegatives()).isEqualTo(1);
    assertThat(m.trueNegatives()).isEqualTo(1);
    assertThat(m.precision()).isEqualTo(0.5);
    assertThat(m.recall()).isEqualTo(0.5);
    assertThat(m.f1()).isEqualTo(0.5);
  }

  @Test
  void reversedScores() {
    AnomalyMetrics m =
        measure(row(0.0, true, 0), row(1.0, true, 0), row(2.0, false, 0), row(3.0, false, 0));
    assertThat(m.auroc()).isZero();
    // Precision 1/3 at the first anomaly, 2/4 at the second.
    assertThat(m.averagePrecision()).isCloseTo((1 / 3.0 + 2 / 4.0) / 2, within(ROUNDING));
    assertThat(m.precision()).isZero();
    assertThat(m.f1()).isZero();
  }

  @Test
  void tiesCountHalf() {
    AnomalyMetrics m =
        measure(row(2.0, true, 1), row(1.0, true, 0), row(1.0, false, 0), row(0.0, false, 0));
    // Of the four pairs three are right and one is tied.
    assertThat(m.auroc()).isEqualTo(3.5 / 4);
    // Recall 1/2 at precision 1, then the tied pair: another 1/2 at precision 2/3.
    assertThat(m.averagePrecision()).isCloseTo(0.5 + 0.5 * 2 / 3, within(ROUNDING));
  }

  @Test
  void equalScoresTellNothing() {
    AnomalyMetrics m = measure(row(1.0, true, 0), row(1.0, false, 0), row(1.0, false, 0));
    assertThat(m.auroc()).isEqualTo(0.5);
    assertThat(m.averagePrecision()).isCloseTo(1 / 3.0, within(ROUNDING));
  }

  @Test
  void zeroesAndInfinitiesAreOrdinaryScores() {
    AnomalyMetrics m =
        measure(
            row(Double.POSITIVE_INFINITY, true, 1),
            row(0.0, true, 0),
            row(-0.0, false, 0),
            row(Double.NEGATIVE_INFINITY, false, 0));
    assertThat(m.auroc()).isEqualTo(3.5 / 4);
  }

  @ParameterizedTest
  @CsvSource({"200, 5, 1", "300, 40, 2", "400, 100000, 3", "50, 1, 4"})
  void agreesWithTheDefinition(int n, int distinctScores, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      boolean anomalous = i < 2 || (i > 3 && random.nextInt(4) == 0);
      double score = random.nextInt(distinctScores) / 7.0 + (anomalous ? 1 / 7.0 : 0);
      rows.add(row(score, anomalous, random.nextInt(2)));
    }
    AnomalyMetrics m = measure(rows.toArray(Row[]::new));
    assertThat(m.auroc()).isCloseTo(naiveAuroc(rows), within(ROUNDING));
    assertThat(m.averagePrecision()).isCloseTo(naiveAveragePrecision(rows), within(ROUNDING));
    assertThat(m.rows()).isEqualTo(n);
    assertThat(m.truePositives())
        .isEqualTo(rows.stream().filter(r -> r.getBoolean(1) && r.getDouble(2) == 1).count());
  }

  /** Every pair of an anomalous and a normal row. */
  private static double naiveAuroc(List<Row> rows) {
    double right = 0;
    double pairs = 0;
    for (Row a : rows) {
      for (Row b : rows) {
        if (a.getBoolean(1) && !b.getBoolean(1)) {
          pairs++;
          right += (Math.signum(a.getDouble(0) - b.getDouble(0)) + 1) / 2;
        }
      }
    }
    return right / pairs;
  }

  /** For every anomalous row the precision among the rows that score at least as high. */
  private static double naiveAveragePrecision(List<Row> rows) {
    double sum = 0;
    double anomalous = 0;
    for (Row a : rows) {
      if (a.getBoolean(1)) {
        anomalous++;
        double above = 0;
        double found = 0;
        for (Row b : rows) {
          if (b.getDouble(0) >= a.getDouble(0)) {
            above++;
            found += b.getBoolean(1) ? 1 : 0;
          }
        }
        sum += found / above;
      }
    }
    return sum / anomalous;
  }

  @Test
  void bothKindsAreNeeded() {
    assertThatThrownBy(() -> measure(row(1.0, false, 0), row(2.0, false, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("none of the 2 rows is anomalous: both kinds are needed");
    assertThatThrownBy(() -> measure(row(1.0, true, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("all of the 1 rows are anomalous: both kinds are needed");
  }

  @Test
  void scoresThatAreNoNumbersAreRefused() {
    assertThatThrownBy(
            () -> measure(row(Double.NaN, false, 0), row(null, true, 0), row(1.0, true, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 of 2 scores are NaN");
    assertThatThrownBy(() -> measure(row(null, false, 0), row(null, true, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("none of the 2 rows has a score");
    assertThatThrownBy(() -> measure())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there are no scores");
  }

  @Test
  void rowsWithoutAScoreAreLeftOutWhateverElseTheyHave() {
    assertThat(
            measure(
                row(2.0, true, 1),
                row(null, true, 1),
                row(null, null, 0),
                row(1.0, false, 0),
                row(null, false, 1)))
        .isEqualTo(measure(row(2.0, true, 1), row(1.0, false, 0)));
  }

  @Test
  void anUndecidedConditionIsRefused() {
    assertThatThrownBy(() -> measure(row(1.0, null, 0), row(1.0, true, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the condition for anomalous rows is neither true nor false for 1 of 2 rows, where a column is null");
  }
}
