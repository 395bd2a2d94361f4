package io.turnmill.engine;

/** What {@code verifyIntegrity} methods are written with. */
final class Integrity {
  private Integrity() {}

  static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise + ". This is a bug.");
    }
  }
}
