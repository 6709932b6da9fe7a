package ai.narrows.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.narrows.images.HandleInvalid;
import ai.narrows.images.ImageRows;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputEncoding;
import ai.narrows.images.Preprocessing;
import ai.narrows.images.pixels.Patches;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.nn.Network;
import ai.narrows.nn.kernels.Activation;
import ai.narrows.nn.kernels.Kernels;
import ai.narrows.nn.kernels.RandomStream;
import ai.narrows.nn.kernels.RandomStream.Purpose;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.layers.Architecture.Latent;
import ai.narrows.nn.score.Scoring;
import ai.narrows.train.PixelBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Patches of images of many sizes as they are dealt. */
class PatchShardsIT extends TrainerFixture {
  private static final Patches PATCHES = new Patches(4, 2);
  private static final ImageShape PATCH = new ImageShape(4, 4, 1);
  private static final int IMAGES = 37;
  private static final int WORKERS = 3;
  private static final int VALIDATION = 9; // floor(0.25 * 37)
  private static final double ROUNDING = 1e-5;
  private static final Architecture NETWORK =
      new Architecture(
          16, List.of(8), 2, Latent.DETERMINISTIC, Activation.RELU, Activation.SIGMOID);

  /** One image comes twice, under the same id. */
  private static List<Row> images() {
    RandomStream random = new RandomStream(4, Purpose.GENERATION, 0, 0, 0);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES - 1; i++) {
      ImageShape shape = new ImageShape(4 + i % 5, 4 + i % 7, 1);
      float[] pixels = new float[shape.size()];
      for (int j = 0; j < pixels.length; j++) {
        pixels[j] = random.nextFloat();
      }
      rows.add(RowFactory.create("image" + i, ImageRows.toImage(null, shape, pixels, 0)));
    }
    rows.add(rows.get(IMAGES - 2));
    return rows;
  }

  private Shards deal(int partitions) {
    return deal(partitions, new Shards.Options(WORKERS, 0.25));
  }

  private Shards deal(int partitions, Shards.Options options) {
    StructType schema =
        new StructType().add("id", DataTypes.StringType).add("image", ImageRows.schema());
    Dataset<Row> frame = spark.createDataFrame(images(), schema).repartition(partitions);
    PixelColumn column =
        PixelColumn.of(schema, "image", Preprocessing.NONE, InputEncoding.ENCODED).cut(PATCHES);
    return Shards.deal(frame, column, "id", PATCH, options);
  }

  private static List<PixelBlock> blocks(Shards shards, Rows kind) {
    ShardPlan plan = shards.plan();
    List<PixelBlock> blocks = new ArrayList<>();
    shards
        .rdd()
        .toJavaRDD()
        .mapPartitions(
            partition -> {
              Shard shard = partition.next();
              List<PixelBlock> own = new ArrayList<>();
              for (int b = 0; b < plan.blocksPerShard(kind); b++) {
                own.add(shard.open(kind, b));
              }
              return own.iterator();
            })
        .collect()
        .forEach(blocks::add);
    return blocks;
  }

  /** How many patches each image has. */
  private static Map<Long, Integer> counts(List<PixelBlock> blocks) {
    Map<Long, Integer> counts = new HashMap<>();
    for (PixelBlock block : blocks) {
      for (long image : block.images(0, block.rows())) {
        counts.merge(image, 1, Integer::sum);
      }
    }
    return counts;
  }

  @Test
  void noImageIsSplitBetweenTrainingAndValidation() {
    List<Integer> sizes = new ArrayList<>();
    for (Row row : images()) {
      Row image = row.getStruct(1);
      sizes.add(PATCHES.grid(new ImageShape(image.getInt(1), image.getInt(2), 1)).count());
    }
    try (Shards shards = deal(3)) {
      List<PixelBlock> training = blocks(shards, Rows.TRAINING);
      Map<Long, Integer> trained = counts(training);
      Map<Long, Integer> validated = counts(blocks(shards, Rows.VALIDATION));
      assertThat(trained).hasSize(IMAGES - VALIDATION);
      assertThat(validated).hasSize(VALIDATION);
      assertThat(shards.images(Rows.TRAINING)).isEqualTo(IMAGES - VALIDATION);
      assertThat(trained).doesNotContainKeys(validated.keySet().toArray(Long[]::new));
      List<Integer> found = new ArrayList<>(trained.values());
      found.addAll(validated.values());
      assertThat(found).containsExactlyInAnyOrderElementsOf(sizes);
      assertThat(shards.trainingRows() + shards.validationRows())
          .isEqualTo(sizes.stream().mapToInt(i -> i).sum());
      Set<Long> largest =
          trained.entrySet().stream()
              .filter(entry -> entry.getValue() >= WORKERS)
              .map(Map.Entry::getKey)
              .collect(Collectors.toCollection(TreeSet::new));
      for (PixelBlock block : training) { // one for each worker
        Set<Long> images = new HashSet<>();
        Arrays.stream(block.images(0, block.rows())).forEach(images::add);
        assertThat(images).containsAll(largest);
      }
    }
  }

  @Test
  void theThresholdCountsImages() {
    float[] parameters = NETWORK.initialParameters(7);
    try (Shards shards = deal(2);
        Shards others = deal(5);
        TrainingScores scores = new TrainingScores(shards, NETWORK, parameters);
        TrainingScores same = new TrainingScores(others, NETWORK, parameters)) {
      Map<Long, List<Double>> byImage = scoresByImage(blocks(shards, Rows.TRAINING), parameters);
      for (double quantile : new double[] {1, 0.6}) {
        double[] images =
            byImage.values().stream()
                .mapToDouble(
                    patches ->
                        Ranks.quantile(
                            patches.stream().mapToDouble(score -> score).toArray(), quantile))
                .sorted()
                .toArray();
        int k = 5; // floor(0.2 * 28)
        TrainingScores.Quantile found =
            scores.threshold(Rows.TRAINING, Scoring.byReconstructionError(), 0.2, quantile);
        double threshold = found.value();
        assertThat(threshold).isCloseTo(images[images.length - k - 1], within(ROUNDING));
        assertThat(Arrays.stream(images).filter(score -> score > threshold)).hasSize(k);
        assertThat(same.threshold(Rows.TRAINING, Scoring.byReconstructionError(), 0.2, quantile))
            .isEqualTo(found);
      }
      assertThat(shards.fingerprint()).isEqualTo(others.fingerprint());
    }
  }

  /** Of the images held out for it, which are the same for any number of workers. */
  @Test
  void aConformalThresholdRestsOnImagesThatAreHeldOut() {
    float[] parameters = NETWORK.initialParameters(7);
    for (int workers : new int[] {1, WORKERS}) {
      Shards.Options options = new Shards.Options(workers, 0.1, 0.65, HandleInvalid.ERROR);
      try (Shards shards = deal(4, options);
          TrainingScores scores = new TrainingScores(shards, NETWORK, parameters)) {
        int calibration = 22; // floor(0.65 * (37 - 3))
        assertThat(shards.images(Rows.CALIBRATION)).isEqualTo(calibration);
        assertThat(shards.images(Rows.VALIDATION)).isEqualTo(3);
        assertThat(shards.thresholdRows()).isEqualTo(Rows.CALIBRATION);
        List<PixelBlock> blocks = blocks(shards, Rows.CALIBRATION);
        assertThat(shards.calibrationRows())
            .isEqualTo(blocks.stream().mapToLong(PixelBlock::rows).sum());
        Set<Long> others = new HashSet<>(counts(blocks(shards, Rows.TRAINING)).keySet());
        others.addAll(counts(blocks(shards, Rows.VALIDATION)).keySet());
        assertThat(others).hasSize(IMAGES - calibration);
        Map<Long, List<Double>> byImage = scoresByImage(blocks, parameters);
        assertThat(byImage).hasSize(calibration).doesNotContainKeys(others.toArray(Long[]::new));
        double[] images =
            byImage.values().stream()
                .mapToDouble(patches -> Collections.max(patches))
                .sorted()
                .toArray();
        int fromBelow = 19; // ceil((22 + 1) * (1 - 0.2))
        TrainingScores.Quantile found =
            scores.threshold(Rows.CALIBRATION, Scoring.byReconstructionError(), 0.2, 1);
        assertThat(found.value()).isCloseTo(images[fromBelow - 1], within(ROUNDING));
        assertThat(found.images()).isEqualTo(calibration);
        assertThat(found.rank()).isEqualTo(calibration + 1 - fromBelow);
        assertThat(Arrays.stream(images).filter(score -> score > found.value()))
            .hasSize(calibration - fromBelow);
      }
    }
  }

  private static Map<Long, List<Double>> scoresByImage(
      List<PixelBlock> blocks, float[] parameters) {
    Map<Long, List<Double>> scores = new HashMap<>();
    try (Network network = Network.forInference(NETWORK, Kernels.cpu(), 1)) {
      network.setParameters(parameters);
      double[] error = new double[1];
      for (PixelBlock block : blocks) {
        for (int row = 0; row < block.rows(); row++) {
          block.copyRow(row, network, 0);
          network.reconstructionPass(1, error);
          scores.computeIfAbsent(block.images(row, 1)[0], image -> new ArrayList<>()).add(error[0]);
        }
      }
    }
    return scores;
  }
}
