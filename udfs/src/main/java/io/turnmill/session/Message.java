package io.turnmill.session;

import java.time.Instant;
import java.util.Optional;

/**
 * One checked message of a session.
 *
 * @param turn the number of the message in its ordered session, from 0, without gaps
 * @param role the role of the author
 * @param content the text, neither empty nor blank
 * @param timestamp the time of the message, if the archive has one
 * @param messageId the archive's own id of the message, if it has one
 */
public record Message(
    int turn, Role role, String content, Optional<Instant> timestamp, Optional<String> messageId) {

  /** A message that is known by its text alone. */
  public static Message of(int turn, Role role, String content) {
    return new Message(turn, role, content, Optional.empty(), Optional.empty());
  }

  /** Tells turn, role and length only, because conversation text never reaches a log. */
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
