package io.turnmill.chunk;

import io.turnmill.document.DocumentText;
import io.turnmill.session.Message;
import io.turnmill.session.Transcript;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages of a session as a document: each is a turn as {@link Transcript} writes it, and an empty
 * line stands between two.
 */
public final class SessionText {
  private static final String BETWEEN = "\n\n";

  private final DocumentText document;
  private final List<Message> messages;

  private SessionText(DocumentText document, List<Message> messages) {
    this.document = document;
    this.messages = messages;
  }

  /** The text of {@code messages}, which are in order. */
  public static SessionText of(List<Message> messages) {
    StringBuilder text = new StringBuilder();
    List<Integer> turns = new ArrayList<>();
    for (Message message : messages) {
      text.append(turns.isEmpty() ? "" : BETWEEN);
      turns.add(text.length());
      text.append(Transcript.of(List.of(message)));
    }
    DocumentText document =
        new DocumentText(text.toString(), List.of(), List.of(), List.of(), turns);
    return new SessionText(document, List.copyOf(messages));
  }

  public DocumentText document() {
    return document;
  }

  /** The turns of the session that a chunk of {@link #document()} has a part of. */
  public TurnRange turns(Chunk chunk) {
    return new TurnRange(turn(chunk.span().from()), turn(chunk.span().to() - 1));
  }

  private int turn(int place) {
    int low = 0;
    int high = messages.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (document.turns().get(middle) <= place) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return messages.get(low).turn();
  }

  /** Tells the size only, because conversation text never reaches a log. */
  @Override
  public String toString() {
    return "SessionText[messages=" + messages.size() + "]";
  }
}
