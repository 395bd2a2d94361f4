package io.turnmill.task;

import io.turnmill.inference.TokenLogprob;
import java.util.List;
import java.util.Optional;

/**
 * The reply of the model to one user turn.
 *
 * @param turn the user turn that it answers
 * @param choice the number of this reply among several to the same turn, from 0
 * @param content the text, without the reasoning before it and the stop string or token that ended
 *     it
 * @param reasoned what the model reasoned before it, if it did
 * @param finishReason {@code stop}, {@code length} or {@code repetition}
 * @param stopReason the stop string, or the stop token's id as a number; empty if the model's
 *     end-of-sequence token or the length ended it
 * @param promptTokens length of the prompt
 * @param cachedTokens how many of the prompt's tokens were not computed again; all of them when the
 *     reply was known
 * @param completionTokens how many tokens were drawn, including those of the reasoning, the one
 *     that ended the reply, and forced ones
 * @param meanLogprob mean natural log-probability of the drawn tokens under the model, without
 *     forced ones
 * @param droppedMessages how many messages of the session were cut from the prompt to make it fit
 * @param logprobs one entry for each drawn token, if asked for; otherwise empty
 */
public record Reply(
    int turn,
    int choice,
    String content,
    Optional<Reasoned> reasoned,
    String finishReason,
    Optional<String> stopReason,
    int promptTokens,
    int cachedTokens,
    int completionTokens,
    double meanLogprob,
    int droppedMessages,
    List<TokenLogprob> logprobs) {

  /**
   * What the model reasoned before its answer.
   *
   * @param text without the markers around it
   * @param tokens how many tokens it has
   * @param isCutShort whether the budget for reasoning ended it, and not the model
   */
  public record Reasoned(String text, int tokens, boolean isCutShort) {
    /** Counts only: reasoning is conversation text. */
    @Override
    public String toString() {
      return "Reasoned[tokens=" + tokens + "]";
    }
  }

  /** Geometric mean of the drawn tokens' probabilities, in [0, 1]. */
  public double confidence() {
    return Math.min(1.0, Math.exp(meanLogprob));
  }

  /** Whether the reply was known from before, so that nothing was computed. */
  public boolean reused() {
    return cachedTokens == promptTokens;
  }

  /** How many tokens went through the model for this reply, including those of the prompt. */
  public int computedTokens() {
    return reused() ? 0 : promptTokens - cachedTokens + completionTokens;
  }

  /** Counts only: replies are conversation text. */
  @Override
  public String toString() {
    return "Reply[turn="
        + turn
        + ", choice="
        + choice
        + ", completionTokens="
        + completionTokens
        + "]";
  }
}
