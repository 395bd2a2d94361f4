package io.turnmill.job.export;

import io.turnmill.job.results.GroupValues;
import io.turnmill.job.results.PromptFacts;
import io.turnmill.job.results.PromptHistory;
import io.turnmill.job.results.PromptHistory.Entry;
import io.turnmill.job.results.PromptHistory.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;

/**
 * A question, the reply to it, and what was said before.
 *
 * @param turn the place of the question in its session
 * @param history the messages before the question
 * @param question what the user said
 * @param between the messages between the question and the reply, where the model continued a
 *     message that does not follow the question at once
 * @param reply what the model or the archive's assistant said to it
 */
record Exchange(long turn, List<Said> history, String question, List<Said> between, String reply) {

  /** A message. */
  record Said(String role, String content) {
    private static Said of(Group message) {
      return new Said(roleOf(message), GroupValues.text(message, "content").orElse(""));
    }

    /** The role and the length only. */
    @Override
    public String toString() {
      return "Said[" + role + ", chars=" + content.length() + "]";
    }
  }

  Exchange {
    history = List.copyOf(history);
    between = List.copyOf(between);
  }

  /** The exchanges of a session that the model answered, with the history that it was shown. */
  static List<Exchange> byModel(Group session, PromptFacts prompts) {
    return new ByModel(session, prompts).exchanges();
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
                turn(messages.get(i)),
                said.subList(0, i),
                said.get(i).content(),
                List.of(),
                said.get(i + 1).content()));
      }
    }
    return exchanges;
  }

  private static long turn(Group message) {
    return GroupValues.number(message, "turn");
  }

  private static String roleOf(Group message) {
    return GroupValues.text(message, "role").orElse("unknown");
  }

  /** A session with the replies of the model. */
  private static final class ByModel {
    private final List<Group> messages;
    private final List<Said> said;
    private final List<Group> replies;

    /** The model's first reply to each turn. */
    private final Map<Long, Said> first = new HashMap<>();

    private final PromptHistory history;

    ByModel(Group session, PromptFacts prompts) {
      messages = GroupValues.structs(session, "messages");
      said = messages.stream().map(Said::of).toList();
      replies = GroupValues.structs(session, "replies");
      for (Group reply : replies) {
        first.putIfAbsent(turn(reply), new Said("assistant", content(reply)));
      }
      List<Place> places =
          messages.stream().map(message -> new Place(turn(message), roleOf(message))).toList();
      history = new PromptHistory(prompts, places, first.keySet());
    }

    List<Exchange> exchanges() {
      List<Exchange> exchanges = new ArrayList<>();
      for (Group reply : replies) {
        int cut = (int) GroupValues.number(reply, "dropped_messages");
        List<Entry> shown = history.shown(turn(reply), cut);
        for (int i = 0; i < shown.size(); i++) {
          if (!shown.get(i).isReply()
              && turn(messages.get(shown.get(i).message())) == turn(reply)) {
            exchanges.add(exchange(reply, shown, i));
          }
        }
      }
      return exchanges;
    }

    /**
     * @param question where the question is among the messages that were shown
     */
    private Exchange exchange(Group reply, List<Entry> shown, int question) {
      List<Said> all = shown.stream().map(this::said).toList();
      boolean isContinued = history.isContinued();
      int end = isContinued ? all.size() - 1 : all.size();
      String before = isContinued ? all.get(end).content() : "";
      return new Exchange(
          turn(reply),
          all.subList(0, question),
          all.get(question).content(),
          all.subList(question + 1, end),
          before + content(reply));
    }

    private Said said(Entry entry) {
      return entry.isReply()
          ? first.get(turn(messages.get(entry.message())))
          : said.get(entry.message());
    }

    private static String content(Group reply) {
      return GroupValues.text(reply, "content").orElse("");
    }
  }

  /** The place and the lengths only. */
  @Override
  public String toString() {
    return "Exchange[turn=%s, messages before=%s, chars=%s]"
        .formatted(turn, history.size(), question.length() + reply.length());
  }
}
