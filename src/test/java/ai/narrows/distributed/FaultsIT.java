package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.narrows.Fault;
import ai.narrows.TestSpark;
import ai.narrows.jobs.StandaloneCluster;
import ai.narrows.optim.StepSize;
import ai.narrows.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever befalls tasks and executors, the weights and the history are those of an undisturbed
 * training. A real cluster: a master, two workers with two cores each on addresses of their own,
 * executors in their own processes.
 */
@Tag("cluster")
final class FaultsIT extends FaultsFixture {
  private static StandaloneCluster cluster;
  private static Outcome twoThreads; // in this JVM

  @BeforeAll
  static void startTheCluster() throws Exception {
    assumeTrue(
        System.getProperty("narrows.sparkClasspath") != null, "runs in mvn verify, after package");
    SparkSession here = TestSpark.enter();
    twoThreads =
        train(
            here.read().format("idx").load(IMAGES),
            options(new StepSize.Constant()).withThreads(2),
            DistributedTrainer.DRIVER_VALUES);
    TestSpark.leave(here);
    cluster = new StandaloneCluster(Files.createDirectory(folder.resolve("cluster")), 2, 2, "3g");
  }

  @AfterAll
  static void stopTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static SparkSession session(Map<String, String> settings) {
    return cluster.session(settings);
  }

  /** What needs no settings of its own. */
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  final class OnTwoExecutors {
    private SparkSession spark;

    @BeforeAll
    void start() {
      spark = session(Map.of());
    }

    @AfterAll
    void stop() throws IOException {
      spark.close();
    }

    @Test
    void nothingGoesWrong() {
      assertThat(train(spark, new StepSize.Constant())).isEqualTo(undisturbed);
      assertThat(spark.sparkContext().statusTracker().getExecutorInfos())
          .as("the driver and the executors")
          .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, DistributedTrainer.DRIVER_VALUES})
    void aTaskThatThrowsOnceIsTriedAgain(long driverValues) {
      Fault fault = fault(Fault.Kind.THROW);
      assertThat(train(spark, new FaultySchedule(fault), driverValues)).isEqualTo(undisturbed);
      assertThat(Path.of(fault.marker())).exists();
    }

    /** With it go its share of the cached blocks and of the shuffle's files. */
    @ParameterizedTest
    @ValueSource(longs = {0, DistributedTrainer.DRIVER_VALUES})
    void anExecutorKilledInMidRound(long driverValues) {
      Fault fault = fault(Fault.Kind.STAND_STILL);
      CompletableFuture<Boolean> killed =
          CompletableFuture.supplyAsync(() -> fault.await().destroyForcibly());
      assertThat(train(spark, new FaultySchedule(fault), driverValues)).isEqualTo(undisturbed);
      assertThat(killed.join()).isTrue();
    }

    @Test
    void aShardThatAlwaysFailsEndsTheTraining() {
      assertEnds(spark, 4);
    }
  }

  /** Where a worker has both cores of an executor. */
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  final class OnExecutorsOfTwoCores {
    private SparkSession spark;

    @BeforeAll
    void start() {
      spark = session(Map.of("spark.executor.cores", "2", "spark.cores.max", "4"));
    }

    @AfterAll
    void stop() throws IOException {
      spark.close();
    }

    /** A task then has both cores of its executor, though tasks of the application have one. */
    @Test
    void twoThreadsToAWorker() {
      TrainingOptions options = options(new StepSize.Constant()).withThreads(2);
      ConcurrentLinkedQueue<Integer> profiles = new ConcurrentLinkedQueue<>();
      SparkListener listener =
          new SparkListener() {
            @Override
            public void onStageSubmitted(SparkListenerStageSubmitted event) {
              if (String.valueOf(event.properties().getProperty("spark.job.description"))
                  .startsWith("epoch")) {
                profiles.add(event.stageInfo().resourceProfileId());
              }
            }
          };
      spark.sparkContext().addSparkListener(listener);
      Outcome outcome =
          train(spark.read().format("idx").load(IMAGES), options, DistributedTrainer.DRIVER_VALUES);
      assertThat(outcome).isEqualTo(twoThreads);
      assertThat(outcome).isNotEqualTo(undisturbed);
      assertThat(
              profiles.stream().filter(id -> id != ResourceProfile.DEFAULT_RESOURCE_PROFILE_ID()))
          .as("stages whose tasks have cores of their own") // the first round also reads the images
          .hasSizeGreaterThan(EPOCHS);
      spark.sparkContext().removeSparkListener(listener);
    }

    /** One of its threads is the task's own; the others must not outlive the round. */
    @Test
    void anExecutorOfTwoThreadsThatIsKilled() {
      Fault fault = fault(Fault.Kind.STAND_STILL);
      CompletableFuture<Boolean> killed =
          CompletableFuture.supplyAsync(() -> fault.await().destroyForcibly());
      TrainingOptions options = options(new FaultySchedule(fault)).withThreads(2);
      assertThat(
              train(
                  spark.read().format("idx").load(IMAGES),
                  options,
                  DistributedTrainer.DRIVER_VALUES))
          .isEqualTo(twoThreads);
      assertThat(killed.join()).isTrue();
    }
  }

  @Test
  void oneExecutorWithTwoCores() throws Exception {
    try (SparkSession spark = session(Map.of("spark.executor.cores", "2"))) {
      assertThat(train(spark, new StepSize.Constant())).isEqualTo(undisturbed);
      assertThat(spark.sparkContext().statusTracker().getExecutorInfos())
          .as("the driver and the executor")
          .hasSize(2);
    }
  }

  /** The slow task has a duplicate on the other executor, whose result counts. */
  @Test
  void speculationCountsEachShardOnce() throws Exception {
    assumeTrue(cluster.distinctHosts(), "a duplicate runs on another host only");
    Fault fault = fault(Fault.Kind.STAND_STILL);
    try (SparkSession spark = session(StandaloneCluster.SPECULATION)) {
      ConcurrentLinkedQueue<String> duplicates = new ConcurrentLinkedQueue<>();
      spark
          .sparkContext()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onTaskEnd(SparkListenerTaskEnd end) {
                  if (end.taskInfo().speculative() && end.taskInfo().successful()) {
                    duplicates.add(end.taskInfo().id());
                  }
                }
              });
      assertThat(train(spark, new FaultySchedule(fault))).isEqualTo(undisturbed);
      assertThat(Path.of(fault.marker())).exists();
      assertThat(duplicates).isNotEmpty();
    }
  }

  @Test
  void anExecutorThatIsDecommissioned() throws Exception {
    Fault fault = fault(Fault.Kind.NOTHING);
    CompletableFuture<Integer> told =
        CompletableFuture.supplyAsync(() -> signal("PWR", fault.await().pid()));
    Map<String, String> settings =
        Map.of(
            "spark.decommission.enabled", "true",
            "spark.storage.decommission.enabled", "true",
            "spark.storage.decommission.rddBlocks.enabled", "true",
            "spark.storage.decommission.shuffleBlocks.enabled", "true");
    try (SparkSession spark = session(settings)) {
      CompletableFuture<String> removed = new CompletableFuture<>();
      spark
          .sparkContext()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
                  removed.complete(event.reason());
                }
              });
      assertThat(train(spark, new FaultySchedule(fault))).isEqualTo(undisturbed);
      assertThat(told.join()).isZero();
      assertThat(removed.orTimeout(2, TimeUnit.MINUTES).join())
          .containsIgnoringCase("decommission");
    }
  }

  private static int signal(String name, long pid) {
    try {
      return new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
