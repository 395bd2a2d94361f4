package io.turnmill.engine;

/** The device has no room for what was asked. */
public final class OutOfMemory extends Exception {
  private static final long serialVersionUID = 1L;

  public OutOfMemory(String message) {
    super(message);
  }
}
