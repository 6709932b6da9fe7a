package ai.narrows.distributed;

import ai.narrows.compat.ScalaCollections;
import ai.narrows.train.PixelBlock;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;

/**
 * One partition per shard over an RDD with one partition per block: a task runs where its shard's
 * blocks are, and only the blocks that it opens are fetched from the cache (or computed again, if
 * they were lost).
 */
final class ShardRdd extends RDD<Shard> {
  private static final long serialVersionUID = 1L;

  private final RDD<PixelBlock> blocks;
  private final ShardPlan plan;

  ShardRdd(RDD<PixelBlock> blocks, ShardPlan plan) {
    super(
        blocks.context(),
        ParentPartitions.only(blocks, plan::partitionsOf),
        ClassTag$.MODULE$.apply(Shard.class));
    this.blocks = blocks;
    this.plan = plan;
  }

  @Override
  public Partition[] getPartitions() {
    return Place.upTo(plan.workers());
  }

  @Override
  public Iterator<Shard> compute(Partition split, TaskContext context) {
    int worker = split.index();
    Shard shard =
        new Shard(worker, (kind, block) -> open(plan.partition(kind, worker, block), context));
    return ScalaCollections.asScala(List.of(shard).iterator());
  }

  private PixelBlock open(int partition, TaskContext context) {
    return blocks.iterator(blocks.partitions()[partition], context).next();
  }
}
