package io.turnmill.session;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** What a record says of one message: a good one, not yet ordered, or why it is none. */
public sealed interface MessageEntry {

  /**
   * A message whose parts are right and whose place in the session is still open.
   *
   * @param turn the archive's own number, any whole number
   * @param timestamp when it was said, if that is there and could be read
   * @param unreadTime what is there instead of a time; never its text
   */
  record Draft(
      OptionalLong turn,
      Role role,
      String content,
      Optional<Instant> timestamp,
      Optional<String> unreadTime,
      Optional<String> messageId)
      implements MessageEntry {

    /** Role and length only: conversation text never reaches a log. */
    @Override
    public String toString() {
      return "Draft[turn=" + turn + ", role=" + role + ", chars=" + content.length() + "]";
    }
  }

  /**
   * A message that cannot be used.
   *
   * @param detail names, counts and places; never conversation text
   */
  record Defect(RejectionCode code, String detail) implements MessageEntry {}
}
