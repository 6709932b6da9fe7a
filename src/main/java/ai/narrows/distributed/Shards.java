package ai.narrows.distributed;

import ai.narrows.distributed.HashedRows.Problem;
import ai.narrows.distributed.HashedRows.Ranked;
import ai.narrows.images.ColumnNames;
import ai.narrows.images.HandleInvalid;
import ai.narrows.images.ImageShape;
import ai.narrows.images.InputException;
import ai.narrows.images.pixels.PixelColumn;
import ai.narrows.message.Message;
import ai.narrows.message.ParamException;
import ai.narrows.nn.ChannelMoments;
import ai.narrows.nn.layers.Standardization;
import ai.narrows.train.PixelBlock;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;
import scala.reflect.ClassTag$;

/**
 * The images of a training in the cluster's memory, dealt evenly to the workers. Every row is
 * ranked by a 128-bit hash of its pixels, ties by id, so that who gets which row depends on the
 * data alone: not on file order, partitions or executors. Where images are cut, the rows are their
 * patches; those of one image are all for training or all for validation, and are dealt to workers
 * and blocks like cards, so that no block is of few images. The owner closes it, also when training
 * fails.
 */
public final class Shards implements AutoCloseable {
  private static final int BLOCK_BYTES = 32 << 20;

  /** Ranges of hashes share a task up to this: enough for a task's time to be worth its start. */
  private static final int RUN_BYTES = 4 << 20;

  /** Most ranges that are counted by one task, as nothing is known of their sizes yet. */
  private static final int COUNTED_TOGETHER = 16;

  /** Ranges are counted by a task each up to this number, or four to a core. */
  private static final int COUNTING_TASKS = 64;

  private final ShardPlan plan;
  private final Cutting cutting;
  private final String fingerprint;
  private final long trainingImages;
  private final long skippedRows;
  private final RDD<PixelBlock> blocks;
  private final RDD<Shard> shards;

  private Shards(
      ShardPlan plan,
      Cutting cutting,
      List<Count> counts,
      long trainingImages,
      RDD<PixelBlock> blocks) {
    this.plan = plan;
    this.cutting = cutting;
    this.fingerprint = fingerprint(counts);
    this.trainingImages = trainingImages;
    this.skippedRows = counts.stream().mapToLong(count -> count.skipped).sum();
    this.blocks = blocks;
    this.shards = new ShardRdd(blocks, plan);
  }

  /**
   * How to deal.
   *
   * @param workers number of shards, at least 1
   * @param validationFraction share of the images kept for validation, in [0, 1)
   * @param invalid whether rows that hold no sound image are an error; otherwise they are left out
   */
  public record Options(int workers, double validationFraction, HandleInvalid invalid)
      implements Serializable {
    /** Rows that hold no sound image are an error. */
    public Options(int workers, double validationFraction) {
      this(workers, validationFraction, HandleInvalid.ERROR);
    }

    public Options {
      if (workers < 1) {
        throw new ParamException("numWorkers", "must be at least 1", workers);
      }
      if (!(validationFraction >= 0 && validationFraction < 1)) {
        throw new ParamException(
            "validationFraction", "must be at least 0 and below 1", validationFraction);
      }
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
    Cutting cutting = Cutting.of(column, shape);
    int rowBytes = cutting.rowBytes();
    JavaRDD<Row> rows = images.javaRDD();
    int ranges = Math.max(options.workers(), 4 * rows.getNumPartitions());
    JavaPairRDD<Integer, Packet> hashed =
        rows.mapPartitions(new HashedRows(column, idIndex, shape, ranges, options.invalid()))
            .mapToPair(packet -> packet)
            .partitionBy(new IndexPartitioner(ranges));
    List<Count> counts = counts(hashed, cutting);
    long[] offsets = offsets(counts);
    long all = counts.stream().mapToLong(count -> count.images).sum();
    checkRange(counts, all);
    long validationImages = (long) Math.floor(all * options.validationFraction());
    ShardPlan plan =
        plan(offsets[ranges], rowsOf(validationImages, hashed, counts, cutting), cutting, options);
    Runs runs = new Runs(offsets, Math.max(1, RUN_BYTES / rowBytes));
    JavaPairRDD<Integer, Packet> dealt =
        runs.of(hashed.rdd())
            .mapPartitionsWithIndex(
                (run, packets) -> byRank(packets, cutting, offsets[runs.first(run)], plan), false)
            .mapToPair(packet -> packet)
            .partitionBy(new IndexPartitioner(plan.partitions()));
    JavaRDD<PixelBlock> blocks =
        dealt.mapPartitionsWithIndex(
            (index, packets) -> List.of(block(packets, index, plan, cutting)).iterator(), true);
    blocks.setName("narrows pixels").persist(StorageLevel.MEMORY_AND_DISK());
    return new Shards(plan, cutting, counts, all - validationImages, blocks.rdd());
  }

  /**
   * What every range of hashes holds.
   *
   * @throws InputException if a row is no image
   */
  private static List<Count> counts(JavaPairRDD<Integer, Packet> hashed, Cutting cutting) {
    int tasks = Math.max(COUNTING_TASKS, 4 * hashed.context().defaultParallelism());
    int ranges = hashed.getNumPartitions();
    int together = Math.min(COUNTED_TOGETHER, (ranges + tasks - 1) / tasks);
    JavaRDD<Count> counting =
        Runs.ofLength(together, ranges)
            .of(
                hashed
                    .mapPartitions(packets -> List.of(Count.of(packets, cutting)).iterator())
                    .rdd());
    List<Count> counts =
        Described.get(counting.context(), "dealing the images: counting", counting::collect);
    Problem problem = lowest(counts.stream().map(count -> count.problem));
    if (problem != null) {
      throw problem.toException();
    }
    return counts;
  }

  /**
   * Rows that were left out because their values are outside the range are no exceptions where they
   * are the rule.
   */
  private static void checkRange(List<Count> counts, long images) {
    long outside = counts.stream().mapToLong(count -> count.outside).sum();
    if (outside > images) {
      throw new InputException(
          Message.of(
              "%s of %s images have values outside the range, too many to leave them out: %s",
              outside,
              outside + images,
              lowest(counts.stream().map(count -> count.firstOutside)).toException().told()));
    }
  }

  /** The problem of the row with the lowest id. */
  private static Problem lowest(Stream<Problem> problems) {
    return problems.filter(Objects::nonNull).min(Comparator.comparing(Problem::id)).orElse(null);
  }

  /** Element i is the number of rows before range i, the last one all of them. */
  private static long[] offsets(List<Count> counts) {
    long[] offsets = new long[counts.size() + 1];
    for (int i = 0; i < counts.size(); i++) {
      offsets[i + 1] = offsets[i] + counts.get(i).rows;
    }
    return offsets;
  }

  private static String fingerprint(List<Count> counts) {
    return String.format(
        Locale.ROOT,
        "%016x%016x",
        counts.stream().mapToLong(count -> count.hashSum1).sum(),
        counts.stream().mapToLong(count -> count.hashSum2).sum());
  }

  /**
   * What a range of hashes holds: its images, the rows that they make, the sums of both halves of
   * their hashes, how many were left out, how many of these because of the range, and of those that
   * are no image, or are outside, the one with the lowest id, or null. A plain class: Kryo cannot
   * take records.
   */
  private static final class Count implements Serializable {
    private static final long serialVersionUID = 1L;

    private long images;
    private long rows;
    private long hashSum1;
    private long hashSum2;
    private long skipped;
    private long outside;
    private Problem problem;
    private Problem firstOutside;

    static Count of(Iterator<Tuple2<Integer, Packet>> packets, Cutting cutting) {
      Count count = new Count();
      while (packets.hasNext()) {
        Packet packet = packets.next()._2();
        for (Ranked image : HashedRows.records(packet, cutting)) {
          count.images++;
          count.rows += image.rows;
          count.hashSum1 += image.hash1;
          count.hashSum2 += image.hash2;
        }
        count.skipped += packet.skipped();
        count.outside += packet.outside();
        if (packet.outside() > 0) {
          count.firstOutside = lowest(Stream.of(count.firstOutside, packet.problem()));
        } else {
          count.problem = lowest(Stream.of(count.problem, packet.problem()));
        }
      }
      return count;
    }
  }

  /** Rows that the images of the lowest ranks make; a job finds out where one range ends. */
  private static long rowsOf(
      long images, JavaPairRDD<Integer, Packet> hashed, List<Count> counts, Cutting cutting) {
    if (cutting.whole()) {
      return images;
    }
    long left = images;
    long rows = 0;
    int range = 0;
    while (range < counts.size() && counts.get(range).images <= left) {
      left -= counts.get(range).images;
      rows += counts.get(range++).rows;
    }
    if (left == 0) {
      return rows;
    }
    long lowest = left;
    int[] last = {range};
    JavaRDD<Long> counting =
        hashed.mapPartitions(
            packets ->
                List.of(
                        HashedRows.sorted(packets, cutting).stream()
                            .limit(lowest)
                            .mapToLong(image -> image.rows)
                            .sum())
                    .iterator());
    return rows
        + Described.get(
            counting.context(),
            "dealing the images: validation",
            () -> counting.collectPartitions(last)[0].get(0));
  }

  private static ShardPlan plan(long rows, long validationRows, Cutting cutting, Options options) {
    if (rows == 0) {
      throw new InputException("there are no images to train on");
    }
    int blockRows = Math.max(1, BLOCK_BYTES / cutting.rowBytes());
    return new ShardPlan(
        rows,
        validationRows,
        options.workers(),
        blockRows,
        cutting.whole() ? ShardPlan.Blocks.RUNS : ShardPlan.Blocks.DEALT);
  }

  /** Sends the rows of a range, sorted, to their blocks. */
  private static Iterator<Tuple2<Integer, Packet>> byRank(
      Iterator<Tuple2<Integer, Packet>> packets, Cutting cutting, long offset, ShardPlan plan) {
    Iterator<Ranked> sorted = HashedRows.sorted(packets, cutting).iterator();
    return new PacketWriter(plan.partitions()) {
      private long first = offset; // rank of the image's first row
      private Cutting.Source image;
      private int next; // of its rows

      @Override
      boolean writeNext() {
        if (image == null || next == image.rows()) {
          first += next;
          next = 0;
          if (!sorted.hasNext()) {
            image = null;
            return false;
          }
          image = cutting.source(sorted.next());
        }
        long rank = first + next;
        ByteBuffer out = record(plan.partitionOf(rank), rank, cutting.recordBytes());
        if (!cutting.whole()) {
          out.putLong(first);
        }
        image.put(next++, out);
        return true;
      }
    };
  }

  /** Puts a block's packets side by side in the order of their ranks. */
  private static PixelBlock block(
      Iterator<Tuple2<Integer, Packet>> packets, int partition, ShardPlan plan, Cutting cutting) {
    List<Packet> parts = new ArrayList<>();
    packets.forEachRemaining(packet -> parts.add(packet._2()));
    parts.sort(Comparator.comparingLong(Packet::first));
    int rows = parts.stream().mapToInt(Packet::rows).sum();
    if (rows != plan.rowsOf(partition)) {
      throw new IllegalStateException(
          "block "
              + partition
              + " holds "
              + rows
              + " rows, not "
              + plan.rowsOf(partition)
              + ": the input has changed while it was read");
    }
    int rowBytes = cutting.rowBytes();
    int width = cutting.input().size();
    ByteBuffer all = ByteBuffer.allocate(Math.multiplyExact(rows, rowBytes));
    long[] images = cutting.whole() ? null : new long[rows];
    for (Packet part : parts) {
      if (images == null) {
        all.put(part.data());
      } else {
        for (ByteBuffer in = ByteBuffer.wrap(part.data()); in.hasRemaining(); ) {
          images[all.position() / rowBytes] = in.getLong();
          all.put(part.data(), in.position(), rowBytes);
          in.position(in.position() + rowBytes);
        }
      }
    }
    long first = plan.firstRowOf(partition);
    if (cutting.bytes()) {
      return PixelBlock.ofBytes(first, rows, width, all.array()).of(images);
    }
    float[] floats = new float[rows * width];
    all.flip().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return PixelBlock.ofFloats(first, rows, width, floats).of(images);
  }

  /** Rows to train on. */
  public long trainingRows() {
    return plan.trainingRows();
  }

  /** Images to train on: as many as rows, unless they are cut. */
  public long trainingImages() {
    return trainingImages;
  }

  /** Rows kept for validation. */
  public long validationRows() {
    return plan.validationRows();
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
                    shard.training().apply(b).addTo(sums);
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
