package io.turnmill.job.show;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One session of the results, as it is in the file: control characters are not made visible yet.
 */
record ShownSession(
    String id,
    Optional<String> tenant,
    Optional<String> variant,
    Optional<String> answeredBy,
    String status,
    Optional<String> errorCode,
    Optional<String> errorDetail,
    Optional<String> bucket,
    List<ShownMessage> messages,
    List<ShownReply> replies,
    List<ShownAnswer> answers,
    List<ShownUnanswered> unanswered,
    Map<String, String> carried,
    long rejectedMessages,
    Optional<String> duplicateOf,
    ShownTask task) {

  /** A message of the archive. */
  record ShownMessage(long turn, String role, String content, Optional<Instant> timestamp) {
    /** Place, role and length only: conversation text never reaches a log. */
    @Override
    public String toString() {
      return "ShownMessage[" + turn + ", " + role + ", chars=" + content.length() + "]";
    }
  }

  /**
   * What the model wrote.
   *
   * @param turn the user turn that it answers
   * @param choice which of several replies to that turn
   * @param reasoning what the model reasoned before it, if it did
   * @param isCutShort whether the budget for reasoning ended it
   * @param droppedMessages the oldest messages that were cut off to make the prompt fit
   */
  record ShownReply(
      long turn,
      long choice,
      String content,
      Optional<String> reasoning,
      String finishReason,
      Optional<String> stopReason,
      long promptTokens,
      long cachedTokens,
      long completionTokens,
      long reasoningTokens,
      boolean isCutShort,
      Optional<Double> confidence,
      long droppedMessages) {
    /** Place and length only: replies never reach a log. */
    @Override
    public String toString() {
      return "ShownReply[" + turn + ", chars=" + content.length() + "]";
    }
  }

  /** A turn that was asked and has no reply. */
  record ShownUnanswered(long turn, String code, String detail) {}

  /** Tells identity and size only, because conversation text never reaches a log. */
  @Override
  public String toString() {
    return "ShownSession[" + id + ", " + status + ", messages=" + messages.size() + "]";
  }

  /** Whether the model's own replies stood in the place of a message. */
  boolean isReplaced(int index) {
    return task.repliesStandIn() && messages.get(index).role().equals("assistant");
  }

  /**
   * Whether the model was shown a message: nothing after the last turn that it answered, unless it
   * was shown whole sessions, and not the oldest messages, after the system messages at the head,
   * if they were cut off.
   */
  boolean shownToTheModel(int index) {
    int head = 0;
    while (head < messages.size() && messages.get(head).role().equals("system")) {
      head++;
    }
    if (replies.isEmpty()) {
      return true;
    }
    if (isReplaced(index)) {
      return false;
    }
    int place = placeInPrompt(index);
    for (ShownReply reply : replies) {
      long turn = messages.get(index).turn();
      boolean cutOff = place >= head && place < head + reply.droppedMessages();
      boolean isBefore = task.isWhole() || turn < reply.turn();
      if (turn == reply.turn() || (isBefore && !cutOff)) {
        return true;
      }
    }
    return false;
  }

  /** The number of a message among those of a prompt that was not cut. */
  private int placeInPrompt(int index) {
    if (!task.repliesStandIn()) {
      return index;
    }
    long turn = messages.get(index).turn();
    long others = IntStream.range(0, index).filter(before -> !isReplaced(before)).count();
    return (int) (others + replies.stream().filter(reply -> reply.turn() < turn).count());
  }
}
