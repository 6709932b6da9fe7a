package ai.narrows.distributed;

import java.io.IOException;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * A job that prints what each of two tasks at a time has been given to compute on, and what becomes
 * of it where ND4J has no GPU.
 */
public final class DevicesOfTasks {
  private DevicesOfTasks() {}

  /** What spark-submit starts. */
  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      JavaSparkContext.fromSparkContext(spark.sparkContext())
          .parallelize(List.of(0, 1), 2)
          .map(task -> Device.given(TaskContext.get()).gpu() + ": " + use())
          .collect()
          .forEach(System.out::println);
    }
  }

  private static String use() {
    try {
      return Device.ofTask().toString();
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }
}
