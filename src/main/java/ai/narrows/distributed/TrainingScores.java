package ai.narrows.distributed;

import ai.narrows.nn.Architecture;
import ai.narrows.nn.ErrorSmoothing;
import ai.narrows.nn.Network;
import ai.narrows.nn.Pool;
import ai.narrows.nn.ScoreStatistics;
import ai.narrows.nn.ScoreStatistics.Moments;
import ai.narrows.nn.Scoring;
import ai.narrows.train.PixelBlock;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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

  /** The statistics of all training rows, in one pass: the same bits for the same shards. */
  public ScoreStatistics statistics(ErrorSmoothing smoothing) {
    Moments sum = new Moments(architecture);
    JavaRDD<Moments> moments = onEachShard((pass, shard) -> pass.moments(shard, smoothing));
    Described.get(moments.context(), "statistics of the training images", moments::collect)
        .forEach(sum::add); // in the order of the shards
    return sum.statistics(smoothing);
  }

  /**
   * Half-way between the k-th and the (k+1)-th largest of the n training images' scores, k =
   * floor(contamination n), and at least a little above the latter: k of them lie above it, or
   * fewer where several are equal but for {@link ai.narrows.nn.ScoreMethod#rounding}. For a row's
   * score can differ in its last bits when it is scored at another place of a batch.
   *
   * @param contamination share of the training images held to be anomalous, in [0, 1)
   * @param patchQuantile which of its patches' scores an image has, in (0, 1]
   */
  public double threshold(Scoring scoring, double contamination, double patchQuantile) {
    JavaRDD<double[]> scores =
        (shards.cutting().whole()
                ? onEachShard((pass, shard) -> pass.scores(shard, scoring))
                : PatchScores.ofImages(
                    onEachShard((pass, shard) -> pass.patchScores(shard, scoring)), patchQuantile))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long k = (long) Math.floor(contamination * shards.trainingImages());
      double below = Ranks.largest(scores, k, "threshold");
      double above = k == 0 ? below : Ranks.largest(scores, k - 1, "threshold, the score above it");
      return below + Math.max((above - below) / 2, scoring.method().rounding(below));
    } finally {
      scores.unpersist(false);
    }
  }

  private <R> JavaRDD<R> onEachShard(OnShard<R> work) {
    Pass pass = new Pass(architecture, shards.plan(), parameters);
    return JavaRDD.fromRDD(shards.rdd(), ClassTag$.MODULE$.<Shard>apply(Shard.class))
        .mapPartitions(partition -> work.run(pass, partition.next()));
  }

  @Override
  public void close() {
    parameters.destroy();
  }

  private interface OnShard<R> extends Serializable {
    Iterator<R> run(Pass pass, Shard shard);
  }

  private interface OnBatch {
    /** Is given rows of a block from {@code from} on, which the network holds. */
    void accept(Network network, PixelBlock block, int from, int rows);
  }

  private interface OnScores<R> {
    /** Is given the scores of a block's rows from {@code from} on. */
    R of(PixelBlock block, int from, double[] scores);
  }

  /** A forward pass over the training rows of a shard. */
  private record Pass(Architecture architecture, ShardPlan plan, Broadcast<float[]> parameters)
      implements Serializable {

    Iterator<Moments> moments(Shard shard, ErrorSmoothing smoothing) {
      Moments moments = new Moments(architecture);
      double[] errors = new double[architecture.inferenceRows()];
      forEachBatch(
          shard,
          (network, block, from, rows) -> {
            network.reconstructionPass(rows, errors);
            moments.add(network, rows, smoothing);
          });
      return List.of(moments).iterator();
    }

    Iterator<double[]> scores(Shard shard, Scoring scoring) {
      return scores(shard, scoring, (block, from, batch) -> batch);
    }

    Iterator<PatchScores> patchScores(Shard shard, Scoring scoring) {
      return scores(
          shard,
          scoring,
          (block, from, batch) -> new PatchScores(block.images(from, batch.length), batch));
    }

    private <R> Iterator<R> scores(Shard shard, Scoring scoring, OnScores<R> onScores) {
      List<R> results = new ArrayList<>();
      double[] errors = new double[architecture.inferenceRows()];
      forEachBatch(
          shard,
          (network, block, from, rows) -> {
            double[] batch = new double[rows];
            scoring.pass(network, rows, errors, batch);
            results.add(onScores.of(block, from, batch));
          });
      return results.iterator();
    }

    private void forEachBatch(Shard shard, OnBatch onBatch) {
      try (Pool.Lease<Network> lease = TaskNetworks.borrow(architecture)) {
        Network network = lease.item();
        network.setParameters(parameters.value());
        for (int b = 0; b < plan.blocksPerShard(); b++) {
          PixelBlock block = shard.training().apply(b);
          for (int from = 0; from < block.rows(); from += network.capacity()) {
            int rows = Math.min(network.capacity(), block.rows() - from);
            for (int r = 0; r < rows; r++) {
              block.copyRow(from + r, network, r);
            }
            onBatch.accept(network, block, from, rows);
          }
        }
      }
    }
  }
}
