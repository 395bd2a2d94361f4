package io.turnmill.job.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Short sessions in any number, {@code s0}, {@code s1} and so on, of one to five messages. */
public final class SessionsForTests {
  private SessionsForTests() {}

  public static List<JsonNode> made(int count) {
    return made(count, session -> "");
  }

  /**
   * This many sessions, whose last user turns end as the caller says.
   *
   * @param mark what the last user turn of a session ends with
   */
  public static List<JsonNode> made(int count, IntFunction<String> mark) {
    List<JsonNode> sessions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ObjectNode session = ArchiveForTests.JSON.createObjectNode();
      session.put("session_id", "s" + i).put("source", "made");
      ArrayNode messages = session.putArray("messages");
      for (int turn = 0; turn < 2 * (i % 3); turn++) {
        String role = turn % 2 == 0 ? "user" : "assistant";
        messages.addObject().put("role", role).put("content", "Turn " + turn + " of " + i);
      }
      messages.addObject().put("role", "user").put("content", "Question " + i + mark.apply(i));
      sessions.add(session);
    }
    return sessions;
  }
}
