package ai.narrows.distributed;

import ai.narrows.compat.ScalaCollections;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
import org.apache.spark.rdd.RDD;

/** A dependency that knows, for each partition, which of its parent's it is made of. */
final class ParentPartitions<T> extends NarrowDependency<T> {
  private static final long serialVersionUID = 1L;

  /** The parent's partitions, for one of the child's. */
  interface Of extends Serializable {
    IntStream of(int partition);
  }

  private final Of parents;

  private ParentPartitions(RDD<T> parent, Of parents) {
    super(parent);
    this.parents = parents;
  }

  /** The only dependency of an RDD, as Spark's constructor takes it. */
  static <T> scala.collection.immutable.List<Dependency<?>> only(RDD<T> parent, Of parents) {
    return ScalaCollections.copy(List.<Dependency<?>>of(new ParentPartitions<>(parent, parents)));
  }

  @Override
  public scala.collection.immutable.List<Object> getParents(int partition) {
    return ScalaCollections.copy(parents.of(partition).<Object>mapToObj(i -> i).toList());
  }
}
