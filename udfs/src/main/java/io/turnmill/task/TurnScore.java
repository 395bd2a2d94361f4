package io.turnmill.task;

import java.util.List;
import java.util.Optional;

/**
 * How likely a text of the archive is as a turn by the assistant.
 *
 * @param turn the turn by the assistant, or the user turn to which a carried field is a reply
 * @param field the name of the carried field that was scored; empty for a turn of the session
 * @param logprobs the natural log-probability of each of its tokens, the one that ends the turn
 *     among them
 * @param promptTokens length of what stands before it
 * @param cachedTokens how many of these were not computed again
 * @param computedTokens how many tokens went through the model
 * @param droppedMessages how many messages of the session were cut off to make it fit
 */
public record TurnScore(
    int turn,
    Optional<String> field,
    List<Float> logprobs,
    int promptTokens,
    int cachedTokens,
    int computedTokens,
    int droppedMessages) {

  public TurnScore {
    logprobs = List.copyOf(logprobs);
  }

  /** The log-probability of the whole turn. */
  public double sum() {
    return logprobs.stream().mapToDouble(Float::doubleValue).sum();
  }

  /** The mean log-probability of a token: what a language model's loss is, with the sign turned. */
  public double mean() {
    return sum() / logprobs.size();
  }

  /** The perplexity of the turn: e to the power of minus the mean. */
  public double perplexity() {
    return Math.exp(-mean());
  }

  /** Counts only. */
  @Override
  public String toString() {
    return "TurnScore[turn=" + turn + ", tokens=" + logprobs.size() + "]";
  }
}
