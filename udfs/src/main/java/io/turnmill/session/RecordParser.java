package io.turnmill.session;

import io.turnmill.session.MessageEntry.Defect;
import io.turnmill.session.MessageEntry.Draft;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Understands one decoded record: a whole session or one message of one. The parts of a message are
 * checked in the order role, content, turn, timestamp, message id, and the first fault is its
 * defect.
 *
 * @param layout what the records are
 * @param deriveIds whether a record of a whole session that has no id gets one from its place
 */
public record RecordParser(
    FieldNames names, RecordLayout layout, RoleTable roles, boolean deriveIds) {
  private static final Pattern BLANK_NAME = Pattern.compile("\\s+");

  /** What one record is. */
  public enum RecordLayout {
    /** Decided for each record by its fields. */
    AUTO,
    MESSAGES,
    SESSIONS,
    SHAREGPT
  }

  /**
   * What the record says.
   *
   * @param record plain values, as {@link Values} lists them
   * @param carried the user's further fields of this record
   */
  public ParsedRecord parse(Map<String, ?> record, Place place, Map<String, String> carried) {
    Optional<Object> messages = messages(record);
    boolean whole =
        switch (layout) {
          case AUTO -> messages.isPresent();
          case MESSAGES -> false;
          case SESSIONS, SHAREGPT -> true;
        };
    Fault fault = new Fault(place);
    Optional<String> tenant = tenant(record, fault);
    Optional<String> id = sessionId(record, whole, place, fault);
    if (whole && fault.code.isEmpty() && !(messages.orElse(null) instanceof List)) {
      fault.set(
          RejectionCode.MISSING_MESSAGES,
          messages.map(value -> "the messages are " + Values.kind(value)).orElse(""));
    }
    if (fault.code.isPresent()) {
      return fault.rejection(tenant, id);
    }
    SessionKey key = new SessionKey(tenant, id.orElseThrow());
    List<MessageEntry> entries =
        whole ? inner(record, (List<?>) messages.orElseThrow()) : List.of(message(record));
    return new ParsedRecord.Entry(key, place, whole, entries, carried);
  }

  private Optional<Object> messages(Map<String, ?> record) {
    List<String> all = new ArrayList<>();
    if (layout != RecordLayout.SHAREGPT) {
      all.addAll(names.messages());
    }
    if (layout != RecordLayout.SESSIONS) {
      all.addAll(names.sharegpt());
    }
    return Values.first(record, all);
  }

  private Optional<String> tenant(Map<String, ?> record, Fault fault) {
    Optional<String> tenant =
        Values.first(record, names.tenant())
            .flatMap(Values::identifier)
            .filter(text -> !Values.isBlank(text));
    tenant
        .filter(Values::isIllFormed)
        .ifPresent(text -> fault.set(RejectionCode.INVALID_UTF8, "the tenant is ill-formed"));
    return tenant;
  }

  private Optional<String> sessionId(
      Map<String, ?> record, boolean whole, Place place, Fault fault) {
    List<String> tried = new ArrayList<>(names.sessionId());
    if (whole) {
      tried.addAll(names.wholeSessionId());
    }
    Optional<Object> value = Values.first(record, tried);
    Optional<String> id = value.flatMap(Values::identifier);
    boolean blank = id.filter(Values::isBlank).isPresent();
    if (id.isPresent() && !blank) {
      if (Values.isIllFormed(id.get())) {
        fault.set(RejectionCode.INVALID_UTF8, "the session id is ill-formed");
      }
      return id;
    }
    if (whole && deriveIds) {
      String at = place.position().isPresent() ? Long.toString(place.position().getAsLong()) : "";
      return Optional.of(place.sourceFile() + "#" + at);
    }
    if (blank) {
      fault.set(RejectionCode.BLANK_SESSION_ID, "");
    } else {
      fault.set(
          RejectionCode.MISSING_SESSION_ID,
          value.map(v -> "the session id is " + Values.kind(v)).orElse(""));
    }
    return Optional.empty();
  }

  private List<MessageEntry> inner(Map<String, ?> record, List<?> messages) {
    List<MessageEntry> entries = new ArrayList<>(messages.size() + 1);
    // some archives keep the system prompt beside the list
    if (record.get("system") instanceof String system && !Values.isBlank(system)) {
      entries.add(message(Map.of(first(names.role()), "system", first(names.content()), system)));
    }
    for (Object item : messages) {
      entries.add(
          item instanceof Map<?, ?> map
              ? message(map)
              : new Defect(RejectionCode.NOT_AN_OBJECT, "the message is " + Values.kind(item)));
    }
    return entries;
  }

  private static String first(List<String> names) {
    return names.get(0);
  }

  private MessageEntry message(Map<?, ?> map) {
    Optional<Object> roleName =
        Values.first(map, names.role())
            .filter(value -> !(value instanceof String text && Values.isBlank(text)));
    if (roleName.isEmpty()) {
      return new Defect(RejectionCode.MISSING_ROLE, "");
    }
    Optional<Role> role =
        roleName.get() instanceof String text ? roles.find(text) : Optional.empty();
    if (role.isEmpty()) {
      return new Defect(RejectionCode.UNKNOWN_ROLE, roleShown(roleName.get()));
    }
    Content content = Content.parse(Values.first(map, names.content()).orElse(null));
    if (content instanceof Content.Unusable unusable) {
      return new Defect(unusable.code(), unusable.detail());
    }
    return draft(map, role.get(), ((Content.Text) content).text());
  }

  private static String roleShown(Object name) {
    return name instanceof String text
        ? "the role " + Values.shown(BLANK_NAME.matcher(text.strip()).replaceAll(" "))
        : "the role is " + Values.kind(name);
  }

  private MessageEntry draft(Map<?, ?> map, Role role, String content) {
    Optional<Object> turnValue = present(map, names.turn());
    OptionalLong turn = turnValue.map(Turns::parse).orElse(OptionalLong.empty());
    if (turnValue.isPresent() && turn.isEmpty()) {
      return new Defect(RejectionCode.INVALID_TURN, "the turn is " + kindOf(turnValue.get()));
    }
    Optional<Object> timeValue = present(map, names.timestamp());
    Optional<Instant> timestamp = timeValue.flatMap(Timestamps::parse);
    if (timeValue.isPresent() && timestamp.filter(Timestamps::isOfAConversation).isEmpty()) {
      return new Defect(
          RejectionCode.INVALID_TIMESTAMP,
          timestamp.isPresent()
              ? "the timestamp lies outside of the years 1900 to 2261"
              : "the timestamp is " + kindOf(timeValue.get()));
    }
    Optional<String> messageId = present(map, names.messageId()).flatMap(Values::identifier);
    if (messageId.filter(Values::isIllFormed).isPresent()) {
      return new Defect(RejectionCode.INVALID_UTF8, "the message id is ill-formed");
    }
    return new Draft(turn, role, content, timestamp, messageId);
  }

  /** A value that is neither null nor blank: an empty cell of a CSV file says nothing. */
  private static Optional<Object> present(Map<?, ?> map, List<String> names) {
    return Values.first(map, names)
        .filter(value -> !(value instanceof String text && Values.isBlank(text)));
  }

  private static String kindOf(Object value) {
    return value instanceof String text
        ? "text of " + text.length() + " characters"
        : Values.kind(value);
  }

  /** The first thing wrong with a record. */
  private static final class Fault {
    private final Place place;
    private Optional<RejectionCode> code = Optional.empty();
    private String detail = "";

    Fault(Place place) {
      this.place = place;
    }

    void set(RejectionCode why, String what) {
      if (code.isEmpty()) {
        code = Optional.of(why);
        detail = what;
      }
    }

    ParsedRecord.Rejected rejection(Optional<String> tenant, Optional<String> id) {
      return new ParsedRecord.Rejected(
          Scope.RECORD,
          place,
          code.orElseThrow(),
          detail,
          tenant.filter(text -> !Values.isIllFormed(text)),
          id.filter(text -> !Values.isIllFormed(text)));
    }
  }
}
