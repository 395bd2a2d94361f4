package io.turnmill.session;

import java.util.Locale;

/**
 * An exception that a step threw while it worked on one record or one session. That record or
 * session ends with a code and {@link #detail}; no other one is touched.
 *
 * @param thrown its message may hold text of a conversation and is shown to nobody
 */
public record Fault(Step step, Throwable thrown) {
  private static final String BUG = "This is a bug.";
  private static final String OURS = "io.turnmill.";

  /** Where work on a record or session can throw. The wire names never change. */
  public enum Step {
    /** From the bytes of a record to its values. */
    READ,
    /** From the values of a record to a message or a session. */
    PARSE,
    /** From all records of a session to the session. */
    ASSEMBLE,
    /** From a staged row to what is asked of the model, but for the next two. */
    BEGIN,
    /** The chat template. */
    RENDER,
    /** From a text to token ids. */
    TOKENIZE,
    /** From what the model said to a reply, but for the next one. */
    ACCEPT,
    /** From token ids to a text. */
    DECODE,
    /** From a result to its row. */
    ENCODE;

    /** As it stands in details. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Says which step threw, to whoever catches it further out. */
  private static final class StepException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Step step;

    StepException(Step step, Throwable cause) {
      super(step.wireName(), cause, false, false);
      this.step = step;
    }
  }

  /**
   * What {@code thrown} means for the record or session that was worked on.
   *
   * @param step in which it was caught; one that {@link #in} has named counts instead
   * @throws Error {@code thrown} itself where it is not about one record or session: the memory is
   *     used up, or the JVM is broken
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
   * What to throw so that {@link #of} learns of the step.
   *
   * @throws Error as {@link #of} does
   */
  public static RuntimeException in(Step step, Throwable thrown) {
    Fault fault = of(step, thrown);
    return new StepException(fault.step, fault.thrown);
  }

  /**
   * A deep recursion has given its stack back, and a class that is missing is missing for those who
   * ask for it. Where the heap is full anybody may have filled it, and nothing is known of what the
   * JVM calls an internal error.
   */
  private static boolean isOfOneItem(Error error) {
    return error instanceof StackOverflowError
        || error instanceof LinkageError
        || error instanceof AssertionError;
  }

  /**
   * Whether it is a fault of Turnmill that says so itself: thrown by its own code, for a message of
   * others may end with a text that says the same.
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

  /** The code of a record, message or session that is rejected for it. */
  public RejectionCode rejection() {
    return isBug() ? RejectionCode.BUG : RejectionCode.INTERNAL_ERROR;
  }

  /** The step and the class of the exception, such as {@code render: java.lang.…Exception}. */
  public String detail() {
    return step.wireName() + ": " + thrown.getClass().getName();
  }

  /** Without the exception's message. */
  @Override
  public String toString() {
    return "Fault[" + detail() + "]";
  }
}
