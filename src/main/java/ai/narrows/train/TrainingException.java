package ai.narrows.train;

import ai.narrows.message.Message;

/** A training that could not go on; the message says where it stood and why. */
public class TrainingException extends RuntimeException implements Message.Carrier {
  private static final long serialVersionUID = 1L;

  private final Message told;

  /** With what is told to users. */
  public TrainingException(String message) {
    this(Message.text(message));
  }

  /** With what is told to users, and its params. */
  public TrainingException(Message told) {
    super(told.toString());
    this.told = told;
  }

  /** With what is told to users, and what it came from. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
    this.told = Message.text(message);
  }

  @Override
  public final Message told() {
    return told;
  }
}
