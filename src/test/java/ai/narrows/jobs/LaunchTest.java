package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who ends the JVM, by who has called a job's main method. */
final class LaunchTest {
  @ParameterizedTest
  @CsvSource({
    // java -cp ... ai.narrows.jobs.Train
    "'', PROGRAM",
    // spark-submit, also in Kubernetes' driver pod and behind Livy's batches
    "org.apache.spark.deploy.JavaMainApplication.start"
        + " org.apache.spark.deploy.SparkSubmit.runMain org.apache.spark.deploy.SparkSubmit.main,"
        + " PROGRAM",
    // spark-submit --deploy-mode cluster, standalone
    "org.apache.spark.deploy.worker.DriverWrapper.main, PROGRAM",
    // spark-submit --deploy-mode cluster, YARN
    "org.apache.spark.deploy.yarn.ApplicationMaster$$anon$2.run, DRIVER",
    // a main of the user's that calls a job, under spark-submit
    "com.example.Nightly.main org.apache.spark.deploy.JavaMainApplication.start"
        + " org.apache.spark.deploy.SparkSubmit.main, GUEST",
    // ... and on YARN
    "com.example.Nightly.main org.apache.spark.deploy.yarn.ApplicationMaster$$anon$2.run, GUEST",
    // spark-shell before its session
    "$line14.$read$.<clinit> org.apache.spark.repl.Main.main"
        + " org.apache.spark.deploy.JavaMainApplication.start"
        + " org.apache.spark.deploy.SparkSubmit.main, GUEST",
    // PySpark's gateway
    "py4j.reflection.MethodInvoker.invoke py4j.GatewayConnection.run java.lang.Thread.run, GUEST",
    // SparkSubmit in another program's JVM: InProcessLauncher, Oozie
    "org.apache.spark.deploy.JavaMainApplication.start"
        + " org.apache.spark.deploy.InProcessSparkSubmit.main java.lang.Thread.run, GUEST",
    // a platform's own driver
    "com.databricks.DriverLocal.run java.lang.Thread.run, GUEST",
  })
  void byItsCallers(String callers, Launch launch) {
    List<String> frames = callers.isEmpty() ? List.of() : List.of(callers.split(" "));
    assertThat(Launch.of(frames, false)).isEqualTo(launch);
    assertThat(Launch.of(frames, true)).isEqualTo(Launch.GUEST);
  }
}
