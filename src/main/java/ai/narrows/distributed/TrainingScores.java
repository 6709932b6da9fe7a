package ai.narrows.distributed;

import ai.narrows.message.Shipped;
import ai.narrows.nn.Network;
import ai.narrows.nn.Pool;
import ai.narrows.nn.layers.Architecture;
import ai.narrows.nn.score.CombinedScale;
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
 * What a trained network makes of the rows that were dealt for its training: the statistics of its
 * training rows that some scores need, and the threshold that the asked contamination puts among
 * the scores of rows that it has not been fitted to.
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
   * What a model keeps of its rows.
   *
   * @param statistics of the training rows
   * @param scoring how rows are scored
   * @param threshold of the scores
   * @param pixels how often each error occurs among the pixels of the training rows
   * @param library that multiplied the tasks' matrices; several, separated by commas, where they
   *     differ
   */
  public record Result(
      ScoreStatistics statistics,
      Scoring scoring,
      Quantile threshold,
      PixelLevels pixels,
      String library) {}

  /**
   * A score above which few others lie.
   *
   * @param value a little above the score of its rank, by {@link
   *     ai.narrows.nn.score.ScoreMethod#rounding}: a row's score can differ in its last bits when
   *     it is scored at another place of a batch
   * @param rows of which the scores were ranked
   * @param images how many images these rows are
   * @param rank of the score from above, from 1
   */
  public record Quantile(double value, Rows rows, long images, long rank) {}

  /**
   * Statistics and threshold: a pass over the training rows for the statistics, a second one that
   * calibrates them, and one over {@link Shards#thresholdRows} for the threshold. The same bits for
   * the same shards.
   *
   * @param smoothing of the errors that the statistics see
   * @param contamination share of the images to come that may lie above the threshold, in [0, 1)
   * @param patchQuantile which of its patches' scores an image has, in (0, 1]
   */
  public Result of(
      ScoreChoice choice, ErrorSmoothing smoothing, double contamination, double patchQuantile) {
    JavaRDD<ShardScores> sums = pass(Rows.TRAINING, null, smoothing).over(shards);
    List<ShardScores> shardSums =
        Described.get(sums.context(), "statistics of the training images", sums::collect);
    ScoreStatistics statistics = calibrated(statistics(shardSums, smoothing));
    Scoring scoring = choice.scoring(statistics);
    String library =
        shardSums.stream()
            .map(s -> s.library)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    PixelLevels pixels = new PixelLevels();
    shardSums.forEach(shard -> pixels.add(shard.pixels));
    return new Result(
        statistics,
        scoring,
        threshold(shards.thresholdRows(), scoring, contamination, patchQuantile),
        pixels,
        library);
  }

  private ScoreStatistics statistics(List<ShardScores> shardSums, ErrorSmoothing smoothing) {
    Moments sum = new Moments(architecture);
    shardSums.forEach(shard -> sum.add(shard.moments)); // in the order of the shards
    return sum.statistics(smoothing);
  }

  /**
   * Statistics with the units that the parts of the combined score have in the training rows: the
   * rows for the threshold must not have a say in the score.
   */
  private ScoreStatistics calibrated(ScoreStatistics statistics) {
    Pass pass =
        new Pass(Rows.TRAINING, architecture, shards.plan(), parameters, null, null, statistics);
    JavaRDD<CombinedScale.Moments> moments = pass.over(shards).map(shard -> shard.calibration);
    CombinedScale.Moments sum = new CombinedScale.Moments();
    Described.get(moments.context(), "calibration of the scores", moments::collect)
        .forEach(sum::add); // in the order of the shards
    return statistics.with(sum.calibration());
  }

  /**
   * The threshold that some rows give.
   *
   * @param kind whose scores are ranked: by {@link ConformalRank#unseen}, or for training rows by
   *     {@link ConformalRank#fitted}
   * @param contamination share of the images to come, or of the training images, that may lie above
   *     it, in [0, 1)
   * @param patchQuantile which of its patches' scores an image has, in (0, 1]
   */
  public Quantile threshold(
      Rows kind, Scoring scoring, double contamination, double patchQuantile) {
    long images = shards.images(kind);
    long rank =
        kind == Rows.TRAINING
            ? ConformalRank.fitted(images, contamination)
            : ConformalRank.unseen(images, contamination);
    JavaRDD<double[]> scores =
        scores(kind, scoring, patchQuantile).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      double score = Ranks.largest(scores, "threshold", rank - 1)[0];
      return new Quantile(score + scoring.method().rounding(score), kind, images, rank);
    } finally {
      scores.unpersist(false);
    }
  }

  /** The scores of all images of a kind, in chunks. */
  private JavaRDD<double[]> scores(Rows kind, Scoring scoring, double patchQuantile) {
    JavaRDD<PatchScores> batches =
        pass(kind, scoring, null).over(shards).flatMap(shard -> shard.batches.iterator());
    return shards.cutting().whole()
        ? batches.map(PatchScores::scores)
        : PatchScores.ofImages(batches, patchQuantile);
  }

  private Pass pass(Rows kind, Scoring scoring, ErrorSmoothing smoothing) {
    return new Pass(kind, architecture, shards.plan(), parameters, scoring, smoothing, null);
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
    private final CombinedScale.Moments calibration = new CombinedScale.Moments();
    private final String library; // that has multiplied its matrices
    private final ArrayList<PatchScores> batches = new ArrayList<>();

    ShardScores(Moments moments, PixelLevels pixels, String library) {
      this.moments = moments;
      this.pixels = pixels;
      this.library = library;
    }
  }

  /**
   * A forward pass over the rows of a shard.
   *
   * @param kind of its rows
   * @param scoring null where no scores are asked for
   * @param smoothing null where no statistics are
   * @param uncalibrated statistics to calibrate, null where there are none
   */
  private record Pass(
      Rows kind,
      Architecture architecture,
      ShardPlan plan,
      Broadcast<float[]> parameters,
      Scoring scoring,
      ErrorSmoothing smoothing,
      ScoreStatistics uncalibrated)
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
        for (int b = 0; b < plan.blocksPerShard(kind); b++) {
          PixelBlock block = shard.open(kind, b);
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
      if (uncalibrated != null) {
        result.calibration.add(network, rows, uncalibrated);
      }
    }
  }
}
