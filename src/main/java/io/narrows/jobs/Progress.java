package io.narrows.jobs;

import java.io.PrintStream;

/**
 * What a job says while it works, a line at a time, beside its results: standard output stays clean
 * for pipes.
 */
final class Progress {
  private final PrintStream out;
  private final long start = System.nanoTime();

  Progress(PrintStream out) {
    this.out = out;
  }

  /** Prints a line with the seconds since the job began. */
  void say(String line) {
    out.printf("[%5.1f s] %s%n", (System.nanoTime() - start) / 1e9, line);
    out.flush();
  }
}
