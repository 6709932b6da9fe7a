package io.narrows.train;

/** A training that could not go on; the message says where it stood and why. */
public class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what is told to users. */
  public TrainingException(String message) {
    super(message);
  }

  /** With what is told to users, and what it came from. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
