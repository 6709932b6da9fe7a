package ai.narrows.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.narrows.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * While a table is written one task fails, one stands still until a duplicate has done its work,
 * and one loses its executor: every row is written once.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WritingFaultsIT {
  private static final int ROWS = 200_000;
  private static final int PARTITIONS = 8;
  private static final int PIXELS = 16;

  @TempDir static Path folder;
  private StandaloneCluster cluster;
  private SparkSession spark;

  /** An image of a row; in the middle of some partitions something goes wrong. */
  private record Pixels(List<Fault> faults) implements UDF1<Long, byte[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[] call(Long row) {
      if (row % (ROWS / PARTITIONS) == ROWS / PARTITIONS / 2) {
        faults.forEach(Fault::strike);
      }
      byte[] pixels = new byte[PIXELS];
      for (int i = 0; i < PIXELS; i++) {
        pixels[i] = (byte) ((row * (i + 1)) >> 4);
      }
      return pixels;
    }
  }

  @BeforeAll
  void startTheCluster() throws Exception {
    Scripts.needTheJar();
    cluster = new StandaloneCluster(Files.createDirectory(folder.resolve("cluster")), 2, 1, "2g");
    assumeTrue(cluster.distinctHosts(), "a duplicate runs on another host only");
    spark = cluster.session(StandaloneCluster.SPECULATION);
    images(List.of()).limit(2000).createOrReplaceTempView("sample");
    run(
        Train::run,
        List.of("--input", "sample", "--input-format", "table", "--input-encoding", "raw"),
        List.of("--hidden", 8, "--latent", 2, "--epochs", 1, "--workers", 2),
        List.of("--output", folder.resolve("model")));
  }

  @AfterAll
  void stop() throws Exception {
    if (spark != null) {
      spark.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private interface Main {
    int run(String... args);
  }

  private static void run(Main job, Object... args) {
    Ran ran = Ran.of(() -> job.run(Scripts.words(args)));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
  }

  private Dataset<Row> images(List<Fault> faults) {
    return spark
        .range(0, ROWS, 1, PARTITIONS)
        .select(
            functions.concat(functions.lit("row "), functions.col("id")).as("id"),
            functions
                .udf(new Pixels(new ArrayList<>(faults)), DataTypes.BinaryType)
                .asNondeterministic()
                .apply(functions.col("id"))
                .as("image"));
  }

  private static Fault fault(Fault.Kind kind, int task) {
    return new Fault(kind, task, folder.resolve("marker-" + System.nanoTime()).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"score", "embed"})
  void everyRowIsWrittenOnce(String job) {
    Fault thrown = fault(Fault.Kind.THROW, 1);
    Fault slow = fault(Fault.Kind.STAND_STILL, 3);
    Fault killed = fault(Fault.Kind.STAND_STILL, 6);
    CompletableFuture<Boolean> kill =
        CompletableFuture.supplyAsync(() -> killed.await().destroyForcibly());
    images(List.of(thrown, slow, killed)).createOrReplaceTempView("images");
    run(
        job.equals("score") ? Score::run : Embed::run,
        List.of("--model-dir", folder.resolve("model")),
        List.of("--input", "images", "--input-format", "table"),
        List.of("--output", folder.resolve(job)));
    assertThat(kill.join()).isTrue();
    for (Fault fault : List.of(thrown, slow)) {
      assertThat(Path.of(fault.marker())).exists();
    }
    Dataset<Row> written = spark.read().parquet(folder.resolve(job).toString());
    assertThat(written.count()).isEqualTo(ROWS);
    Dataset<Row> expected = images(List.of()).select("id");
    assertThat(written.select("id").join(expected, "id").distinct().count()).isEqualTo(ROWS);
    assertThat(folder.resolve(job).resolve("_SUCCESS")).exists();
  }
}
