package ai.narrows.nn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;

/**
 * Networks and trainers that wait for their next task, so that a round does not begin with
 * allocating memory. Each is borrowed exclusively, by whoever asks for its kind (never for a shard:
 * duplicates of a task may share a JVM), and closed when nobody has asked for it for a while.
 *
 * @param <T> what is pooled
 */
public final class Pool<T extends AutoCloseable> {
  private static final long IDLE_NANOS = 30_000_000_000L;
  private static final Set<Pool<?>> ALL = Collections.newSetFromMap(new WeakHashMap<>());

  private final Map<Object, Deque<Idle<T>>> idle = new HashMap<>();
  private Thread cleaner;

  private record Idle<T>(T item, long since) {}

  /**
   * An item that is out; closing it puts the item back.
   *
   * @param <T> what is pooled
   */
  public static final class Lease<T extends AutoCloseable> implements AutoCloseable {
    private final Pool<T> pool;
    private final Object kind;
    private final T item;
    private boolean returned;

    private Lease(Pool<T> pool, Object kind, T item) {
      this.pool = pool;
      this.kind = kind;
      this.item = item;
    }

    /** The item, for this lease's owner alone. */
    public T item() {
      return item;
    }

    @Override
    public void close() {
      if (!returned) {
        returned = true;
        pool.giveBack(kind, item);
      }
    }
  }

  /** A pool in which nothing waits yet. */
  public Pool() {
    synchronized (ALL) {
      ALL.add(this);
    }
  }

  /** Closes everything that is idle now in any pool of this JVM. */
  public static void clearAll() {
    List<Pool<?>> pools;
    synchronized (ALL) {
      pools = List.copyOf(ALL);
    }
    pools.forEach(Pool::clear);
  }

  /**
   * Borrows an item of a kind, a new one if none is idle.
   *
   * @param kind equal for items that may stand for each other
   */
  public Lease<T> borrow(Object kind, Supplier<T> factory) {
    synchronized (this) {
      Deque<Idle<T>> waiting = idle.get(kind);
      if (waiting != null) {
        Idle<T> last = waiting.pollLast();
        if (last != null) {
          return new Lease<>(this, kind, last.item);
        }
      }
    }
    return new Lease<>(this, kind, factory.get());
  }

  private synchronized void giveBack(Object kind, T item) {
    idle.computeIfAbsent(kind, k -> new ArrayDeque<>())
        .addLast(new Idle<>(item, System.nanoTime()));
    if (cleaner == null) {
      cleaner = new Thread(this::clean, "narrows-pool");
      cleaner.setDaemon(true);
      cleaner.start();
    }
  }

  /** Closes what has been idle for long; the thread ends with the last item. */
  private void clean() {
    try {
      while (true) {
        List<T> old = new ArrayList<>();
        synchronized (this) {
          long now = System.nanoTime();
          for (Deque<Idle<T>> waiting : idle.values()) {
            while (!waiting.isEmpty() && now - waiting.peekFirst().since > IDLE_NANOS) {
              old.add(waiting.pollFirst().item);
            }
          }
          idle.values().removeIf(Deque::isEmpty);
          if (idle.isEmpty()) {
            cleaner = null;
          }
        }
        old.forEach(Pool::close);
        synchronized (this) {
          if (cleaner != Thread.currentThread()) {
            return;
          }
          wait(IDLE_NANOS / 1_000_000);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes everything that is idle now. */
  public void clear() {
    List<T> all = new ArrayList<>();
    synchronized (this) {
      idle.values().forEach(waiting -> waiting.forEach(i -> all.add(i.item)));
      idle.clear();
    }
    all.forEach(Pool::close);
  }

  private static void close(AutoCloseable item) {
    try {
      item.close();
    } catch (Exception e) {
      throw new IllegalStateException("cannot give back " + item, e);
    }
  }
}
