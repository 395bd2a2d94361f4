package io.turnmill.model;

/**
 * A model folder cannot be used. The message is one sentence or two for the user: which file, what
 * is wrong with it, what to do. It carries no stack trace, because the fault is not in the code.
 *
 * <p>Names and values out of hostile files may stand in it, so it is made one line of at most
 * {@value #LIMIT_CHARS} characters, whose beginning and end are kept.
 */
public sealed class ModelException extends RuntimeException permits SettingException {
  private static final long serialVersionUID = 1L;

  private static final int LIMIT_CHARS = 800;
  private static final int KEPT_END = 150;

  public ModelException(String message) {
    super(oneLine(message), null, false, false);
  }

  private static String oneLine(String message) {
    String cut =
        message.length() <= LIMIT_CHARS
            ? message
            : message.substring(0, LIMIT_CHARS - KEPT_END - 3)
                + " … "
                + message.substring(message.length() - KEPT_END);
    return cut.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", "?");
  }
}
