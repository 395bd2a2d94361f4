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
   * @param randomKey see {@link RandomNumbers#randomKey}: with the position in the reply it fixes
   *     every random number
   * @param stopChecks makes the check that sees each generated token in turn; called once, by the
   *     feed's thread, while the check itself is called by the engine's
   */
  public Request(
      TokenIds prompt, SamplingParams sampling, long randomKey, Supplier<StopCheck> stopChecks) {
    if (prompt.isEmpty()) {
      throw new IllegalStateException("a prompt has at least one id. This is a bug.");
    }
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
