package ai.narrows.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SupportedSparkTest {
  private static final Build SPARK_4 = new Build("0.1.0", "2.13");

  @Test
  void theSparkOfThisBuild() {
    assertThatCode(SupportedSpark::check).doesNotThrowAnyException();
    assertThat(Build.here().version()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(Build.here().scala()).isEqualTo("2.13");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.0.0", "4.0.2-amzn-0", "4.1.0.dev3", "4.3.0", "4.9.0"})
  void everySpark4(String spark) {
    assertThat(SupportedSpark.fault(spark, "2.13.16", SPARK_4)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3.5.6-amzn-1 | 2.12.18 | the artifact narrows-spark-3.5_2.12
          3.5.0        | 2.13.8  | the artifact narrows-spark-3.5_2.13
          3.4.4        | 2.13.8  | Spark 4 or Spark 3.5
          5.0.0        | 2.13.18 | Spark 4 or Spark 3.5
          4.0.1        | 3.3.0   | the artifact narrows
          unknown      | 2.13.1  | Spark 4
          """)
  void othersAreRefusedWithBothVersionsAndTheRemedy(String spark, String scala, String take) {
    assertThat(SupportedSpark.fault(spark, scala, SPARK_4))
        .contains(
            "Spark "
                + spark
                + " with Scala "
                + scala
                + " runs here, but this jar of Narrows 0.1.0 is for Spark 4 with Scala 2.13: take "
                + take);
  }

  @Test
  void collectionsGoBothWays() {
    assertThat(ScalaCollections.asJava(ScalaCollections.copy(List.of(1, 2)))).containsExactly(1, 2);
    assertThat(ScalaCollections.asJava(ScalaCollections.copy(Map.of("a", 1))))
        .isEqualTo(Map.of("a", 1));
    assertThat(ScalaCollections.asScala(List.of(7).iterator()).next()).isEqualTo(7);
  }
}
