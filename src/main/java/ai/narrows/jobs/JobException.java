package ai.narrows.jobs;

import ai.narrows.jobs.console.Failure;
import java.util.Locale;

/**
 * A job that was called from Java, or from a platform's own JVM, and has failed. The message is the
 * sentence that the command prints, with the exit code that it would have had.
 */
public final class JobException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String printed;
  private final int exitCode;

  JobException(String job, Failure failure, Throwable cause) {
    super(
        String.format(
            Locale.ROOT, "%s: %s (exit code %d)", job, failure.sentence(), failure.exitCode()),
        cause);
    this.printed = job + ": " + failure.sentence();
    this.exitCode = failure.exitCode();
  }

  /** What the command would have ended with: 2 for wrong usage or input, 1 otherwise. */
  public int exitCode() {
    return exitCode;
  }

  /** What the command prints. */
  String printed() {
    return printed;
  }
}
