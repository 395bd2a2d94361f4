package io.turnmill.session;

import java.util.Locale;

/** What a rejection takes away. */
public enum Scope {
  /** The rest of a file, from the given place on; how many records that is, nobody knows. */
  FILE,
  /** One record, before it could become part of a session. */
  RECORD,
  /** One message; its session goes on without it. */
  MESSAGE,
  /** The time of one message, which stays in its session without one. */
  TIMESTAMP,
  /** One session with all its messages. */
  SESSION;

  /** The name in the {@code rejected} table. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
