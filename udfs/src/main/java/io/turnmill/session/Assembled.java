package io.turnmill.session;

import java.util.List;

/**
 * What was made of all records of one session id. Every record counts once: in {@code records} if
 * it is part of the session (whether valid or rejected), otherwise as a rejection of scope {@link
 * Scope#RECORD}.
 *
 * @param rejections messages and duplicate records that were rejected alone
 * @param records how many records make up the session
 */
public record Assembled(ParsedSession session, List<Rejection> rejections, int records) {
  public Assembled {
    rejections = List.copyOf(rejections);
  }

  /**
   * The rejection of one message, or of one record that repeats the session.
   *
   * @param detail names, counts and places; never conversation text
   */
  public record Rejection(Scope scope, Place place, RejectionCode code, String detail) {}
}
