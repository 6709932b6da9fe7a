package ai.narrows.jobs.console;

import ai.narrows.images.InputException;
import ai.narrows.message.Message;
import ai.narrows.nn.kernels.NativesException;
import ai.narrows.train.TrainingException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.AnalysisException;

/**
 * How a job ended that did not come to its end.
 *
 * @param exitCode 2 where the user can put it right, 1 otherwise
 * @param sentence what is wrong, without a stack trace
 */
public record Failure(int exitCode, String sentence) {
  /** Exit code: something failed. */
  public static final int FAILED = 1;

  /** Exit code: wrong usage or input. */
  public static final int WRONG_INPUT = 2;

  private static final int MAX_LENGTH = 600;

  /** What Hadoop says of a user who is not in /etc/passwd. */
  private static final String NAMELESS = "invalid null input: name";

  private static final String NAMELESS_USER =
      "the user of this process has no name on this system, and Hadoop needs one: add the user to"
          + " /etc/passwd, as the entry point of Spark's own images does";

  /** The same for callers who have the params themselves, such as the Python package. */
  public static Failure of(Throwable thrown) {
    return of(thrown, Optional::of);
  }

  /**
   * Bad input may come wrapped by Spark, once for the task and once for the job.
   *
   * @param options the job's own option for a param, where it has one
   */
  public static Failure of(Throwable thrown, Function<String, Optional<String>> options) {
    Optional<InputException> input = InputException.in(thrown);
    if (input.isPresent()) {
      return new Failure(WRONG_INPUT, tidy(input.get(), options));
    }
    Throwable root = thrown;
    for (Throwable t = thrown; t != null; t = next(t)) {
      if (t instanceof TrainingException || t instanceof NativesException) {
        return new Failure(FAILED, tidy(t, options));
      }
      if (t instanceof IllegalArgumentException || t instanceof AnalysisException) {
        return new Failure(WRONG_INPUT, tidy(t, options));
      }
      if (t.getMessage() != null && t.getMessage().contains(NAMELESS)) {
        return new Failure(FAILED, NAMELESS_USER);
      }
      root = t;
    }
    String what = root.getClass().getSimpleName();
    return new Failure(FAILED, root.getMessage() == null ? what : what + ": " + tidy(root));
  }

  private static Throwable next(Throwable t) {
    return t.getCause() == t ? null : t.getCause();
  }

  /**
   * The first line of a message, without the error class in front and the SQL state behind that
   * Spark puts there.
   */
  public static String tidy(Throwable thrown) {
    return tidy(thrown, Optional::of);
  }

  private static String tidy(Throwable thrown, Function<String, Optional<String>> options) {
    String message =
        thrown instanceof Message.Carrier carrier
            ? carrier.told().in(options)
            : thrown.getMessage();
    if (message == null || message.isBlank()) {
      return thrown.getClass().getSimpleName();
    }
    String line =
        message
            .strip()
            .lines()
            .findFirst()
            .orElseThrow()
            .replaceFirst("^\\[[A-Z0-9_.]+] ", "")
            .replaceFirst(" SQLSTATE: [0-9A-Z]{5}.*$", "")
            .replaceFirst("^requirement failed: ", "");
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + " ...";
  }
}
