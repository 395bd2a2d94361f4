package io.turnmill.session;

import java.util.Locale;

/** What a rejection leaves out. */
public enum Scope {
  /** The rest of a file, from the given place; it is not known how many records that is. */
  FILE,
  /** One record, before it could become part of a session. */
  RECORD,
  /** One message; its session is kept without it. */
  MESSAGE,
  /** The time of one message; the message stays in its session without a time. */
  TIMESTAMP,
  /** One session with all its messages. */
  SESSION,
  /** One document. */
  DOCUMENT;

  /** Whether it is a whole item that the model is not asked about. */
  public boolean isItem() {
    return this == SESSION || this == DOCUMENT;
  }

  /** The name in the {@code rejected} table. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
