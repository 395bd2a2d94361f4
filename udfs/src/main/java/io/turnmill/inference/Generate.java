package io.turnmill.inference;

import io.turnmill.token.TokenIds;
import java.util.function.Supplier;

/**
 * A request to continue a prompt; the outcome is an {@link Outcome.Completion} or a failure.
 *
 * @param prompt at least one id
 * @param randomKey see {@link RandomNumbers#randomKey}: with the position in the reply it fixes
 *     every random number
 * @param stopChecks makes the check that sees each generated token in turn; called once, by the
 *     feed's thread; the check itself is called by the backend's thread
 */
public record Generate(
    TokenIds prompt,
    SamplingParams sampling,
    long randomKey,
    Supplier<StopCheck> stopChecks,
    String model)
    implements Request {

  public Generate {
    Integrity.check(!prompt.isEmpty(), "a prompt has no id");
  }

  /** A request to the only model of a feed. */
  public Generate(
      TokenIds prompt, SamplingParams sampling, long randomKey, Supplier<StopCheck> stopChecks) {
    this(prompt, sampling, randomKey, stopChecks, ONLY_MODEL);
  }

  @Override
  public Generate to(String model) {
    return new Generate(prompt, sampling, randomKey, stopChecks, model);
  }

  public StopCheck newStopCheck() {
    return stopChecks.get();
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

  /** Counts only: a prompt is conversation text. */
  @Override
  public String toString() {
    return "Generate[promptTokens=" + prompt.size() + "]";
  }
}
