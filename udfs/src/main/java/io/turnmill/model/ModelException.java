package io.turnmill.model;

/**
 * A model folder cannot be used. The message is one sentence or two for the user: which file, what
 * is wrong with it, what to do; names and values in it come from files, so it is kept to one line
 * that is not too long. It carries no stack trace, because the fault is not in the code.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int LIMIT = 2000;

  public ModelException(String message) {
    super(shortLine(message), null, false, false);
  }

  private static String shortLine(String message) {
    String line = message.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
    return line.length() > LIMIT ? line.substring(0, LIMIT) + "…" : line;
  }
}
