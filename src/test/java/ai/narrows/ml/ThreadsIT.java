package ai.narrows.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.SparkFixture;
import ai.narrows.distributed.TaskCores;
import ai.narrows.images.ImageShape;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Estimators whose workers have several threads. */
class ThreadsIT extends SparkFixture {
  private static final ImageShape SHAPE = new ImageShape(6, 5, 1);

  private Dataset<Row> images;

  @BeforeAll
  void draw() {
    images = Pictures.bars(spark, 60, SHAPE, 6).cache();
  }

  private static VariationalAutoencoder vae(int workers, int threads) {
    return new VariationalAutoencoder()
        .setHidden(12)
        .setLatentDim(3)
        .setFreeBits(0.1)
        .setFlip("horizontal")
        .setCorruption("masking")
        .setNumWorkers(workers)
        .setThreadsPerWorker(threads)
        .setBatchSize(8)
        .setEpochs(3);
  }

  @Test
  void theModelIsThatOfOneThreadButForRounding() {
    for (int workers : new int[] {1, 2}) {
      VariationalAutoencoderModel one = vae(workers, 1).fit(images);
      VariationalAutoencoderModel three = vae(workers, 3).fit(images);
      assertThat(three.parameters()).isNotEqualTo(one.parameters());
      for (int i = 0; i < one.parameters().length; i++) {
        assertThat(three.parameters()[i]).isCloseTo(one.parameters()[i], within(1e-3f));
      }
      assertThat(three.summary().objectiveHistory()[2])
          .isCloseTo(one.summary().objectiveHistory()[2], within(1e-3));
      assertThat(vae(workers, 3).fit(images.repartition(5)).parameters())
          .as("bits of another layout")
          .isEqualTo(three.parameters());
    }
  }

  @Test
  void theSummaryHasTheNumberThatWasTaken() {
    assertThat(vae(1, 0).fit(images).summary().params()).containsEntry("threadsPerWorker", "1");
    assertThat(vae(1, 2).fit(images).summary().params()).containsEntry("threadsPerWorker", "2");
  }

  /** The session has two cores: workers that are not counted divide them. */
  @Test
  void workersAndThreadsShareTheCores() {
    int cores = spark.sparkContext().defaultParallelism();
    assertThat(vae(0, cores).fit(images).summary().workers()).isEqualTo(1);
    assertThat(vae(0, 1).fit(images).summary().workers()).isEqualTo(cores);
    assertThat(vae(0, cores + 1).fit(images).summary().workers()).isEqualTo(1);
  }

  @Test
  void aTrainingIsResumedWithItsThreads(@TempDir Path folder) {
    String checkpoints = folder.toUri().toString();
    VariationalAutoencoderModel whole = vae(1, 2).fit(images);
    vae(1, 2).setEpochs(1).setCheckpointDir(checkpoints).fit(images);
    assertThatThrownBy(() -> vae(1, 3).setCheckpointDir(checkpoints).setResume(true).fit(images))
        .hasMessageContaining("threadsPerWorker was 2, but is 3");
    VariationalAutoencoderModel resumed =
        vae(1, 0).setCheckpointDir(checkpoints).setResume(true).fit(images);
    assertThat(resumed.parameters()).isEqualTo(whole.parameters());
  }

  @Test
  void anExecutorMustHaveTheCores() {
    SparkConf conf = new SparkConf(false).setMaster("yarn").set("spark.executor.cores", "4");
    assertThat(TaskCores.checked(conf, 4)).isEqualTo(4);
    assertThatThrownBy(() -> TaskCores.checked(conf, 5))
        .hasMessage("threadsPerWorker must be at most spark.executor.cores, which is 4, but is 5");
    assertThat(TaskCores.of(conf.set("spark.task.cpus", "3"))).isEqualTo(3);
  }
}
