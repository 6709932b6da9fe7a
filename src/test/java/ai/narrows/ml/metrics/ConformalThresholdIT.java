package ai.narrows.ml.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.narrows.SparkFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** The threshold of a false positive rate, against sorted lists. */
final class ConformalThresholdIT extends SparkFixture {
  private static final int ROWS = 457;

  private Dataset<Row> table(List<Double> scores, int partitions) {
    return spark.createDataset(scores, Encoders.DOUBLE()).repartition(partitions).toDF("my.score");
  }

  /** With ties, and every tenth missing. */
  private static List<Double> scores() {
    SplittableRandom random = new SplittableRandom(3);
    List<Double> scores = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      scores.add(i % 10 == 0 ? null : (double) random.nextInt(200) - 50);
    }
    return scores;
  }

  @Test
  void isTheSortedScoreOfItsRank() {
    List<Double> scores = scores();
    List<Double> sorted = scores.stream().filter(Objects::nonNull).sorted().toList();
    int n = sorted.size();
    for (double rate : new double[] {0, 0.001, 0.02, 0.05, 0.3, 0.95}) {
      int fromBelow = (int) Math.ceil((n + 1) * (1 - rate) - 1e-9);
      ConformalThreshold expected =
          new ConformalThreshold(
              sorted.get(Math.min(n, fromBelow) - 1), new Calibration("normal", n, rate), ROWS - n);
      for (int partitions : new int[] {1, 5}) {
        assertThat(AnomalyMetrics.conformalThreshold(table(scores, partitions), "my.score", rate))
            .as("rate %s", rate)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void whatHasNoRank() {
    List<Double> missing = new ArrayList<>();
    missing.add(null);
    assertThatThrownBy(() -> AnomalyMetrics.conformalThreshold(table(missing, 1), "my.score", 0.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("none of the 1 rows has a score");
    assertThatThrownBy(
            () -> AnomalyMetrics.conformalThreshold(table(List.of(), 1), "my.score", 0.1))
        .hasMessage("there are no scores");
    assertThatThrownBy(
            () ->
                AnomalyMetrics.conformalThreshold(
                    table(List.of(1.0, Double.NaN), 1), "my.score", 0.1))
        .hasMessage("1 of 2 scores are NaN");
    assertThatThrownBy(
            () -> AnomalyMetrics.conformalThreshold(table(List.of(1.0), 1), "my.score", 1))
        .hasMessage("the false positive rate must be at least 0 and below 1, but is 1.0");
  }
}
