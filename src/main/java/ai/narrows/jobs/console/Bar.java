package ai.narrows.jobs.console;

import java.util.Locale;

/**
 * How far some work is, in one line of a terminal.
 *
 * @param what the work is
 * @param done of its parts
 * @param total of its parts, at least 1
 * @param more what else there is to say
 * @param since when it began, as {@link System#nanoTime} counts
 * @param end when it will be done, {@link #UNKNOWN} where nobody can tell yet
 */
public record Bar(String what, int done, int total, String more, long since, long end) {
  static final long UNKNOWN = Long.MAX_VALUE;
  private static final int WIDTH = 14;

  /** The line; without control characters and ASCII alone where the words are. */
  String text(long now) {
    int filled = Math.min(WIDTH, (int) ((long) WIDTH * done / total));
    String rest = filled < WIDTH ? ">" + " ".repeat(WIDTH - filled - 1) : "";
    return String.format(
        Locale.ROOT,
        "%s [%s%s] %,d/%,d%s%s",
        what,
        "=".repeat(filled),
        rest,
        done,
        total,
        end == UNKNOWN ? "" : "  " + left(Math.max(0, end - now)),
        more);
  }

  private static String left(long nanos) {
    long seconds = (nanos + 999_999_999) / 1_000_000_000;
    long minutes = seconds / 60;
    return minutes < 60
        ? String.format(Locale.ROOT, "%d:%02d left", minutes, seconds % 60)
        : String.format(
            Locale.ROOT, "%,d:%02d:%02d left", minutes / 60, minutes % 60, seconds % 60);
  }

  /**
   * When work will be done that goes on as it did from one moment to another.
   *
   * @param before the share that was done at the first moment
   * @param then the first moment
   * @param done the share that is done now, in [0, 1]
   */
  public static long end(double before, long then, double done, long now) {
    return done > before ? now + (long) ((now - then) * (1 - done) / (done - before)) : UNKNOWN;
  }
}
