package io.turnmill.job.report;

import java.time.Duration;
import java.util.Map;

/**
 * The books of a run.
 *
 * @param sessionsIn sessions found in the input
 * @param sessionsOk sessions with all replies
 * @param sessionsRejected sessions that did not pass a check
 * @param sessionsFailed sessions whose inference failed
 * @param recordsRejected records and messages that did not pass a check, outside of rejected
 *     sessions
 * @param lostShare share of the text in files that could not be read, from 0 to 1
 * @param messages messages in the sessions
 * @param promptTokens tokens that the model read, cached ones among them
 * @param cachedTokens tokens of prompts that were not computed again
 * @param completionTokens tokens of all replies
 * @param cachedReplies replies that were known from before, and not computed
 * @param computedTokens tokens that went through the model
 * @param elapsed time of the whole run
 * @param rejectedByCode rows of the {@code rejected} table by code
 * @param failedByCode failed sessions by error code
 */
public record Totals(
    long sessionsIn,
    long sessionsOk,
    long sessionsRejected,
    long sessionsFailed,
    long recordsRejected,
    double lostShare,
    long messages,
    long promptTokens,
    long cachedTokens,
    long completionTokens,
    long cachedReplies,
    long computedTokens,
    Duration elapsed,
    Map<String, Long> rejectedByCode,
    Map<String, Long> failedByCode) {
  public Totals {
    rejectedByCode = Map.copyOf(rejectedByCode);
    failedByCode = Map.copyOf(failedByCode);
  }

  /** Whether every session that went in came out once. */
  public boolean balanced() {
    return sessionsIn == sessionsOk + sessionsRejected + sessionsFailed;
  }
}
