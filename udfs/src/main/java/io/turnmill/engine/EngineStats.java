package io.turnmill.engine;

import io.turnmill.engine.Outcome.FailureCode;
import java.util.Map;

/**
 * What an engine has done since its start, as of the end of its latest step. Whoever holds an
 * outcome sees it counted.
 *
 * @param prefillSteps forward passes that returned and had tokens of a prompt
 * @param decodeSteps forward passes that returned and had none
 * @param outOfMemorySteps forward passes that were undone
 * @param rows rows over all steps; divided by {@code steps} it is the mean batch
 * @param prefilledTokens prompt tokens computed
 * @param cachedTokens prompt tokens not computed because a slot held them
 * @param generatedTokens tokens drawn, stop tokens included
 * @param attendedPositions positions that attention had to read: over all steps and rows the length
 *     of the sequence
 * @param paddedPositions the same with the padding of rows to a common length
 * @param prefillNanos time inside forward passes with tokens of a prompt, undone ones included
 * @param decodeNanos time inside the others
 * @param hostNanos time spent planning, packing and applying
 * @param idleNanos time without work; the present one counts when it has ended
 * @param slots sequences that may be under way at once; fewer once a long one was among them
 * @param slotsInUse sequences that hold a slot
 * @param slotsInUsePeak the most at any time
 * @param waitingRequests requests without a slot
 * @param waitingRequestsPeak the most at any time
 * @param feeds feeds that are open
 * @param stopped replies that ended by {@code STOP}
 * @param cutOff replies that ended by {@code LENGTH}
 * @param failed failures by code; every code is present
 * @param withdrawn requests taken out by the closing of their feed before they ended
 */
public record EngineStats(
    long prefillSteps,
    long decodeSteps,
    long outOfMemorySteps,
    long rows,
    long prefilledTokens,
    long cachedTokens,
    long generatedTokens,
    long attendedPositions,
    long paddedPositions,
    long prefillNanos,
    long decodeNanos,
    long hostNanos,
    long idleNanos,
    int slots,
    int slotsInUse,
    int slotsInUsePeak,
    int waitingRequests,
    int waitingRequestsPeak,
    int feeds,
    long stopped,
    long cutOff,
    Map<FailureCode, Long> failed,
    long withdrawn) {
  public EngineStats {
    failed = Map.copyOf(failed);
  }

  /** Forward passes that returned. */
  public long steps() {
    return prefillSteps + decodeSteps;
  }

  /** Time inside the forward pass. */
  public long forwardNanos() {
    return prefillNanos + decodeNanos;
  }
}
