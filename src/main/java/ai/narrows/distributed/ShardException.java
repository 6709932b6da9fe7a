package ai.narrows.distributed;

import java.util.function.Supplier;

/** What went wrong with a shard, on the worker that had it. */
final class ShardException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int worker;

  private ShardException(int worker, RuntimeException cause) {
    super("shard " + worker + " failed", cause);
    this.worker = worker;
  }

  /** Does the work on a shard; what it throws gets the shard's name. */
  static <T> T naming(int worker, Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      throw new ShardException(worker, e);
    }
  }

  /** Index of the shard, from 0. */
  int worker() {
    return worker;
  }
}
