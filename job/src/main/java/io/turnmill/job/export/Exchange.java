package io.turnmill.job.export;

import io.turnmill.job.results.GroupValues;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.example.data.Group;

/**
 * A question, the reply to it, and what was said before.
 *
 * @param turn the place of the question in its session
 * @param history the messages before the question
 * @param question what the user said
 * @param reply what the model or the archive's assistant said to it
 */
record Exchange(long turn, List<Said> history, String question, String reply) {

  /** A message. */
  record Said(String role, String content) {
    private static Said of(Group message) {
      return new Said(
          GroupValues.text(message, "role").orElse("unknown"),
          GroupValues.text(message, "content").orElse(""));
    }

    /** The role and the length only. */
    @Override
    public String toString() {
      return "Said[" + role + ", chars=" + content.length() + "]";
    }
  }

  Exchange {
    history = List.copyOf(history);
  }

  /** The exchanges of a session that the model answered, with the history that it was shown. */
  static List<Exchange> byModel(Group session) {
    List<Group> messages = GroupValues.structs(session, "messages");
    List<Said> said = messages.stream().map(Said::of).toList();
    List<Exchange> exchanges = new ArrayList<>();
    for (Group reply : GroupValues.structs(session, "replies")) {
      long turn = GroupValues.number(reply, "turn");
      int at = place(messages, turn);
      if (at >= 0) {
        int cut = (int) GroupValues.number(reply, "dropped_messages");
        exchanges.add(
            new Exchange(
                turn,
                shown(said.subList(0, at), cut),
                said.get(at).content(),
                GroupValues.text(reply, "content").orElse("")));
      }
    }
    return exchanges;
  }

  /** The exchanges of a session in which the message after a user's one is the assistant's. */
  static List<Exchange> ofArchive(Group session) {
    List<Group> messages = GroupValues.structs(session, "messages");
    List<Said> said = messages.stream().map(Said::of).toList();
    List<Exchange> exchanges = new ArrayList<>();
    for (int i = 0; i + 1 < said.size(); i++) {
      if (said.get(i).role().equals("user") && said.get(i + 1).role().equals("assistant")) {
        exchanges.add(
            new Exchange(
                GroupValues.number(messages.get(i), "turn"),
                said.subList(0, i),
                said.get(i).content(),
                said.get(i + 1).content()));
      }
    }
    return exchanges;
  }

  private static int place(List<Group> messages, long turn) {
    for (int i = 0; i < messages.size(); i++) {
      if (GroupValues.number(messages.get(i), "turn") == turn) {
        return i;
      }
    }
    return -1;
  }

  /** A history without its oldest messages, of which the system messages at the head stay. */
  private static List<Said> shown(List<Said> history, int cut) {
    int head = 0;
    while (head < history.size() && history.get(head).role().equals("system")) {
      head++;
    }
    List<Said> shown = new ArrayList<>(history.subList(0, head));
    shown.addAll(history.subList(Math.min(history.size(), head + cut), history.size()));
    return shown;
  }

  /** The place and the lengths only. */
  @Override
  public String toString() {
    return "Exchange[turn=%s, messages before=%s, chars=%s]"
        .formatted(turn, history.size(), question.length() + reply.length());
  }
}
