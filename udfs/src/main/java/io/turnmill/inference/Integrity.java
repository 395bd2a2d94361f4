package io.turnmill.inference;

/** Checks of what must always hold, for methods named {@code verifyIntegrity} and others. */
public final class Integrity {
  private Integrity() {}

  public static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise + ". This is a bug.");
    }
  }
}
