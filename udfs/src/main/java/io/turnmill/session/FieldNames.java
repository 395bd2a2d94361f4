package io.turnmill.session;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The names that the fields of a record may have, in the order in which they are tried; the first
 * field that is there and not null is taken. If no field has a name that contains dots, the name is
 * a path into nested objects.
 *
 * @param wholeSessionId further names of the session id that count only if the record is a whole
 *     session
 * @param messages lists of messages
 * @param sharegpt lists of messages as ShareGPT writes them
 */
public record FieldNames(
    List<String> sessionId,
    List<String> wholeSessionId,
    List<String> turn,
    List<String> role,
    List<String> content,
    List<String> timestamp,
    List<String> messageId,
    List<String> tenant,
    List<String> messages,
    List<String> sharegpt) {

  /** The names that published archives use, for every field that the user has not named. */
  public static final FieldNames USUAL =
      new FieldNames(
          List.of("session_id", "sessionId", "conversation_id", "conversationId"),
          List.of("custom_id", "id"),
          List.of("turn", "turn_index"),
          List.of("role", "from", "speaker"),
          List.of("content", "value", "text"),
          List.of("timestamp", "created_at"),
          List.of("message_id", "messageId", "id"),
          List.of("tenant", "tenant_id"),
          List.of("messages", "body.messages"),
          List.of("conversations"));

  /** These names, or the one that the user gives instead. */
  static List<String> chosen(String name, List<String> usual) {
    return name.isEmpty() ? usual : List.of(name);
  }

  /** The usual names, except where a name is given; an empty string gives none. */
  public static FieldNames of(
      String sessionId,
      String turn,
      String role,
      String content,
      String timestamp,
      String messageId,
      String tenant,
      String messages) {
    return new FieldNames(
        chosen(sessionId, USUAL.sessionId),
        sessionId.isEmpty() ? USUAL.wholeSessionId : List.of(),
        chosen(turn, USUAL.turn),
        chosen(role, USUAL.role),
        chosen(content, USUAL.content),
        chosen(timestamp, USUAL.timestamp),
        chosen(messageId, USUAL.messageId),
        chosen(tenant, USUAL.tenant),
        chosen(messages, USUAL.messages),
        chosen(messages, USUAL.sharegpt));
  }

  /**
   * The names in records that hold a document each.
   *
   * @param id the name of the field with the id, or empty
   * @param text the name of the field with the text, or empty
   */
  public static FieldNames ofDocuments(String id, String text) {
    return new FieldNames(
        chosen(id, List.of("document_id", "doc_id", "custom_id", "id")),
        List.of(),
        List.of(),
        List.of("role"),
        chosen(text, List.of("text", "content", "body", "document")),
        List.of(),
        List.of(),
        USUAL.tenant,
        List.of(),
        List.of());
  }

  /** The outermost names of all these fields: what a columnar file needs to be read for. */
  public Set<String> topLevel() {
    List<String> all = new ArrayList<>();
    for (List<String> names :
        List.of(
            sessionId,
            wholeSessionId,
            turn,
            role,
            content,
            timestamp,
            messageId,
            tenant,
            messages,
            sharegpt)) {
      all.addAll(names);
    }
    Set<String> top = new LinkedHashSet<>(all);
    for (String name : all) {
      int dot = name.indexOf('.');
      if (dot > 0) {
        top.add(name.substring(0, dot));
      }
    }
    return top;
  }
}
