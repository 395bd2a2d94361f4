package io.turnmill.session;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One record of the archive, understood or rejected. */
public sealed interface ParsedRecord {

  /** Where the record stands. */
  Place place();

  /**
   * What one record says about one session.
   *
   * @param whole whether the record is a session of its own; else it is one message of a session
   *     whose other messages stand in other records
   * @param messages in the order of the record; exactly one if not {@code whole}
   * @param carried the user's further fields, as text; absent where the record has none
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

    /** The same entry with nothing in it, for what only needs to be counted. */
    public Entry emptied() {
      return new Entry(key, place, whole, List.of(), Map.of());
    }

    /**
     * The same entry as one of a file that cannot be read to its end: nothing of it can be used,
     * and its session may lack what nobody has seen.
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

    /** Identity and size only: carried fields may hold anything. */
    @Override
    public String toString() {
      return "Entry[" + key + ", " + place + ", messages=" + messages.size() + "]";
    }
  }

  /**
   * A record, or the rest of a file, that became part of no session.
   *
   * @param scope {@link Scope#RECORD} or {@link Scope#FILE}
   * @param detail names, counts and places; never conversation text
   * @param tenant where the record still says it
   * @param sessionId where the record still says it
   */
  record Rejected(
      Scope scope,
      Place place,
      RejectionCode code,
      String detail,
      Optional<String> tenant,
      Optional<String> sessionId)
      implements ParsedRecord {

    /** A rejection of which nothing but the place is known. */
    public static Rejected at(Place place, RejectionCode code, String detail) {
      Scope scope = code == RejectionCode.UNREADABLE_FILE ? Scope.FILE : Scope.RECORD;
      return new Rejected(scope, place, code, detail, Optional.empty(), Optional.empty());
    }
  }
}
