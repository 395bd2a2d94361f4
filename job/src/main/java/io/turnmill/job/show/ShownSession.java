package io.turnmill.job.show;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One session of the results, as it is in the file: control characters are not made visible yet.
 */
record ShownSession(
    String id,
    Optional<String> tenant,
    String status,
    Optional<String> errorCode,
    Optional<String> errorDetail,
    Optional<String> bucket,
    List<ShownMessage> messages,
    List<ShownReply> replies,
    List<ShownAnswer> answers,
    List<ShownUnanswered> unanswered,
    Map<String, String> carried,
    long rejectedMessages) {

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
   * @param droppedMessages the oldest messages that were cut off to make the prompt fit
   */
  record ShownReply(
      long turn,
      long choice,
      String content,
      String finishReason,
      Optional<String> stopReason,
      long promptTokens,
      long cachedTokens,
      long completionTokens,
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

  /**
   * Whether the model was shown a message: nothing after the last turn that it answered, and not
   * the oldest messages, after the system messages at the head, if they were cut off.
   */
  boolean shownToTheModel(int index) {
    int head = 0;
    while (head < messages.size() && messages.get(head).role().equals("system")) {
      head++;
    }
    if (replies.isEmpty()) {
      return true;
    }
    for (ShownReply reply : replies) {
      long turn = messages.get(index).turn();
      boolean cutOff = index >= head && index < head + reply.droppedMessages();
      if (turn == reply.turn() || (turn < reply.turn() && !cutOff)) {
        return true;
      }
    }
    return false;
  }
}
