package ai.narrows.distributed;

import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.reflect.ClassTag$;

/**
 * What the driver and the workers of one job hand each other: a state to all workers, a result from
 * each. Between processes that is a broadcast and the tasks' own results; in Spark's local mode,
 * where everybody lives in one JVM, only references change hands, since copying and serializing a
 * network's state several times costs more than a short round's training.
 *
 * @param <S> the state, never changed by workers
 * @param <R> a worker's result, never changed after it is delivered
 */
final class Exchange<S, R> implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1L;
  private static final Map<Long, Exchange<?, ?>> IN_THIS_JVM = new ConcurrentHashMap<>();
  private static final AtomicLong IDS = new AtomicLong();

  private final long id;
  private final Broadcast<S> broadcast; // null in local mode
  private final transient S state; // the driver's
  private final transient Map<Integer, R> results = new ConcurrentHashMap<>(); // the driver's

  private Exchange(long id, Broadcast<S> broadcast, S state) {
    this.id = id;
    this.broadcast = broadcast;
    this.state = state;
  }

  /** Opens an exchange for one job; it must be closed when the job is over. */
  static <S, R> Exchange<S, R> open(SparkContext context, S state, Class<S> type) {
    Broadcast<S> broadcast =
        context.isLocal() ? null : context.broadcast(state, ClassTag$.MODULE$.apply(type));
    Exchange<S, R> exchange = new Exchange<>(IDS.incrementAndGet(), broadcast, state);
    if (broadcast == null) {
      IN_THIS_JVM.put(exchange.id, exchange);
    }
    return exchange;
  }

  /** The state, as a worker sees it. */
  S state() {
    return broadcast == null ? drivers().state : broadcast.value();
  }

  /** On a worker: hands its result over; what this returns is to be returned by the task. */
  R deliver(int worker, R result) {
    if (broadcast != null) {
      return result;
    }
    drivers().results.put(worker, result);
    return null;
  }

  /** On the driver: a worker's result, given what its task has returned. */
  R take(int worker, R returned) {
    return returned == null ? results.get(worker) : returned;
  }

  /** What the driver has opened, looked up by a copy of it. */
  @SuppressWarnings("unchecked") // the same id, the same exchange
  private Exchange<S, R> drivers() {
    Exchange<?, ?> found = IN_THIS_JVM.get(id);
    if (found == null) {
      throw new IllegalStateException("the job that this task belongs to is over");
    }
    return (Exchange<S, R>) found;
  }

  @Override
  public void close() {
    if (broadcast == null) {
      IN_THIS_JVM.remove(id);
    } else {
      broadcast.destroy();
    }
  }
}
