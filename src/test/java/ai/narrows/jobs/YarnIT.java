package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.TestSpark;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.apache.spark.package$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jobs on YARN, with an installed Spark: that of the pip package pyspark, whose scripts are on
 * the PATH in the profile extras; it has the part for YARN, which Maven's repositories do not have.
 */
@Tag("extras")
final class YarnIT {
  private static final int CONNECTING_MILLIS = 60_000;

  @TempDir static Path folder;

  private static MiniYARNCluster cluster;
  private static Map<String, String> environment;
  private static Scripts scripts;

  @BeforeAll
  static void start() throws Exception {
    Scripts.needTheJar();
    scripts = new Scripts(folder);
    Configuration conf = new YarnConfiguration();
    conf.set("hadoop.tmp.dir", folder.resolve("tmp").toString());
    conf.set("yarn.resourcemanager.hostname", "localhost");
    conf.set("yarn.scheduler.minimum-allocation-mb", "256");
    conf.set("yarn.nodemanager.resource.memory-mb", "6144");
    conf.set("yarn.nodemanager.resource.cpu-vcores", "4");
    conf.set(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "100");
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
    conf.set("yarn.scheduler.capacity.root.default.maximum-am-resource-percent", "1");
    cluster = new MiniYARNCluster("narrows", 1, 1, 1);
    cluster.init(conf);
    cluster.start();
    assertThat(cluster.waitForNodeManagersToConnect(CONNECTING_MILLIS)).isTrue();
    Path settings = Files.createDirectories(folder.resolve("hadoop"));
    try (OutputStream site = Files.newOutputStream(settings.resolve("yarn-site.xml"))) {
      cluster.getConfig().writeXml(site);
    }
    environment =
        Map.of("SPARK_HOME", installedSpark(scripts), "HADOOP_CONF_DIR", settings.toString());
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.stop();
    }
  }

  static String installedSpark(Scripts scripts) throws IOException, InterruptedException {
    Path bin =
        Stream.of(System.getenv("PATH").split(":"))
            .map(Path::of)
            .filter(folder -> Files.exists(folder.resolve("find_spark_home.py")))
            .findFirst()
            .orElseThrow(() -> new AssertionError("pip's pyspark is not on the PATH"));
    Ran ran = scripts.run(Map.of(), bin.resolve("python3"), bin.resolve("find_spark_home.py"));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    String home = ran.out().strip();
    String core = "spark-core_2.13-" + package$.MODULE$.SPARK_VERSION() + ".jar";
    assertThat(Path.of(home, "jars", core)).exists();
    return home;
  }

  /** Spark's options as docs/deploy.md has them, with less memory. */
  private static Ran onYarn(String job, String deployMode, Object... options) throws Exception {
    Ran ran =
        scripts.run(
            environment,
            Scripts.script(job),
            "--master",
            "yarn",
            "--deploy-mode",
            deployMode,
            "--num-executors",
            2,
            "--executor-cores",
            1,
            "--executor-memory",
            "768m",
            "--driver-memory",
            "768m",
            conf("spark.executor.memoryOverhead=512m"),
            conf("spark.driver.memoryOverhead=512m"),
            conf("spark.yarn.am.memory=512m"),
            conf("spark.ui.enabled=false"),
            conf("spark.driver.host=127.0.0.1"),
            conf("spark.yarn.jars=local:" + environment.get("SPARK_HOME") + "/jars/*"),
            conf("spark.yarn.stagingDir=" + folder.resolve("staging").toUri()),
            conf(
                "spark.executor.defaultJavaOptions=-Dorg.bytedeco.javacpp.maxbytes=300m"
                    + " -Dorg.bytedeco.javacpp.cachedir=./natives"),
            "--",
            List.of(options));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return ran;
  }

  private static List<String> conf(String setting) {
    return List.of("--conf", setting);
  }

  @Test
  void trainsFromHereAndScoresWithTheDriverOnTheClusterToo() throws Exception {
    Path model = folder.resolve("model");
    Ran trained =
        onYarn(
            "train",
            "client",
            "--input",
            Scripts.IMAGES,
            "--where",
            "index < 2000",
            "--epochs",
            2,
            "--output",
            model);
    assertThat(trained.err())
        .contains("Training on 1,800 images (200 for the threshold) with 2 workers")
        .contains("Saved the autoencoder 784-128-64-12-3-12-64-128-784");

    Path scores = folder.resolve("scores");
    onYarn("score", "cluster", "--model-dir", model, "--input", Scripts.IMAGES, "--output", scores);
    SparkSession spark = TestSpark.enter();
    Dataset<Row> rows = spark.read().parquet(scores.toString());
    assertThat(rows.count()).isEqualTo(10_000);
    assertThat(rows.select("id").distinct().count()).isEqualTo(10_000);
    TestSpark.leave(spark);
  }
}
