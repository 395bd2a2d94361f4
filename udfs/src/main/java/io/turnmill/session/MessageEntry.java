package io.turnmill.session;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One message of a record: a draft, which is not yet ordered, or a defect, which cannot be used.
 */
public sealed interface MessageEntry {

  /**
   * A message whose fields are right and whose turn in the session is not yet known.
   *
   * @param turn the archive's own number, any whole number
   * @param timestamp the time of the message, if there is one and it could be read
   * @param unreadTime describes a time that could not be read, without its text
   */
  record Draft(
      OptionalLong turn,
      Role role,
      String content,
      Optional<Instant> timestamp,
      Optional<String> unreadTime,
      Optional<String> messageId)
      implements MessageEntry {

    /** Tells turn, role and length only, because conversation text never reaches a log. */
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
