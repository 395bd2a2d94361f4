package io.turnmill.job.report;

import java.time.Duration;

/**
 * What the engines of all executors did in a run, together.
 *
 * @param engines how many there were, those included that took the place of failed ones
 */
public record EngineWork(long engines, Tokens tokens, Attention attention, Times times) {
  /** The work of a run whose engines did nothing. */
  public static final EngineWork NONE =
      new EngineWork(
          0,
          new Tokens(0, 0, 0),
          new Attention(0, 0),
          new Times(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));

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
