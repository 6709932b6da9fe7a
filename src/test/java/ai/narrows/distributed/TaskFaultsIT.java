package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.Fault;
import ai.narrows.TestSpark;
import ai.narrows.optim.StepSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** {@link FaultsIT} in one JVM: tasks that fail, and images that are listed in another order. */
final class TaskFaultsIT extends FaultsFixture {
  @Test
  void tasksThatFailInOneJvm() {
    Fault fault = fault(Fault.Kind.THROW);
    SparkSession spark = TestSpark.enter(Map.of("spark.master", "local[2,3]"));
    assertThat(train(spark, new FaultySchedule(fault))).isEqualTo(undisturbed);
    assertThat(Path.of(fault.marker())).exists();
    assertEnds(spark, 3);
    TestSpark.leave(spark);
  }

  @Test
  void filesListedInAnotherOrder() throws Exception {
    Map<String, Outcome> outcomes = new HashMap<>();
    SparkSession spark = TestSpark.enter();
    Dataset<Row> images = spark.read().format("idx").load(IMAGES).select("image", "id");
    Path parts = folder.resolve("parts");
    images.repartition(4).write().parquet(parts.toString());
    List<String> files;
    try (var listed = Files.list(parts)) {
      files =
          listed.map(Path::toString).filter(name -> name.endsWith(".parquet")).sorted().toList();
    }
    assertThat(files).hasSize(4);
    List<String> reversed = files.stream().sorted(Comparator.reverseOrder()).toList();
    for (List<String> order : List.of(files, reversed)) {
      outcomes.put(
          order.get(0),
          train(
              spark.read().parquet(order.toArray(String[]::new)),
              new StepSize.Constant(),
              DistributedTrainer.DRIVER_VALUES));
    }
    TestSpark.leave(spark);
    assertThat(outcomes).hasSize(2);
    assertThat(outcomes.values()).containsOnly(undisturbed);
  }
}
