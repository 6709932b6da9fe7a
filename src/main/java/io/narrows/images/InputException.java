package io.narrows.images;

import java.util.Optional;
import org.apache.commons.lang3.exception.ExceptionUtils;

/**
 * Wrong input of the user's, told in one clear sentence: which file, row or option, the rule, and
 * the value found. Jobs look for it with {@link #in} and end with exit code 2 and no stack trace.
 */
public sealed class InputException extends IllegalArgumentException permits InvalidImageException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence that a user understands without the source
   */
  public InputException(String message) {
    super(message);
  }

  /**
   * @param message one sentence that a user understands without the source
   * @param cause what was caught
   */
  public InputException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What a failure says of itself, or what it is where it says nothing that a user understands. */
  static String reason(Exception failure) {
    return failure.getMessage() == null || failure instanceof NullPointerException
        ? failure.getClass().getSimpleName()
        : failure.getMessage();
  }

  /**
   * Returns the first InputException among a failure and its causes: Spark wraps what its tasks
   * throw.
   *
   * @param failure any failure
   */
  public static Optional<InputException> in(Throwable failure) {
    return Optional.ofNullable(ExceptionUtils.throwableOfType(failure, InputException.class));
  }
}
