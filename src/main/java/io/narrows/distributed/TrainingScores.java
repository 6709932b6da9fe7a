package io.narrows.distributed;

import io.narrows.nn.Architecture;
import io.narrows.nn.Kernels;
import io.narrows.nn.Network;
import io.narrows.nn.Pool;
import io.narrows.train.PixelBlock;
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
 * Reconstruction errors of the training rows, and the threshold that the asked contamination puts
 * among them.
 */
public final class TrainingScores {
  private static final int BATCH = 256;
  private static final Pool<Network> NETWORKS = new Pool<>();

  private TrainingScores() {}

  /**
   * Of the n training scores the (k+1)-th largest, k = floor(contamination n): at most k of them
   * lie above it.
   *
   * @param contamination share of the training rows held to be anomalous, in [0, 1)
   */
  public static double threshold(
      Shards shards, Architecture architecture, float[] parameters, double contamination) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(shards.rdd().context());
    Broadcast<float[]> broadcast = context.broadcast(parameters);
    Scoring scoring = new Scoring(architecture, shards.plan(), broadcast);
    JavaRDD<double[]> scores =
        JavaRDD.fromRDD(shards.rdd(), ClassTag$.MODULE$.<Shard>apply(Shard.class))
            .mapPartitions(scoring::scores)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long k = (long) Math.floor(contamination * shards.trainingRows());
      return Ranks.largest(scores, k);
    } finally {
      scores.unpersist(false);
      broadcast.destroy();
    }
  }

  private record Scoring(Architecture architecture, ShardPlan plan, Broadcast<float[]> parameters)
      implements Serializable {

    Iterator<double[]> scores(Iterator<Shard> shards) {
      Shard shard = shards.next();
      List<double[]> scores = new ArrayList<>();
      try (Pool.Lease<Network> network =
          NETWORKS.borrow(
              architecture, () -> Network.forInference(architecture, Kernels.cpu(), BATCH))) {
        network.item().setParameters(parameters.value());
        for (int b = 0; b < plan.blocksPerShard(); b++) {
          PixelBlock block = shard.training().apply(b);
          for (int from = 0; from < block.rows(); from += BATCH) {
            double[] errors = new double[Math.min(BATCH, block.rows() - from)];
            for (int r = 0; r < errors.length; r++) {
              block.copyRow(from + r, network.item(), r);
            }
            network.item().reconstructionPass(errors.length, errors);
            scores.add(errors);
          }
        }
      }
      return scores.iterator();
    }
  }
}
