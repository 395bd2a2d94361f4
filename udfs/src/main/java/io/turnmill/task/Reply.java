package io.turnmill.task;

import io.turnmill.inference.TokenLogprob;
import java.util.List;
import java.util.Optional;

/**
 * What the model said to one user turn.
 *
 * @param turn the user turn that it answers
 * @param choice which of several replies to that turn, from 0
 * @param content the text, without the stop string or token that ended it
 * @param finishReason {@code stop} or {@code length}
 * @param stopReason the stop string, or the stop token's id as a number; empty where the model's
 *     end-of-sequence token or the length ended it
 * @param promptTokens length of the prompt
 * @param cachedTokens how many of them were not computed again; all when the reply was known
 * @param completionTokens tokens drawn, the one that ended the reply included
 * @param meanLogprob mean natural log-probability of the drawn tokens under the model
 * @param droppedMessages messages of the session that were cut from the prompt to make it fit
 * @param logprobs of each drawn token, if asked for; else empty
 */
public record Reply(
    int turn,
    int choice,
    String content,
    String finishReason,
    Optional<String> stopReason,
    int promptTokens,
    int cachedTokens,
    int completionTokens,
    double meanLogprob,
    int droppedMessages,
    List<TokenLogprob> logprobs) {

  /** Geometric mean of the drawn tokens' probabilities, in [0, 1]. */
  public double confidence() {
    return Math.min(1.0, Math.exp(meanLogprob));
  }

  /** Whether it was known from before, and nothing of it computed. */
  public boolean reused() {
    return cachedTokens == promptTokens;
  }

  /** Tokens that went through the model for it, those of the prompt among them. */
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
