package io.turnmill.inference;

/** What {@code verifyIntegrity} methods are written with. */
public final class Integrity {
  private Integrity() {}

  public static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise + ". This is a bug.");
    }
  }
}
