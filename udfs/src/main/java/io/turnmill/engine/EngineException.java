package io.turnmill.engine;

/**
 * The engine runs no more, so nothing handed to it will come back. One bad prompt never leads here:
 * it comes back as an {@link Outcome.Failure}.
 */
public final class EngineException extends RuntimeException {
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

  EngineException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  static EngineException closed(String what) {
    return new EngineException(Kind.CLOSED, what + " is closed", null);
  }

  /** What {@code cause}, thrown by the forward pass, means. */
  static EngineException inForwardPass(Throwable cause) {
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
        : new EngineException(
            Kind.DEVICE, "the forward pass failed: " + cause.getClass().getName(), cause);
  }

  /** What {@code cause}, thrown by the engine's own code, means. */
  static EngineException inEngine(Throwable cause) {
    // A full heap and its like: nobody's fault in particular.
    return cause instanceof VirtualMachineError
        ? new EngineException(
            Kind.DEVICE, "the engine failed: " + cause.getClass().getName(), cause)
        : bug(cause);
  }

  private static EngineException bug(Throwable cause) {
    return new EngineException(
        Kind.OUR_BUG,
        "the engine failed: " + cause.getClass().getName() + ". This is a bug.",
        cause);
  }

  /** The same for one more reader: each thread that throws gets a stack trace of its own. */
  EngineException copy() {
    return new EngineException(kind, getMessage(), getCause());
  }
}
