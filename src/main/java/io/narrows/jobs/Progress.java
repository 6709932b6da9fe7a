package io.narrows.jobs;

import java.io.Serializable;
import java.util.Locale;

/**
 * What a job says while it works, a line at a time, on standard error: standard output stays clean
 * for pipes.
 */
final class Progress implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long start = System.nanoTime();

  /** Prints a line with the seconds since the job began. */
  void say(String line) {
    double seconds = (System.nanoTime() - start) / 1e9;
    System.err.println(String.format(Locale.ROOT, "[%5.1f s] %s", seconds, line));
  }

  /** A line of parts, numbers in the same form whatever the machine's language. */
  void say(String format, Object... parts) {
    say(String.format(Locale.ROOT, format, parts));
  }

  /** A table or the like, as it is. */
  void show(String text) {
    System.err.println(text);
  }
}
