package ai.narrows.jobs;

import static ai.narrows.jobs.Scripts.IMAGES;
import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.SparkFixture;
import ai.narrows.ml.AutoencoderModel;
import ai.narrows.ml.metrics.AnomalyMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar on a real cluster: Spark's own master, two workers, drivers outside and in. */
@Tag("cluster")
final class StandaloneIT extends SparkFixture {
  private static final int WORKERS = 2;
  private static final int LATENT_DIM = 4;
  private static final double GOOD_AUROC = 0.95;

  /** Trousers are normal, everything else is not. */
  private static final List<Object> TRAINING =
      List.of(
          "--input",
          IMAGES,
          "--where",
          "label = 1",
          "--hidden",
          "64,16",
          "--latent",
          LATENT_DIM,
          "--epochs",
          10,
          "--batch-size",
          32,
          "--averaging-frequency",
          8,
          "--workers",
          WORKERS,
          "--output");

  @TempDir static Path folder;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void trainOnACluster() throws Exception {
    Scripts.needTheJar();
    cluster =
        new StandaloneCluster(
            Files.createDirectory(folder.resolve("cluster")), WORKERS, 1, "1500m");
    Ran trained = submit("train", List.of(), TRAINING, "model");
    assertThat(trained.err())
        .contains("Training on 900 images (100 for the threshold) with 2 workers");
    for (int worker = 0; worker < WORKERS; worker++) {
      assertThat(cluster.executors(worker)).as("executors of worker %d", worker).hasSize(1);
    }
  }

  @AfterAll
  static void stopTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /**
   * Submits a job with the settings of conf/spark-standalone.conf, scaled down to the workers here.
   * Heap and overhead together are more than a worker has: it counts the heap alone.
   */
  private static Ran submit(String job, List<?> sparkOptions, Object... options) throws Exception {
    List<Object> args =
        List.of(
            "--properties-file",
            Scripts.ROOT.resolve("conf/spark-standalone.conf"),
            "--master",
            cluster.url(),
            "--executor-cores",
            1,
            "--executor-memory",
            "1g",
            "--driver-memory",
            "1g",
            "--conf",
            "spark.executor.memoryOverhead=1536m",
            "--conf",
            "spark.executor.defaultJavaOptions=-Dorg.bytedeco.javacpp.maxbytes=512m"
                + " -Dorg.bytedeco.javacpp.maxphysicalbytes=2048m",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.driver.host=127.0.0.1",
            sparkOptions,
            "--",
            List.of(options));
    Ran ran = new Scripts(folder).run(job, args);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return ran;
  }

  private static float[] parameters(String model) {
    return AutoencoderModel.load(folder.resolve(model).toString()).parameters();
  }

  @Test
  void theWeightsAreThoseOfOneMachine() {
    Ran local = Ran.of(() -> Train.run(Scripts.words(TRAINING, folder.resolve("local model"))));
    assertThat(local.exitCode()).as(local.err()).isZero();
    assertThat(parameters("model")).isEqualTo(parameters("local model"));
  }

  @Test
  void scoresAllImages() throws Exception {
    Ran scored =
        submit("score", List.of(), "--model-dir", "model", "--input", IMAGES, "--output", "scores");
    assertThat(scored.err()).contains("Scored 10,000 images");
    Dataset<Row> scores = spark.read().parquet(folder.resolve("scores").toString());
    assertThat(scores.select("id").distinct().count()).isEqualTo(10_000);
    AnomalyMetrics metrics =
        AnomalyMetrics.of(scores, "anomalyScore", functions.expr("label <> 1"), "prediction");
    assertThat(metrics.auroc()).isGreaterThan(GOOD_AUROC);
  }

  @Test
  void embedsAllImages() throws Exception {
    submit("embed", List.of(), "--model-dir", "model", "--input", IMAGES, "--output", "embeddings");
    Dataset<Row> embeddings = spark.read().parquet(folder.resolve("embeddings").toString());
    assertThat(embeddings.count()).isEqualTo(10_000);
    assertThat(embeddings.filter("size(latent) = " + LATENT_DIM).count()).isEqualTo(10_000);
    assertThat(embeddings.agg(functions.countDistinct("latent")).first().getLong(0))
        .isGreaterThan(9_000);
  }

  /** The driver takes the core of one worker, so one executor does the work of both. */
  @Test
  void theDriverRunsOnTheClusterToo() throws Exception {
    submit(
        "train",
        List.of(
            "--deploy-mode", "cluster", "--conf", "spark.standalone.submit.waitAppCompletion=true"),
        TRAINING,
        folder.resolve("cluster model"));
    int drivers = 0;
    for (int worker = 0; worker < WORKERS; worker++) {
      drivers += cluster.drivers(worker).size();
    }
    assertThat(drivers).isEqualTo(1);
    assertThat(parameters("cluster model")).isEqualTo(parameters("model"));
  }
}
