package ai.narrows.distributed;

import ai.narrows.compat.ScalaCollections;
import java.util.NoSuchElementException;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;

/** An RDD whose partitions are the {@link Runs} of another one's. */
final class RunRdd<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final RDD<T> parent;
  private final Runs runs;

  RunRdd(RDD<T> parent, Runs runs) {
    super(
        parent.context(),
        ParentPartitions.only(parent, runs::partitionsOf),
        parent.elementClassTag());
    this.parent = parent;
    this.runs = runs;
  }

  @Override
  public Partition[] getPartitions() {
    return Place.upTo(runs.size());
  }

  @Override
  public Iterator<T> compute(Partition split, TaskContext context) {
    return ScalaCollections.asScala(
        new Following(runs.first(split.index()), runs.end(split.index()), context));
  }

  /** What is in one partition after the other; the next is opened when the one before is read. */
  private final class Following implements java.util.Iterator<T> {
    private final TaskContext context;
    private final int end;
    private int next;
    private Iterator<T> items;

    Following(int first, int end, TaskContext context) {
      this.context = context;
      this.end = end;
      next = first;
    }

    @Override
    public boolean hasNext() {
      while ((items == null || !items.hasNext()) && next < end) {
        items = parent.iterator(parent.partitions()[next++], context);
      }
      return items != null && items.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return items.next();
    }
  }
}
