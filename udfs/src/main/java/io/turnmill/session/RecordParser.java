package io.turnmill.session;

import io.turnmill.session.MessageEntry.Defect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parses one decoded record, which is a whole session or one message of a session.
 *
 * @param layout what each record holds
 * @param deriveIds whether a whole session without an id gets one made of its place
 * @param timestamps the unit of numbers in fields of times
 */
public record RecordParser(
    FieldNames names,
    RecordLayout layout,
    RoleTable roles,
    boolean deriveIds,
    TimestampUnit timestamps) {

  /** What a record holds. */
  public enum RecordLayout {
    /** The fields of each record decide. */
    AUTO,
    MESSAGES,
    SESSIONS,
    SHAREGPT,
    /** A document, which becomes a session of one message by the user. */
    DOCUMENTS
  }

  /**
   * Parses a record.
   *
   * @param record plain values, as {@link Values} lists them
   * @param carried further fields of this record that the user named
   */
  public ParsedRecord parse(Map<String, ?> record, Place place, Map<String, String> carried) {
    Optional<Object> messages = messages(record);
    boolean whole =
        switch (layout) {
          case AUTO -> messages.isPresent();
          case MESSAGES -> false;
          case SESSIONS, SHAREGPT, DOCUMENTS -> true;
        };
    Fault fault = new Fault(place);
    Optional<String> tenant = tenant(record, fault);
    Optional<String> id = sessionId(record, whole, place, fault);
    if (layout == RecordLayout.DOCUMENTS) {
      return document(record, place, carried, tenant, id, fault);
    }
    if (whole && fault.code.isEmpty() && !(messages.orElse(null) instanceof List)) {
      fault.set(
          RejectionCode.MISSING_MESSAGES,
          messages
              .map(value -> "the messages are " + Values.kind(value))
              .orElseGet(() -> Values.seenAndTried(record, messageLists())));
    }
    if (fault.code.isPresent()) {
      return fault.rejection(tenant, id);
    }
    SessionKey key = new SessionKey(tenant, id.orElseThrow());
    List<MessageEntry> entries =
        whole ? inner(record, (List<?>) messages.orElseThrow()) : List.of(messages().parse(record));
    return new ParsedRecord.Entry(key, place, whole, entries, carried);
  }

  private ParsedRecord document(
      Map<String, ?> record,
      Place place,
      Map<String, String> carried,
      Optional<String> tenant,
      Optional<String> id,
      Fault fault) {
    Map<String, Object> message = new HashMap<>();
    Values.first(record, names.content())
        .ifPresent(text -> message.put(names.content().get(0), text));
    message.put(names.role().get(0), Role.USER.wireName());
    MessageEntry entry = messages().parse(message);
    if (entry instanceof Defect defect) {
      boolean missing = defect.code() == RejectionCode.MISSING_CONTENT;
      fault.set(
          defect.code(), missing ? Values.seenAndTried(record, names.content()) : defect.detail());
    }
    return fault.code.isPresent()
        ? fault.rejection(tenant, id)
        : new ParsedRecord.Entry(
            new SessionKey(tenant, id.orElseThrow()), place, true, List.of(entry), carried);
  }

  private Optional<Object> messages(Map<String, ?> record) {
    return Values.first(record, messageLists());
  }

  private List<String> messageLists() {
    List<String> all = new ArrayList<>();
    if (layout != RecordLayout.SHAREGPT) {
      all.addAll(names.messages());
    }
    if (layout != RecordLayout.SESSIONS) {
      all.addAll(names.sharegpt());
    }
    return all;
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
      fault.set(
          RejectionCode.BLANK_SESSION_ID,
          "the field " + Values.nameOfFirst(record, tried) + " has nothing but white space");
    } else {
      fault.set(
          RejectionCode.MISSING_SESSION_ID,
          value
              .map(v -> "the field " + Values.nameOfFirst(record, tried) + " is " + Values.kind(v))
              .orElseGet(() -> Values.seenAndTried(record, tried)));
    }
    return Optional.empty();
  }

  private List<MessageEntry> inner(Map<String, ?> record, List<?> messages) {
    List<MessageEntry> entries = new ArrayList<>(messages.size() + 1);
    // some archives keep the system prompt beside the list
    if (record.get("system") instanceof String system && !Values.isBlank(system)) {
      entries.add(
          messages().parse(Map.of(names.role().get(0), "system", names.content().get(0), system)));
    }
    for (Object item : messages) {
      entries.add(
          item instanceof Map<?, ?> map
              ? messages().parse(map)
              : new Defect(RejectionCode.NOT_AN_OBJECT, "the message is " + Values.kind(item)));
    }
    return entries;
  }

  private MessageParser messages() {
    return new MessageParser(names, roles, new Timestamps(timestamps));
  }

  /** The first fault of a record. */
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
