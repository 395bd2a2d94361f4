package io.turnmill.task;

import io.turnmill.session.Message;
import io.turnmill.session.Session;
import java.util.List;

/** Makes the text that a question is about, in place of the messages of a session. */
public interface AskedText {
  /**
   * The text for a session or for a turn.
   *
   * @param shown the messages of the session that the model may see
   * @param turn the turn that is asked about; the last turn by the user for the whole session
   * @throws io.turnmill.prompt.PromptRefusal if there is no text for this session
   */
  String of(Session session, List<Message> shown, int turn);
}
