package io.turnmill.model;

/**
 * A model folder cannot be used. The message is one sentence or two for the user: which file, what
 * is wrong with it, what to do. It carries no stack trace, because the fault is not in the code.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelException(String message) {
    super(message, null, false, false);
  }
}
