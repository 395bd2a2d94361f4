package io.turnmill.job.results;

import io.turnmill.prompt.CutConversation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Finds out what the model was shown of a session when it was asked about one of its turns. */
public final class PromptHistory {
  private final PromptFacts facts;
  private final List<Place> messages;
  private final Set<Long> replied;

  /** A message of the session. */
  public record Place(long turn, String role) {}

  /**
   * A message in a prompt.
   *
   * @param message the number of a message of the session
   * @param isReply whether it is the model's reply to that message, and not the message itself
   */
  public record Entry(int message, boolean isReply) {}

  /**
   * @param messages all messages of the session, in order
   * @param replied the turns to which the model replied
   */
  public PromptHistory(PromptFacts facts, List<Place> messages, Set<Long> replied) {
    this.facts = facts;
    this.messages = List.copyOf(messages);
    this.replied = Set.copyOf(replied);
  }

  /**
   * The messages of the session that a prompt was made of, in order.
   *
   * @param turn the user turn that was asked about
   * @param dropped how many messages were cut from the prompt to make it fit
   */
  public List<Entry> shown(long turn, int dropped) {
    int asked = place(turn);
    int end = isWhole() ? messages.size() : asked + 1;
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < end; i++) {
      if (!facts.replaces(messages.get(i).role())) {
        entries.add(new Entry(i, false));
      }
      if (facts.repliesStandIn() && i < asked && replied.contains(messages.get(i).turn())) {
        entries.add(new Entry(i, true));
      }
    }
    return CutConversation.kept(entries, dropped, this::isSystem);
  }

  /** Whether the model continued the last message, instead of answering the last user turn. */
  public boolean isContinued() {
    return facts.isAboutLastTurn()
        && !facts.isTemplate()
        && facts.continuesFinalMessage()
        && !messages.isEmpty()
        && messages.get(messages.size() - 1).role().equals(PromptFacts.ASSISTANT);
  }

  /** Whether messages after the turn that is answered were shown, too. */
  private boolean isWhole() {
    return isContinued() || (facts.isAboutLastTurn() && facts.isTemplate());
  }

  private boolean isSystem(Entry entry) {
    return !entry.isReply() && messages.get(entry.message()).role().equals("system");
  }

  /** The number of the message at a turn; -1 if it is not among those of the session. */
  private int place(long turn) {
    return IntStream.range(0, messages.size())
        .filter(i -> messages.get(i).turn() == turn)
        .findFirst()
        .orElse(-1);
  }
}
