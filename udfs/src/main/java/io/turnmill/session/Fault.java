package io.turnmill.session;

import java.util.Locale;

/**
 * An exception that a step threw while it worked on one record or one session. That record or
 * session ends with a code and {@link #detail}; no other one is touched.
 *
 * @param thrown the exception; its message may hold text of a conversation and is never shown
 */
public record Fault(Step step, Throwable thrown) {
  private static final String BUG = "This is a bug.";
  private static final String OURS = "io.turnmill.";

  /**
   * The steps of the work on a record or session that can throw. Their names in details never
   * change.
   */
  public enum Step {
    /** Reading the values of a record from its bytes. */
    READ,
    /** Making a message or a session of the values of a record. */
    PARSE,
    /** Making a session of all its records. */
    ASSEMBLE,
    /** Making the requests of a staged row, except for the next two steps. */
    BEGIN,
    /** Rendering the chat template. */
    RENDER,
    /** Encoding a text as token ids. */
    TOKENIZE,
    /** Making a reply of the model's output, except for the next step. */
    ACCEPT,
    /** Decoding token ids to a text. */
    DECODE,
    /** Making the row of a result. */
    ENCODE;

    /** The name of the step in details. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Carries the step that threw to the place where the exception is caught. */
  private static final class StepException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Step step;

    StepException(Step step, Throwable cause) {
      super(step.wireName(), cause, false, false);
      this.step = step;
    }
  }

  /**
   * The fault of the record or session on which a step has thrown.
   *
   * @param step the step in which it was caught; if {@link #in} has named a step, that one counts
   * @throws Error {@code thrown} itself if it does not concern only one record or session: the
   *     memory is used up, or the JVM is broken
   */
  public static Fault of(Step step, Throwable thrown) {
    if (thrown instanceof StepException inner) {
      return new Fault(inner.step, inner.getCause());
    }
    if (thrown instanceof Error error && !isOfOneItem(error)) {
      throw error;
    }
    return new Fault(step, thrown);
  }

  /**
   * The exception to throw so that {@link #of} knows the step.
   *
   * @throws Error as {@link #of} does
   */
  public static RuntimeException in(Step step, Throwable thrown) {
    Fault fault = of(step, thrown);
    return new StepException(fault.step, fault.thrown);
  }

  /**
   * Whether an error concerns one record or session only. A deep recursion has given its stack
   * back, and a missing class concerns only the code that needs it. But when the heap is full, any
   * thread may have filled it, and nothing is known about an internal error of the JVM.
   */
  private static boolean isOfOneItem(Error error) {
    return error instanceof StackOverflowError
        || error instanceof LinkageError
        || error instanceof AssertionError;
  }

  /**
   * Whether the exception says that it is a fault of Turnmill. It must also be thrown by Turnmill's
   * own code, because the message of another exception may end with the same text.
   */
  public boolean isBug() {
    String message = thrown.getMessage();
    StackTraceElement[] frames = thrown.getStackTrace();
    return thrown instanceof IllegalStateException
        && message != null
        && message.endsWith(BUG)
        && frames.length > 0
        && frames[0].getClassName().startsWith(OURS);
  }

  /** The code with which a record, message or session is rejected for this fault. */
  public RejectionCode rejection() {
    return isBug() ? RejectionCode.BUG : RejectionCode.INTERNAL_ERROR;
  }

  /** The step and the class of the exception, such as {@code render: java.lang.…Exception}. */
  public String detail() {
    return step.wireName() + ": " + thrown.getClass().getName();
  }

  /** Leaves out the exception's message. */
  @Override
  public String toString() {
    return "Fault[" + detail() + "]";
  }
}
