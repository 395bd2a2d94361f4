package io.turnmill.session;

import java.time.Instant;
import java.util.Optional;

/**
 * One checked message of a session.
 *
 * @param turn place in the session, from 0, without gaps, after ordering
 * @param role who speaks
 * @param content the text, neither empty nor blank
 * @param timestamp when it was said, if the archive says so
 * @param messageId the archive's own id of the message, if it has one
 */
public record Message(
    int turn, Role role, String content, Optional<Instant> timestamp, Optional<String> messageId) {

  /** Place, role and length only: conversation text never reaches a log. */
  @Override
  public String toString() {
    return "Message[turn="
        + turn
        + ", role="
        + role.wireName()
        + ", chars="
        + content.length()
        + "]";
  }
}
