package ai.narrows.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Threads that do the same work side by side and wait for each other in between: the caller's,
 * which is member 0, and those of the other members.
 */
final class Team implements AutoCloseable {
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final int size;
  private final ExecutorService others; // null where there are none
  private Phaser barrier; // of the work that is being done

  /** Ends a member whose team has failed; the failure itself is thrown to the caller. */
  private static final class BrokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenException() {
      super("another thread of the worker has failed", null, false, false);
    }
  }

  Team(int size) {
    this.size = size;
    others =
        size == 1
            ? null
            : Executors.newFixedThreadPool(
                size - 1,
                work -> {
                  Thread thread = new Thread(work, "narrows-worker-" + THREADS.incrementAndGet());
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /**
   * Has every member do the work, and returns when all have.
   *
   * @param work takes the member's number, from 0
   * @throws RuntimeException or whatever else a member has thrown
   */
  void run(IntConsumer work) {
    if (size == 1) {
      work.accept(0);
      return;
    }
    Phaser meeting = new Phaser(size);
    barrier = meeting;
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int i = 1; i < size; i++) {
      int member = i;
      running.add(
          CompletableFuture.runAsync(
              () -> {
                Thread.currentThread().setContextClassLoader(loader);
                guarded(work, member, meeting);
              },
              others));
    }
    Throwable failure = null;
    try {
      guarded(work, 0, meeting);
    } catch (BrokenException e) {
      failure = e;
    } finally { // whatever has been thrown, the others must not go on
      for (CompletableFuture<Void> other : running) {
        Throwable thrown = other.handle((nothing, e) -> e).join();
        if (thrown != null && (failure == null || failure instanceof BrokenException)) {
          failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        }
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw failure instanceof RuntimeException exception
          ? exception
          : new IllegalStateException(failure);
    }
  }

  /** Checked exceptions end the others, too: Scala's code throws them without saying so. */
  private static void guarded(IntConsumer work, int member, Phaser meeting) {
    try {
      work.accept(member);
    } catch (Throwable e) {
      meeting.forceTermination();
      throw e;
    }
  }

  /**
   * Waits within {@link #run} until every member is here; what each did before is seen by all
   * behind. Every member waits equally often.
   */
  void await() {
    if (size > 1 && barrier.arriveAndAwaitAdvance() < 0) {
      throw new BrokenException();
    }
  }

  @Override
  public void close() {
    if (others != null) {
      others.shutdown();
    }
  }
}
