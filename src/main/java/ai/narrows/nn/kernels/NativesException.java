package ai.narrows.nn.kernels;

/** The native libraries cannot be loaded; the message says why, and what to do, in one sentence. */
public final class NativesException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  NativesException(String message) {
    super(message);
  }

  NativesException(String message, Throwable cause) {
    super(message, cause);
  }
}
