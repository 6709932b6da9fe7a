package ai.narrows.distributed;

import ai.narrows.compat.ScalaCollections;
import ai.narrows.train.PixelBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
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
        ScalaCollections.copy(List.<Dependency<?>>of(new ShardDependency(blocks, plan))),
        ClassTag$.MODULE$.apply(Shard.class));
    this.blocks = blocks;
    this.plan = plan;
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[plan.workers()];
    for (int i = 0; i < partitions.length; i++) {
      partitions[i] = new Place(i);
    }
    return partitions;
  }

  @Override
  public Iterator<Shard> compute(Partition split, TaskContext context) {
    int worker = split.index();
    IntFunction<PixelBlock> training =
        block -> open(plan.trainingPartition(worker, block), context);
    IntFunction<PixelBlock> validation =
        block -> open(plan.validationPartition(worker, block), context);
    return ScalaCollections.asScala(List.of(new Shard(worker, training, validation)).iterator());
  }

  private PixelBlock open(int partition, TaskContext context) {
    return blocks.iterator(blocks.partitions()[partition], context).next();
  }

  private static final class ShardDependency extends NarrowDependency<PixelBlock> {
    private static final long serialVersionUID = 1L;

    private final ShardPlan plan;

    ShardDependency(RDD<PixelBlock> blocks, ShardPlan plan) {
      super(blocks);
      this.plan = plan;
    }

    @Override
    public scala.collection.immutable.List<Object> getParents(int worker) {
      List<Object> parents = new ArrayList<>();
      for (int block = 0; block < plan.blocksPerShard(); block++) {
        parents.add(plan.trainingPartition(worker, block));
      }
      for (int block = 0; block < plan.validationBlocksPerShard(); block++) {
        parents.add(plan.validationPartition(worker, block));
      }
      return ScalaCollections.copy(parents);
    }
  }
}
