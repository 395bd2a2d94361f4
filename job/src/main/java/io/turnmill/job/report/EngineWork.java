package io.turnmill.job.report;

import java.time.Duration;

/**
 * What the engines of all executors did in a run, together.
 *
 * @param engines how many there were, those included that took the place of failed ones
 */
public record EngineWork(long engines, Tokens tokens, Attention attention, Times times) {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** The work of a run whose engines did nothing. */
  public static final EngineWork NONE =
      new EngineWork(
          0,
          new Tokens(0, 0, 0),
          new Attention(0, 0),
          new Times(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));

  /** The work of both together. */
  public EngineWork plus(EngineWork more) {
    return with(more, 1);
  }

  /** What was done since {@code earlier}. */
  public EngineWork minus(EngineWork earlier) {
    return with(earlier, -1);
  }

  private EngineWork with(EngineWork other, int sign) {
    return new EngineWork(
        engines + sign * other.engines,
        new Tokens(
            tokens.in + sign * other.tokens.in,
            tokens.cached + sign * other.tokens.cached,
            tokens.out + sign * other.tokens.out),
        new Attention(
            attention.needed + sign * other.attention.needed,
            attention.padded + sign * other.attention.padded),
        new Times(
            times.prefill.plus(other.times.prefill.multipliedBy(sign)),
            times.decode.plus(other.times.decode.multipliedBy(sign)),
            times.host.plus(other.times.host.multipliedBy(sign)),
            times.idle.plus(other.times.idle.multipliedBy(sign))));
  }

  /**
   * Tokens that were drawn, or computed where none were drawn, in a second in which an engine was
   * at work; 0 if none was.
   */
  public double tokensPerSecond() {
    double seconds =
        times.prefill.plus(times.decode).plus(times.host).toNanos() / (double) NANOS_PER_SECOND;
    long done = tokens.out > 0 ? tokens.out : tokens.in - tokens.cached;
    return seconds > 0 ? done / seconds : 0;
  }

  /**
   * Tokens, as often as they went through an engine.
   *
   * @param in of prompts
   * @param cached those of them that were not computed
   * @param out drawn
   */
  public record Tokens(long in, long cached, long out) {}

  /**
   * Positions that attention read.
   *
   * @param needed without padding
   * @param padded with it
   */
  public record Attention(long needed, long padded) {}

  /**
   * Where the time of the engines went.
   *
   * @param prefill in passes with tokens of prompts
   * @param decode in the others
   * @param host between passes
   * @param idle without work
   */
  public record Times(Duration prefill, Duration decode, Duration host, Duration idle) {}
}
