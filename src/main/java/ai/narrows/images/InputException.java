package ai.narrows.images;

import ai.narrows.message.Message;
import java.util.Optional;
import org.apache.commons.lang3.exception.ExceptionUtils;

/**
 * Wrong input of the user's, told in one clear sentence: which file, row or option, the rule, and
 * the value found. Jobs look for it with {@link #in} and end with exit code 2 and no stack trace.
 */
public sealed class InputException extends IllegalArgumentException implements Message.Carrier
    permits InvalidImageException {

  private static final long serialVersionUID = 1L;

  private final Message told;

  /**
   * @param message one sentence that a user understands without the source
   */
  public InputException(String message) {
    this(Message.text(message));
  }

  /**
   * @param told one sentence with its params
   */
  public InputException(Message told) {
    this(told, null);
  }

  /**
   * @param message one sentence that a user understands without the source
   * @param cause what was caught
   */
  public InputException(String message, Throwable cause) {
    this(Message.text(message), cause);
  }

  /**
   * @param told one sentence with its params
   * @param cause what was caught
   */
  public InputException(Message told, Throwable cause) {
    super(told.toString(), cause);
    this.told = told;
  }

  /** What it tells. */
  @Override
  public final Message told() {
    return told;
  }

  /** What a failure says of itself, or what it is where it says nothing that a user understands. */
  public static String reason(Exception failure) {
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
