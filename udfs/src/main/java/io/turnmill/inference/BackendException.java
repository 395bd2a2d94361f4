package io.turnmill.inference;

/**
 * A backend does not run any more, so none of its requests will be answered. One bad prompt never
 * leads to this exception: its outcome is an {@link Outcome.Failure}.
 */
public final class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why the backend ended, which tells who has to act. */
  public enum Reason {
    /** The device or its runtime failed; the same work may succeed in a fresh process. */
    DEVICE,
    /** A fault in Turnmill. */
    OUR_BUG,
    /** The engine or the feed was closed by its owner. */
    CLOSED
  }

  private final Reason reason;

  public BackendException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  public static BackendException closed(String what) {
    return new BackendException(Reason.CLOSED, what + " is closed", null);
  }

  /** The exception for a {@code cause} that the forward pass has thrown. */
  public static BackendException inForwardPass(Throwable cause) {
    // By these exceptions Java code says that it was called wrongly; native runtimes throw others.
    boolean bug =
        cause instanceof IllegalStateException
            || cause instanceof IllegalArgumentException
            || cause instanceof IndexOutOfBoundsException
            || cause instanceof NullPointerException
            || cause instanceof ClassCastException
            || cause instanceof AssertionError;
    return bug
        ? bug(cause)
        : new BackendException(
            Reason.DEVICE, "the forward pass failed: " + cause.getClass().getName(), cause);
  }

  /** The exception for a {@code cause} that the engine's own code has thrown. */
  public static BackendException inEngine(Throwable cause) {
    // A full heap and similar errors say nothing about the code that met them.
    return cause instanceof VirtualMachineError
        ? new BackendException(
            Reason.DEVICE, "the engine failed: " + cause.getClass().getName(), cause)
        : bug(cause);
  }

  private static BackendException bug(Throwable cause) {
    return new BackendException(
        Reason.OUR_BUG,
        "the engine failed: " + cause.getClass().getName() + ". This is a bug.",
        cause);
  }

  /** A copy for one more thread: each thread that throws it gets a stack trace of its own. */
  public BackendException copy() {
    return new BackendException(reason, getMessage(), getCause());
  }
}
