package io.turnmill.engine;

import io.turnmill.engine.Outcome.FailureCode;
import java.util.Map;

/**
 * What an engine has done since its start, as of the end of its latest step. Whoever holds an
 * outcome sees it counted.
 *
 * @param steps forward passes that returned
 * @param outOfMemorySteps forward passes that were undone
 * @param rows rows over all steps; divided by {@code steps} it is the mean batch
 * @param prefilledTokens prompt tokens computed
 * @param cachedTokens prompt tokens not computed because a slot held them
 * @param generatedTokens tokens drawn, stop tokens included
 * @param forwardNanos time inside the forward pass
 * @param hostNanos time spent planning, packing and applying
 * @param idleNanos time without work
 * @param slotsInUse sequences that hold a slot
 * @param slotsInUsePeak the most at any time
 * @param waitingRequests requests without a slot
 * @param waitingRequestsPeak the most at any time
 * @param stopped replies that ended by {@code STOP}
 * @param cutOff replies that ended by {@code LENGTH}
 * @param failed failures by code; every code is present
 * @param withdrawn requests taken out by the closing of their feed before they ended
 */
public record EngineStats(
    long steps,
    long outOfMemorySteps,
    long rows,
    long prefilledTokens,
    long cachedTokens,
    long generatedTokens,
    long forwardNanos,
    long hostNanos,
    long idleNanos,
    int slotsInUse,
    int slotsInUsePeak,
    int waitingRequests,
    int waitingRequestsPeak,
    long stopped,
    long cutOff,
    Map<FailureCode, Long> failed,
    long withdrawn) {
  public EngineStats {
    failed = Map.copyOf(failed);
  }
}
