package io.turnmill.task;

import io.turnmill.chunk.Chunk;
import io.turnmill.prompt.jinja.Variables;
import io.turnmill.session.Message;
import io.turnmill.session.Role;
import io.turnmill.session.Session;
import io.turnmill.session.SessionKey;
import io.turnmill.session.Transcript;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A chunk as a session of one message, so that tasks over sessions can be asked about it. What is
 * known of the chunk stands in carried fields whose names no column of an archive has.
 */
public final class ChunkSession {
  /** The names of all these fields begin with this. */
  private static final String RESERVED = "turnmill.";

  /** The id of the document, or of the session that was cut. */
  static final String DOCUMENT = RESERVED + "document";

  /** The number of the chunk. */
  static final String NUMBER = RESERVED + "chunk";

  /** The headings under which the chunk begins, the highest level first. */
  static final String HEADINGS = RESERVED + "headings";

  private static final String BETWEEN_HEADINGS = " > ";

  private ChunkSession() {}

  /**
   * A session of one message by the user, which is the chunk's text.
   *
   * @param item the document, or the session that was cut; the chunk's key is made of it
   * @param fields what is known of the item besides its text
   */
  public static Session of(SessionKey item, Chunk chunk, String text, Map<String, String> fields) {
    Map<String, String> carried = new TreeMap<>(fields);
    carried.put(DOCUMENT, item.sessionId());
    carried.put(NUMBER, Integer.toString(chunk.number()));
    carried.put(HEADINGS, String.join(BETWEEN_HEADINGS, chunk.headings()));
    return new Session(
        new SessionKey(item.tenant(), item.sessionId() + "#" + chunk.number()),
        List.of(Message.of(0, Role.USER, text)),
        carried);
  }

  /** Whether a session is a chunk. */
  static boolean isChunk(Session session) {
    return session.carried().containsKey(NUMBER);
  }

  /** The text of the chunk; of a session of several messages all of them. */
  static String text(Session session) {
    List<Message> messages = session.messages();
    return messages.size() == 1 ? messages.get(0).content() : Transcript.of(messages);
  }

  /**
   * What random numbers depend on: the item and the number of the chunk, however the chunk's key is
   * written.
   */
  static String identity(Session session) {
    String tenant = session.key().tenant().map(of -> of + "\u0000").orElse("");
    return tenant + document(session) + "\u0000" + session.carried().getOrDefault(NUMBER, "");
  }

  private static String document(Session session) {
    return session.carried().getOrDefault(DOCUMENT, session.key().sessionId());
  }

  /**
   * The variables of templates about a chunk: {@code chunk}, its text; {@code headings}, joined by
   * {@code >}; {@code document}, the id; and {@code fields}.
   */
  static Variables variables(Session session) {
    Map<String, String> fields = new TreeMap<>(session.carried()); // the same order everywhere
    fields.keySet().removeIf(name -> name.startsWith(RESERVED));
    return new Variables()
        .input("chunk", text(session))
        .input("headings", session.carried().getOrDefault(HEADINGS, ""))
        .input("document", document(session))
        .input("fields", fields);
  }
}
