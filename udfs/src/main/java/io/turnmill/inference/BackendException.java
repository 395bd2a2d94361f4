package io.turnmill.inference;

/**
 * A backend does not run any more, so nothing handed to it will come back. One bad prompt never
 * leads here: it comes back as an {@link Outcome.Failure}.
 */
public final class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Who has to act. */
  public enum Kind {
    /** The device or its runtime failed; the same work may succeed in a fresh process. */
    DEVICE,
    /** A fault in Turnmill. */
    OUR_BUG,
    /** The engine or the feed was closed by its owner. */
    CLOSED
  }

  private final Kind kind;

  public BackendException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  public static BackendException closed(String what) {
    return new BackendException(Kind.CLOSED, what + " is closed", null);
  }

  /** What {@code cause}, thrown by the forward pass, means. */
  public static BackendException inForwardPass(Throwable cause) {
    // The exceptions by which Java code says that it was called wrongly; native runtimes have
    // their own.
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
            Kind.DEVICE, "the forward pass failed: " + cause.getClass().getName(), cause);
  }

  /** What {@code cause}, thrown by the engine's own code, means. */
  public static BackendException inEngine(Throwable cause) {
    // A full heap and its like: nobody's fault in particular.
    return cause instanceof VirtualMachineError
        ? new BackendException(
            Kind.DEVICE, "the engine failed: " + cause.getClass().getName(), cause)
        : bug(cause);
  }

  private static BackendException bug(Throwable cause) {
    return new BackendException(
        Kind.OUR_BUG,
        "the engine failed: " + cause.getClass().getName() + ". This is a bug.",
        cause);
  }

  /** The same for one more reader: each thread that throws gets a stack trace of its own. */
  public BackendException copy() {
    return new BackendException(kind, getMessage(), getCause());
  }
}
