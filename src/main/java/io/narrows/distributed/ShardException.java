package io.narrows.distributed;

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

  /** The first among a failure and its causes, null where there is none. */
  static ShardException in(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
      if (t instanceof ShardException found) {
        return found;
      }
    }
    return null;
  }
}
