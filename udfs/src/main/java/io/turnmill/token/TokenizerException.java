package io.turnmill.token;

/** Thrown when a tokenizer cannot be loaded; the message is for the user and names the file. */
public final class TokenizerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
