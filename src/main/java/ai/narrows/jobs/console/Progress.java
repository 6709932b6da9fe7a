package ai.narrows.jobs.console;

import java.io.Serializable;
import java.util.Locale;

/**
 * What a job says while it works, a line at a time, on standard error: standard output stays clean
 * for pipes. On a terminal bars show how far it is.
 */
public final class Progress implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1L;

  private final long start = System.nanoTime();
  private final transient StatusLine line; // null without a terminal

  private Progress(StatusLine line) {
    this.line = line;
  }

  /** In lines only. */
  public static Progress inLines() {
    return new Progress(null);
  }

  /** With bars, where standard error is a terminal. */
  public static Progress withBars() {
    if (!StatusLine.isPossible(System.getenv())) {
      return inLines();
    }
    StatusLine line = new StatusLine(System.err);
    line.start();
    return new Progress(line);
  }

  /** Prints a line with the seconds since the job began. */
  public void say(String line) {
    double seconds = (System.nanoTime() - start) / 1e9;
    System.err.println(String.format(Locale.ROOT, "[%5.1f s] %s", seconds, line));
  }

  /** A line of parts, numbers in the same form whatever the machine's language. */
  public void say(String format, Object... parts) {
    say(String.format(Locale.ROOT, format, parts));
  }

  /** A table or the like, as it is. */
  public void show(String text) {
    System.err.println(text);
  }

  /** Whether bars are shown: where not, lines have to do. */
  public boolean hasBars() {
    return line != null;
  }

  /** Shows how far a training is; null when it is over. */
  public void rounds(Bar bar) {
    if (line != null) {
      line.rounds(bar);
    }
  }

  /** Shows how far Spark's tasks are, unless a training shows more; null when they are over. */
  void tasks(Bar bar) {
    if (line != null) {
      line.tasks(bar);
    }
  }

  /** Takes the bars away. */
  @Override
  public void close() {
    if (line != null) {
      line.close();
    }
  }
}
