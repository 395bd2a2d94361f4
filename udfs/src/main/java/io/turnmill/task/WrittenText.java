package io.turnmill.task;

import java.util.Optional;

/**
 * A text that a model wrote when it was asked by one message.
 *
 * @param text without the reasoning before it and the stop string or token that ended it
 * @param reasoned what the model reasoned before it, if it did
 * @param finishReason {@code stop}, {@code length} or {@code repetition}
 * @param promptTokens length of the prompt
 * @param cachedTokens how many of the prompt's tokens were not computed again; all of them when the
 *     text was known
 * @param completionTokens how many tokens were drawn, including those of the reasoning, the one
 *     that ended the text, and forced ones
 * @param meanLogprob mean natural log-probability of the drawn tokens under the model, without
 *     forced ones
 */
public record WrittenText(
    String text,
    Optional<Reply.Reasoned> reasoned,
    String finishReason,
    int promptTokens,
    int cachedTokens,
    int completionTokens,
    double meanLogprob) {

  /** The finish reason of a text that is as long as allowed. */
  public static final String LENGTH = "length";

  static WrittenText of(Reply reply) {
    return new WrittenText(
        reply.content(),
        reply.reasoned(),
        reply.finishReason(),
        reply.promptTokens(),
        reply.cachedTokens(),
        reply.completionTokens(),
        reply.meanLogprob());
  }

  /** Whether the text is as long as allowed, so that its end may be missing. */
  public boolean isCutShort() {
    return finishReason.equals(LENGTH);
  }

  /** Whether the text was known from before, so that nothing was computed. */
  public boolean reused() {
    return cachedTokens == promptTokens;
  }

  /** How many tokens went through the model for this text, including those of the prompt. */
  public int computedTokens() {
    return reused() ? 0 : promptTokens - cachedTokens + completionTokens;
  }

  /** Geometric mean of the drawn tokens' probabilities, in [0, 1]. */
  public double confidence() {
    return Math.min(1.0, Math.exp(meanLogprob));
  }

  /** Counts only: it may be text of a conversation or a document. */
  @Override
  public String toString() {
    return "WrittenText[completionTokens=" + completionTokens + "]";
  }
}
