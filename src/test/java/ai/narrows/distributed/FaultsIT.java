package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.narrows.Fault;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.jobs.StandaloneCluster;
import ai.narrows.nn.Loss;
import ai.narrows.nn.Objective;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.optim.Clipping;
import ai.narrows.optim.StepSize;
import ai.narrows.optim.Updater;
import ai.narrows.train.Averaging;
import ai.narrows.train.EpochReport;
import ai.narrows.train.TrainingException;
import ai.narrows.train.TrainingListener;
import ai.narrows.train.TrainingOptions;
import ai.narrows.train.TrainingResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever befalls tasks and executors, the weights and the history are those of an undisturbed
 * training. A real cluster: a master, two workers with two cores each on addresses of their own,
 * executors in their own processes.
 */
final class FaultsIT {
  private static final String IMAGES =
      Path.of("data/fashion-mnist/t10k-images-idx3-ubyte.gz").toAbsolutePath().toString();
  private static final int SHARDS = 3;
  private static final int EPOCHS = 3;

  /** In the second epoch, in the middle of a round. */
  private static final double MOMENT = 1.4;

  private static final Architecture NETWORK =
      new Architecture(784, List.of(32), 8, Latent.GAUSSIAN, Activation.RELU, Activation.SIGMOID);

  /** The constant step size, which is asked for at every step: there a fault can strike. */
  private record FaultySchedule(Fault fault) implements StepSize.Schedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double factor(double epoch) {
      if (epoch >= MOMENT) {
        fault.strike();
      }
      return 1;
    }
  }

  /** What must be the same: a hash of the last state, and the history without its times. */
  private record Outcome(String sha256, List<EpochReport> history) {
    static Outcome of(TrainingResult result) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * result.state().values().length);
      bytes.asFloatBuffer().put(result.state().values());
      return new Outcome(
          DigestUtils.sha256Hex(bytes.array()),
          result.history().stream()
              .map(r -> new EpochReport(r.epoch(), r.loss(), r.validationLoss(), 0, 0, 0))
              .toList());
    }
  }

  @TempDir static Path folder;
  private static StandaloneCluster cluster;
  private static Outcome undisturbed;

  @BeforeAll
  static void startTheCluster() throws Exception {
    assumeTrue(
        System.getProperty("narrows.sparkClasspath") != null, "runs in mvn verify, after package");
    cluster = new StandaloneCluster(Files.createDirectory(folder.resolve("cluster")), 2, 2, "3g");
    try (SparkSession spark = local("local[2]")) {
      undisturbed = train(spark, new StepSize.Constant());
    }
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

  private static SparkSession local(String master) {
    return SparkSession.builder()
        .master(master)
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .getOrCreate();
  }

  private static TrainingOptions options(StepSize.Schedule schedule) {
    return new TrainingOptions(
        EPOCHS,
        64,
        7,
        new Objective(new Loss.BinaryCrossEntropy(), 1),
        new Updater.Adam(0.9, 0.999, 1e-8, 0),
        new StepSize(1e-3, schedule, 0),
        new Clipping(0),
        0);
  }

  private static Outcome train(SparkSession spark, StepSize.Schedule schedule) {
    return train(spark, schedule, DistributedTrainer.DRIVER_VALUES);
  }

  private static Outcome train(SparkSession spark, StepSize.Schedule schedule, long driverValues) {
    return train(spark.read().format("idx").load(IMAGES), schedule, driverValues);
  }

  private static Outcome train(Dataset<Row> images, StepSize.Schedule schedule, long driverValues) {
    Dataset<Row> read = images.select("image", "id");
    PixelColumn column =
        PixelColumn.of(read.schema(), "image", Preprocessing.NONE, InputEncoding.ENCODED);
    ImageShape shape = new ImageShape(28, 28, 1);
    try (Shards shards = Shards.deal(read, column, "id", shape, new Shards.Options(SHARDS, 0.1))) {
      return Outcome.of(
          new DistributedTrainer(
                  shards,
                  NETWORK,
                  options(schedule),
                  Averaging.every(10),
                  TrainingListener.NONE,
                  driverValues)
              .fit(NETWORK.initialParameters(7)));
    }
  }

  private static Fault fault(Fault.Kind kind) {
    return new Fault(kind, 1, folder.resolve("marker-" + System.nanoTime()).toString());
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

  private static void assertEnds(SparkSession spark, int attempts) {
    Fault fault = fault(Fault.Kind.THROW_ALWAYS);
    assertThatThrownBy(() -> train(spark, new FaultySchedule(fault)))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            String.format(
                    Locale.ROOT,
                    "shard 2 of 3 failed in epoch 2, round [0-9], %d times: ",
                    attempts)
                + "java.lang.IllegalStateException: a fault of the test's");
    assertThat(spark.sparkContext().getPersistentRDDs().isEmpty()).isTrue();
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

  @Test
  void tasksThatFailInOneJvm() throws Exception {
    Fault fault = fault(Fault.Kind.THROW);
    try (SparkSession spark = local("local[2,3]")) {
      assertThat(train(spark, new FaultySchedule(fault))).isEqualTo(undisturbed);
      assertThat(Path.of(fault.marker())).exists();
      assertEnds(spark, 3);
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

  @Test
  void filesListedInAnotherOrder() throws Exception {
    Map<String, Outcome> outcomes = new HashMap<>();
    try (SparkSession spark = local("local[2]")) {
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
    }
    assertThat(outcomes).hasSize(2);
    assertThat(outcomes.values()).containsOnly(undisturbed);
  }
}
