package ai.narrows.ml.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.narrows.ml.SerializerIT;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

final class ScoreGroupTest {
  /** What does not fit into memory is written to disk and read again. */
  @Test
  void groupsOfScoresArriveAsTheyWere() {
    Iterator<Row> sorted =
        List.of(
                RowFactory.create(2.5, "scratch", 3L, 1L, 0L, 0L, 0L),
                RowFactory.create(2.5, null, 0L, 1L, 2L, 4L, 5L),
                RowFactory.create(null, null, 0L, 0L, 0L, 1L, 0L))
            .iterator();
    Iterator<ScoreGroup> groups = ScoreGroup.of(sorted);
    ScoreGroup group = SerializerIT.arrived(new KryoSerializer(new SparkConf()), groups.next());
    assertThat(group.score()).isEqualTo(2.5);
    assertThat(group.truePositives()).isEqualTo(3);
    assertThat(group.falseNegatives()).isEqualTo(2);
    assertThat(group.falsePositives()).isEqualTo(2);
    assertThat(group.trueNegatives()).isEqualTo(4);
    assertThat(group.undecided()).isEqualTo(5);
    assertThat(group.classes())
        .extracting(
            ScoreGroup.ClassCount::name, ScoreGroup.ClassCount::rows, ScoreGroup.ClassCount::found)
        .containsExactly(tuple("scratch", 4L, 3L), tuple(null, 1L, 0L));
    ScoreGroup unscored = SerializerIT.arrived(new KryoSerializer(new SparkConf()), groups.next());
    assertThat(unscored.score()).isNaN();
    assertThat(unscored.classes()).isEmpty();
  }
}
