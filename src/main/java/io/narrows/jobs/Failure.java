package io.narrows.jobs;

import io.narrows.images.InputException;
import io.narrows.train.TrainingException;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;

/**
 * How a job ended that did not come to its end.
 *
 * @param exitCode 2 where the user can put it right, 1 otherwise
 * @param sentence what is wrong, without a stack trace
 */
record Failure(int exitCode, String sentence) {
  private static final int MAX_LENGTH = 600;

  /** Bad input may come wrapped by Spark, once for the task and once for the job. */
  static Failure of(Throwable thrown) {
    Optional<InputException> input = InputException.in(thrown);
    if (input.isPresent()) {
      return new Failure(Job.WRONG_INPUT, tidy(input.get()));
    }
    Throwable root = thrown;
    for (Throwable t = thrown; t != null; t = next(t)) {
      if (t instanceof TrainingException) {
        return new Failure(Job.FAILED, tidy(t));
      }
      if (t instanceof IllegalArgumentException || t instanceof AnalysisException) {
        return new Failure(Job.WRONG_INPUT, tidy(t));
      }
      root = t;
    }
    String what = root.getClass().getSimpleName();
    return new Failure(Job.FAILED, root.getMessage() == null ? what : what + ": " + tidy(root));
  }

  private static Throwable next(Throwable t) {
    return t.getCause() == t ? null : t.getCause();
  }

  /**
   * The first line of a message, without the error class in front and the SQL state behind that
   * Spark puts there.
   */
  static String tidy(Throwable thrown) {
    if (thrown.getMessage() == null || thrown.getMessage().isBlank()) {
      return thrown.getClass().getSimpleName();
    }
    String line =
        thrown
            .getMessage()
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
