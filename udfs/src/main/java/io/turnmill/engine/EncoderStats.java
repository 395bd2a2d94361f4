package io.turnmill.engine;

import io.turnmill.engine.TextOutcome.FailureCode;
import java.util.Map;

/**
 * What an engine for encoders has done since its start, as of the end of its latest step. Whoever
 * holds an outcome sees it counted.
 *
 * @param steps forward passes that returned
 * @param outOfMemorySteps forward passes that were undone
 * @param rows computed
 * @param tokens of these rows
 * @param paddedTokens the same with the padding where rows are padded
 * @param attendedTokens the same with the padding where attention alone pads them
 * @param repeatedTexts texts that were not computed because another had the same row, in the same
 *     window or lately
 * @param forwardNanos time inside the forward pass
 * @param hostNanos time spent planning, packing and delivering
 * @param idleNanos time without work; the present one counts when it has ended
 * @param waitingTexts not computed
 * @param waitingTextsPeak the most at any time
 * @param feeds feeds that are open
 * @param encoded texts that have a vector
 * @param failed failures in the engine by code; every code is present
 * @param withdrawn texts taken out by the closing of their feed before they ended
 */
public record EncoderStats(
    long steps,
    long outOfMemorySteps,
    long rows,
    long tokens,
    long paddedTokens,
    long attendedTokens,
    long repeatedTexts,
    long forwardNanos,
    long hostNanos,
    long idleNanos,
    int waitingTexts,
    int waitingTextsPeak,
    int feeds,
    long encoded,
    Map<FailureCode, Long> failed,
    long withdrawn) {
  public EncoderStats {
    failed = Map.copyOf(failed);
  }
}
