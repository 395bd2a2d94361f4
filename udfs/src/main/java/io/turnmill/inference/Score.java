package io.turnmill.inference;

import io.turnmill.token.TokenIds;
import java.util.List;

/**
 * A question how likely some continuations of a prompt are; nothing is drawn. The outcome is an
 * {@link Outcome.Scores} or a failure. What several continuations begin with is computed once. Each
 * is scored as if prompt and continuation were one text: a model whose positions depend on the
 * length of the text takes the length of both together.
 *
 * @param prompt at least one id
 * @param continuations at least one, each of at least one id
 */
public record Score(TokenIds prompt, List<TokenIds> continuations, String model)
    implements Request {

  public Score {
    continuations = List.copyOf(continuations);
    Integrity.check(!prompt.isEmpty(), "a prompt has no id");
    Integrity.check(!continuations.isEmpty(), "nothing is to be scored");
    Integrity.check(
        continuations.stream().noneMatch(TokenIds::isEmpty), "a continuation has no id");
  }

  /** A request to the only model of a feed. */
  public Score(TokenIds prompt, List<TokenIds> continuations) {
    this(prompt, continuations, ONLY_MODEL);
  }

  @Override
  public Score to(String model) {
    return new Score(prompt, continuations, model);
  }

  /** Identity, not value: a work gets its own objects back. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /** Counts only: prompts and continuations are conversation text. */
  @Override
  public String toString() {
    return "Score[promptTokens=" + prompt.size() + ", continuations=" + continuations.size() + "]";
  }
}
