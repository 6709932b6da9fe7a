package ai.narrows.distributed;

import ai.narrows.compat.ScalaCollections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
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
        ScalaCollections.copy(List.<Dependency<?>>of(new RunDependency<>(parent, runs))),
        parent.elementClassTag());
    this.parent = parent;
    this.runs = runs;
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, runs.size()).mapToObj(Place::new).toArray(Partition[]::new);
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

  private static final class RunDependency<T> extends NarrowDependency<T> {
    private static final long serialVersionUID = 1L;

    private final Runs runs;

    RunDependency(RDD<T> parent, Runs runs) {
      super(parent);
      this.runs = runs;
    }

    @Override
    public scala.collection.immutable.List<Object> getParents(int run) {
      return ScalaCollections.copy(
          IntStream.range(runs.first(run), runs.end(run)).<Object>mapToObj(i -> i).toList());
    }
  }
}
