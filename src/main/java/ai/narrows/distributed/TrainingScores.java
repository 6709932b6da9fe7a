package ai.narrows.distributed;

import ai.narrows.message.Shipped;
import ai.narrows.nn.Network;
import ai.narrows.nn.Pool;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.ErrorSmoothing;
import ai.narrows.nn.score.ScoreChoice;
import ai.narrows.nn.score.ScoreStatistics;
import ai.narrows.nn.score.ScoreStatistics.Moments;
import ai.narrows.nn.score.Scoring;
import ai.narrows.nn.score.ScoringNetwork;
import ai.narrows.train.PixelBlock;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import scala.reflect.ClassTag$;

/**
 * What a trained network makes of the rows it was trained on, validation rows aside: the statistics
 * that some scores need, and the threshold that the asked contamination puts among the scores.
 */
public final class TrainingScores implements AutoCloseable {

  private final Shards shards;
  private final Architecture architecture;
  private final Broadcast<float[]> parameters;

  /** Of the network with these parameters; closed by its owner. */
  public TrainingScores(Shards shards, Architecture architecture, float[] parameters) {
    this.shards = shards;
    this.architecture = architecture;
    this.parameters =
        JavaSparkContext.fromSparkContext(shards.rdd().context()).broadcast(parameters);
  }

  /**
   * What a model keeps of its training rows.
   *
   * @param statistics of all of them
   * @param scoring how they are scored
   * @param threshold that the contamination puts among their scores
   * @param pixels how often each error occurs among their pixels
   * @param library that multiplied the tasks' matrices; several, separated by commas, where they
   *     differ
   */
  public record Result(
      ScoreStatistics statistics,
      Scoring scoring,
      double threshold,
      PixelLevels pixels,
      String library) {}

  /**
   * Statistics and threshold: in one pass over the rows where the score needs no statistics, in two
   * where it does. The same bits for the same shards.
   *
   * @param smoothing of the errors that the statistics see
   * @param contamination share of the training images held to be anomalous, in [0, 1)
   * @param patchQuantile which of its patches' scores an image has, in (0, 1]
   */
  public Result of(
      ScoreChoice choice, ErrorSmoothing smoothing, double contamination, double patchQuantile) {
    Pass both = pass(choice.method().statistics() ? null : choice.scoring(null), smoothing);
    JavaRDD<ShardScores> first = both.over(shards).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      JavaRDD<ShardScores> sums = first.map(ShardScores::withoutScores);
      List<ShardScores> shardSums =
          Described.get(sums.context(), "statistics of the training images", sums::collect);
      ScoreStatistics statistics = statistics(shardSums, smoothing);
      Scoring scoring = choice.scoring(statistics);
      double threshold =
          both.scoring == null
              ? threshold(scoring, contamination, patchQuantile)
              : threshold(first, scoring, contamination, patchQuantile);
      String library =
          shardSums.stream()
              .map(s -> s.library)
              .distinct()
              .sorted()
              .collect(Collectors.joining(", "));
      PixelLevels pixels = new PixelLevels();
      shardSums.forEach(shard -> pixels.add(shard.pixels));
      return new Result(statistics, scoring, threshold, pixels, library);
    } finally {
      first.unpersist(false);
    }
  }

  private ScoreStatistics statistics(List<ShardScores> shardSums, ErrorSmoothing smoothing) {
    Moments sum = new Moments(architecture);
    shardSums.forEach(shard -> sum.add(shard.moments)); // in the order of the shards
    return sum.statistics(smoothing);
  }

  /**
   * Half-way between the k-th and the (k+1)-th largest of the n training images' scores, k =
   * floor(contamination n), and at least a little above the latter: k of them lie above it, or
   * fewer where several are equal but for {@link ai.narrows.nn.score.ScoreMethod#rounding}. For a
   * row's score can differ in its last bits when it is scored at another place of a batch.
   *
   * @param contamination share of the training images held to be anomalous, in [0, 1)
   * @param patchQuantile which of its patches' scores an image has, in (0, 1]
   */
  public double threshold(Scoring scoring, double contamination, double patchQuantile) {
    JavaRDD<ShardScores> passed =
        pass(scoring, null).over(shards).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return threshold(passed, scoring, contamination, patchQuantile);
    } finally {
      passed.unpersist(false);
    }
  }

  private double threshold(
      JavaRDD<ShardScores> passed, Scoring scoring, double contamination, double patchQuantile) {
    JavaRDD<PatchScores> batches = passed.flatMap(shard -> shard.batches.iterator());
    if (shards.cutting().whole()) {
      return threshold(batches.map(PatchScores::scores), scoring, contamination);
    }
    JavaRDD<double[]> images =
        PatchScores.ofImages(batches, patchQuantile).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return threshold(images, scoring, contamination);
    } finally {
      images.unpersist(false);
    }
  }

  private double threshold(JavaRDD<double[]> scores, Scoring scoring, double contamination) {
    long k = (long) Math.floor(contamination * shards.trainingImages());
    double[] around = Ranks.largest(scores, "threshold", k, Math.max(0, k - 1));
    return around[0] + Math.max((around[1] - around[0]) / 2, scoring.method().rounding(around[0]));
  }

  private Pass pass(Scoring scoring, ErrorSmoothing smoothing) {
    return new Pass(architecture, shards.plan(), parameters, scoring, smoothing);
  }

  @Override
  public void close() {
    parameters.destroy();
  }

  /** What a pass has seen of a shard. */
  private static final class ShardScores implements Shipped {
    private static final long serialVersionUID = 1L;

    private final Moments moments; // null where nobody asked, as the next
    private final PixelLevels pixels;
    private final String library; // that has multiplied its matrices
    private final ArrayList<PatchScores> batches = new ArrayList<>();

    ShardScores(Moments moments, PixelLevels pixels, String library) {
      this.moments = moments;
      this.pixels = pixels;
      this.library = library;
    }

    ShardScores withoutScores() {
      return new ShardScores(moments, pixels, library);
    }
  }

  /**
   * A forward pass over the training rows of a shard.
   *
   * @param scoring null where no scores are asked for
   * @param smoothing null where no statistics are
   */
  private record Pass(
      Architecture architecture,
      ShardPlan plan,
      Broadcast<float[]> parameters,
      Scoring scoring,
      ErrorSmoothing smoothing)
      implements Serializable {

    JavaRDD<ShardScores> over(Shards shards) {
      return JavaRDD.fromRDD(shards.rdd(), ClassTag$.MODULE$.<Shard>apply(Shard.class))
          .mapPartitions(partition -> List.of(scores(partition.next())).iterator());
    }

    private ShardScores scores(Shard shard) {
      ShardScores result =
          new ShardScores(
              smoothing == null ? null : new Moments(architecture),
              smoothing == null ? null : new PixelLevels(),
              Device.ofTask().kernels().library());
      try (Pool.Lease<ScoringNetwork> lease = TaskNetworks.borrow(architecture)) {
        Network network = lease.item().network();
        network.setParameters(parameters.value());
        double[] errors = new double[network.capacity()];
        for (int b = 0; b < plan.blocksPerShard(); b++) {
          PixelBlock block = shard.training().apply(b);
          block.through(
              network, (from, rows) -> batch(lease.item(), block, from, rows, errors, result));
        }
      }
      return result;
    }

    /** Rows of a block from {@code from} on, which the network holds. */
    private void batch(
        ScoringNetwork network,
        PixelBlock block,
        int from,
        int rows,
        double[] errors,
        ShardScores result) {
      if (scoring == null) {
        network.network().reconstructionPass(rows, errors);
      } else {
        double[] scores = new double[rows];
        scoring.pass(network, rows, errors, scores);
        result.batches.add(new PatchScores(block.images(from, rows), scores));
      }
      if (smoothing != null) {
        result.pixels.add(network, rows, smoothing);
        result.moments.add(network, rows, smoothing);
      }
    }
  }
}
