package ai.narrows.distributed;

import ai.narrows.images.ColumnNames;
import ai.narrows.images.HandleInvalid;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.features.Features;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.message.ParamException;
import ai.narrows.nn.ChannelMoments;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.train.PixelBlock;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.reflect.ClassTag$;

/**
 * The images of a training in the cluster's memory, dealt evenly to the workers. Every row is
 * ranked by a 128-bit hash of its pixels, ties by id, so that who gets which row depends on the
 * data alone: not on file order, partitions or executors. Where images are cut, the rows are their
 * patches; those of one image are all for training, all for validation or all for calibration, and
 * are dealt to workers and blocks like cards, so that no block is of few images. The owner closes
 * it, also when training fails.
 */
public final class Shards implements AutoCloseable {
  /**
   * Fewer images are not kept for calibration: they say too little of those to come to be worth
   * what training loses by them.
   */
  public static final int LEAST_CALIBRATION_IMAGES = 20;

  private static final int BLOCK_BYTES = 32 << 20;

  /** Training images by which the features of a backbone are standardized, at most. */
  private static final long SCALING_IMAGES = 2048;

  /** Ranges of hashes share a task up to this: enough for a task's time to be worth its start. */
  private static final int RUN_BYTES = 4 << 20;

  private final ShardPlan plan;
  private final Cutting cutting;
  private final String fingerprint;
  private final Images images;
  private final long skippedRows;
  private final RDD<PixelBlock> blocks;
  private final RDD<Shard> shards;

  private Shards(
      ShardPlan plan, Cutting cutting, RangeCounts counts, Images images, RDD<PixelBlock> blocks) {
    this.plan = plan;
    this.cutting = cutting;
    this.fingerprint = counts.fingerprint();
    this.images = images;
    this.skippedRows = counts.skipped();
    this.blocks = blocks;
    this.shards = new ShardRdd(blocks, plan);
  }

  /** How many images are dealt to each kind of rows. */
  private record Images(long training, long validation, long calibration) {}

  /**
   * How to deal.
   *
   * @param workers number of shards, at least 1
   * @param validationFraction share of the images kept for validation, in [0, 1)
   * @param calibrationFraction share of the other images kept for calibration, in [0, 1); of few
   *     images none is kept, see {@link #LEAST_CALIBRATION_IMAGES}
   * @param invalid whether rows that hold no sound image are an error; otherwise they are left out
   */
  public record Options(
      int workers, double validationFraction, double calibrationFraction, HandleInvalid invalid)
      implements Serializable {
    /** Rows that hold no sound image are an error, and none are kept for calibration. */
    public Options(int workers, double validationFraction) {
      this(workers, validationFraction, 0, HandleInvalid.ERROR);
    }

    public Options {
      if (workers < 1) {
        throw new ParamException("numWorkers", "must be at least 1", workers);
      }
      checkFraction("validationFraction", validationFraction);
      checkFraction("calibrationFraction", calibrationFraction);
    }

    private static void checkFraction(String name, double fraction) {
      if (!(fraction >= 0 && fraction < 1)) {
        throw new ParamException(name, "must be at least 0 and below 1", fraction);
      }
    }

    private Images of(long all) {
      long validation = (long) Math.floor(all * validationFraction);
      long calibration = (long) Math.floor((all - validation) * calibrationFraction);
      if (calibration < LEAST_CALIBRATION_IMAGES) {
        calibration = 0;
      }
      return new Images(all - validation - calibration, validation, calibration);
    }
  }

  /**
   * Reads the images once and deals them; they are cached when the first round asks for them.
   *
   * @param images rows with the image column
   * @param idColumn breaks ties and names rows in errors; ignored where there is no such column
   * @param shape that every image must have after preprocessing, or its patches, if it is cut
   * @throws InputException if there are no rows, or a row holds no image of this shape
   */
  public static Shards deal(
      Dataset<Row> images, PixelColumn column, String idColumn, ImageShape shape, Options options) {
    int idIndex = ColumnNames.of(images).index(idColumn);
    Cutting described = Cutting.of(column, shape);
    int rowBytes = described.rowBytes();
    JavaRDD<Row> rows = images.javaRDD();
    int ranges = Math.max(options.workers(), 4 * rows.getNumPartitions());
    JavaPairRDD<Integer, Packet> hashed =
        rows.mapPartitions(
                new HashedRows(
                    column.features().isPresent() ? column.pictures() : column,
                    idIndex,
                    column.features().map(Features::input).orElse(shape),
                    ranges,
                    options.invalid()))
            .mapToPair(packet -> packet)
            .partitionBy(new IndexPartitioner(ranges));
    RangeCounts counts = RangeCounts.of(hashed, described);
    long[] offsets = counts.offsets();
    Images kinds = options.of(counts.images());
    long validationRows = counts.rowsOf(kinds.validation(), hashed, described);
    long heldOutRows =
        kinds.calibration() == 0
            ? validationRows
            : counts.rowsOf(kinds.validation() + kinds.calibration(), hashed, described);
    Cutting cutting = scaled(described, counts, hashed, kinds.validation() + kinds.calibration());
    ShardPlan plan =
        plan(offsets[ranges], validationRows, heldOutRows - validationRows, cutting, options);
    Runs runs = new Runs(offsets, Math.max(1, RUN_BYTES / rowBytes));
    JavaPairRDD<Integer, Packet> dealt =
        runs.of(hashed.rdd())
            .mapPartitionsWithIndex(
                (run, packets) -> Blocks.byRank(packets, cutting, offsets[runs.first(run)], plan),
                false)
            .mapToPair(packet -> packet)
            .partitionBy(new IndexPartitioner(plan.partitions()));
    JavaRDD<PixelBlock> blocks =
        dealt.mapPartitionsWithIndex(
            (index, packets) -> List.of(Blocks.block(packets, index, plan, cutting)).iterator(),
            true);
    blocks.setName("narrows pixels").persist(StorageLevel.MEMORY_AND_DISK());
    return new Shards(plan, cutting, counts, kinds, blocks.rdd());
  }

  /**
   * With the scale of the features, where there are any and it is not known: that of the training
   * images of the lowest ranks, up to {@link #SCALING_IMAGES}. Exact sums, so the same bits for the
   * same images.
   */
  private static Cutting scaled(
      Cutting described, RangeCounts counts, JavaPairRDD<Integer, Packet> hashed, long heldOut) {
    Features features = described.features();
    if (features == null || features.scaled() || counts.images() == heldOut) {
      return described;
    }
    long end = Math.min(counts.images(), heldOut + SCALING_IMAGES);
    long[] before = counts.imageOffsets();
    int[] ranges =
        IntStream.range(0, before.length - 1)
            .filter(r -> before[r] < end && before[r + 1] > heldOut)
            .toArray();
    JavaRDD<ChannelMoments> moments =
        hashed.mapPartitionsWithIndex(
            (range, packets) -> {
              ChannelMoments sums = new ChannelMoments(features.spec().channels());
              HashedRows.sorted(packets, described).stream()
                  .limit(Math.max(0, end - before[range]))
                  .skip(Math.max(0, heldOut - before[range]))
                  .forEach(image -> sums.add(features.values(image.data, image.pixelsAt)));
              return List.of(sums).iterator();
            },
            true);
    List<ChannelMoments> sums =
        Described.get(
            moments.context(),
            "features: mean and standard deviation of each channel",
            () -> Arrays.stream(moments.collectPartitions(ranges)).flatMap(List::stream).toList());
    return described.with(features.with(ChannelMoments.standardization(sums)));
  }

  private static ShardPlan plan(
      long rows, long validationRows, long calibrationRows, Cutting cutting, Options options) {
    if (rows == 0) {
      throw new InputException("there are no images to train on");
    }
    int blockRows = Math.max(1, BLOCK_BYTES / cutting.rowBytes());
    return new ShardPlan(
        rows,
        validationRows,
        calibrationRows,
        options.workers(),
        blockRows,
        cutting.whole() ? ShardPlan.Blocks.RUNS : ShardPlan.Blocks.DEALT);
  }

  /** Rows to train on. */
  public long trainingRows() {
    return plan.trainingRows();
  }

  /** Rows kept for validation. */
  public long validationRows() {
    return plan.validationRows();
  }

  /** Rows kept for calibration. */
  public long calibrationRows() {
    return plan.calibrationRows();
  }

  /** Images of a kind: as many as rows, unless they are cut. */
  public long images(Rows kind) {
    return switch (kind) {
      case TRAINING -> images.training();
      case VALIDATION -> images.validation();
      case CALIBRATION -> images.calibration();
    };
  }

  /**
   * The rows that a threshold rests on: those for calibration; where there are none, those for
   * validation; where these are fewer than {@link #LEAST_CALIBRATION_IMAGES} images, those that the
   * network is fitted to.
   */
  public Rows thresholdRows() {
    if (images.calibration() > 0) {
      return Rows.CALIBRATION;
    }
    return images.validation() >= LEAST_CALIBRATION_IMAGES ? Rows.VALIDATION : Rows.TRAINING;
  }

  /** Rows left out since they hold no sound image. */
  public long skippedRows() {
    return skippedRows;
  }

  /**
   * Sum of the 128-bit hashes of all images, hexadecimal: the same for the same images, in whatever
   * files, order or partitions they come.
   */
  public String fingerprint() {
    return fingerprint;
  }

  /** What was extracted from the images, with its scale; none where they were taken as they are. */
  public Optional<Features> features() {
    return Optional.ofNullable(cutting.features());
  }

  /** Number of shards. */
  public int workers() {
    return plan.workers();
  }

  /** Number of shards that have rows to train on: of few rows not every worker gets one. */
  public int busyWorkers() {
    return (int) Math.min(plan.workers(), plan.trainingRows());
  }

  /**
   * Means and standard deviations of the training rows' channels, in one pass: the same bits for
   * the same rows, however they are dealt.
   */
  public Standardization standardization(int channels) {
    ShardPlan dealt = plan;
    JavaRDD<ChannelMoments> moments =
        JavaRDD.fromRDD(shards, ClassTag$.MODULE$.<Shard>apply(Shard.class))
            .map(
                shard -> {
                  ChannelMoments sums = new ChannelMoments(channels);
                  for (int b = 0; b < dealt.blocksPerShard(); b++) {
                    shard.open(Rows.TRAINING, b).addTo(sums);
                  }
                  return sums;
                });
    return ChannelMoments.standardization(
        Described.get(moments.context(), "statistics of the channels", moments::collect));
  }

  Cutting cutting() {
    return cutting;
  }

  ShardPlan plan() {
    return plan;
  }

  RDD<Shard> rdd() {
    return shards;
  }

  /** What the workers compute on, as a word for people: cpu or gpu. */
  public String device() {
    return Device.name(rdd().context().getConf());
  }

  /** Takes the images out of the cluster's memory. */
  @Override
  public void close() {
    blocks.unpersist(false);
  }
}
