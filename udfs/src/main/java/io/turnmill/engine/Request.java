package io.turnmill.engine;

import io.turnmill.token.TokenIds;
import java.util.function.Supplier;

/** One prompt to be continued. Identity, not value: a {@link Work} gets its own objects back. */
public final class Request {
  private final TokenIds prompt;
  private final SamplingParams sampling;
  private final long randomKey;
  private final Supplier<StopCheck> stopChecks;

  /**
   * @param prompt at least one id
   * @param randomKey hash of (seed, session, turn): with the position it fixes every random number
   * @param stopChecks makes the check that sees each generated token in turn
   */
  public Request(
      TokenIds prompt, SamplingParams sampling, long randomKey, Supplier<StopCheck> stopChecks) {
    this.prompt = prompt;
    this.sampling = sampling;
    this.randomKey = randomKey;
    this.stopChecks = stopChecks;
  }

  public TokenIds prompt() {
    return prompt;
  }

  public SamplingParams sampling() {
    return sampling;
  }

  public long randomKey() {
    return randomKey;
  }

  public StopCheck newStopCheck() {
    return stopChecks.get();
  }
}
