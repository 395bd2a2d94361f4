package io.turnmill.job.show;

import io.turnmill.job.results.PromptFacts;
import io.turnmill.job.results.PromptHistory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
    PromptFacts prompts,
    Optional<MergedResult> merged) {

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
  record ShownUnanswered(long turn, Optional<String> field, String code, String detail) {}

  /** Tells identity and size only, because conversation text never reaches a log. */
  @Override
  public String toString() {
    return "ShownSession[" + id + ", " + status + ", messages=" + messages.size() + "]";
  }

  /** Whether the model's own replies stood in the place of a message. */
  boolean isReplaced(int index) {
    return prompts.replaces(messages.get(index).role());
  }

  /**
   * The numbers of the messages that the model was shown for at least one of its replies; all of
   * them where it wrote none.
   */
  Set<Integer> shownToTheModel() {
    if (replies.isEmpty()) {
      return IntStream.range(0, messages.size()).boxed().collect(Collectors.toSet());
    }
    PromptHistory history = history();
    return replies.stream()
        .flatMap(reply -> history.shown(reply.turn(), (int) reply.droppedMessages()).stream())
        .filter(entry -> !entry.isReply())
        .map(PromptHistory.Entry::message)
        .collect(Collectors.toSet());
  }

  private PromptHistory history() {
    return new PromptHistory(
        prompts,
        messages.stream().map(of -> new PromptHistory.Place(of.turn(), of.role())).toList(),
        replies.stream().map(ShownReply::turn).collect(Collectors.toSet()));
  }
}
