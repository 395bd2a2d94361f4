package io.turnmill.session;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One record of the archive, parsed or rejected. */
public sealed interface ParsedRecord {

  /** The place of the record. */
  Place place();

  /**
   * The part of a session that is in one record.
   *
   * @param whole whether the record is a whole session; otherwise it is one message of a session
   *     whose other messages are in other records
   * @param messages the messages in the order of the record; exactly one if not {@code whole}
   * @param carried further fields that the user named, as text; those that the record has
   */
  record Entry(
      SessionKey key,
      Place place,
      boolean whole,
      List<MessageEntry> messages,
      Map<String, String> carried)
      implements ParsedRecord {
    public Entry {
      messages = List.copyOf(messages);
      carried = Map.copyOf(carried);
    }

    /**
     * The same entry without its messages and fields, for an entry that only needs to be counted.
     */
    public Entry emptied() {
      return new Entry(key, place, whole, List.of(), Map.of());
    }

    /**
     * The same entry, marked as one of a file that cannot be read to its end: nothing of it can be
     * used, and its session may have more messages in the part that was not read.
     */
    public Entry lost() {
      return new Entry(
          key,
          place,
          whole,
          List.of(new MessageEntry.Defect(RejectionCode.IN_UNREADABLE_FILE, "")),
          Map.of());
    }

    boolean isLost() {
      return messages.stream()
          .anyMatch(
              message ->
                  message instanceof MessageEntry.Defect defect
                      && defect.code() == RejectionCode.IN_UNREADABLE_FILE);
    }

    /** Tells identity and size only, because carried fields may hold anything. */
    @Override
    public String toString() {
      return "Entry[" + key + ", " + place + ", messages=" + messages.size() + "]";
    }
  }

  /**
   * A record, or the rest of a file, that is not part of any session.
   *
   * @param scope {@link Scope#RECORD} or {@link Scope#FILE}
   * @param detail names, counts and places; never conversation text
   * @param tenant the tenant, if the record has a readable one
   * @param sessionId the session id, if the record has a readable one
   */
  record Rejected(
      Scope scope,
      Place place,
      RejectionCode code,
      String detail,
      Optional<String> tenant,
      Optional<String> sessionId)
      implements ParsedRecord {

    /** A rejection of which only the place is known. */
    public static Rejected at(Place place, RejectionCode code, String detail) {
      Scope scope = code == RejectionCode.UNREADABLE_FILE ? Scope.FILE : Scope.RECORD;
      return new Rejected(scope, place, code, detail, Optional.empty(), Optional.empty());
    }
  }
}
