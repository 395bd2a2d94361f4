package io.turnmill.job.write;

import java.util.Map;

/**
 * The books of a run, counted from the written data, never from counters that a retry could count
 * twice.
 *
 * @param records records read
 * @param messages messages seen in records of a known session, good or bad
 * @param sessions sessions seen
 * @param ok sessions with a reply
 * @param failed sessions whose inference failed
 * @param rejectedSessions sessions that could not be asked
 * @param rejectedMessages messages that were left out
 * @param rejectedRecords records that belong to no session
 * @param byCode rejections and failures by code
 * @param promptTokens tokens of all prompts
 * @param cachedTokens of these, not computed
 * @param completionTokens tokens drawn
 */
public record Books(
    long records,
    long messages,
    long sessions,
    long ok,
    long failed,
    long rejectedSessions,
    long rejectedMessages,
    long rejectedRecords,
    Map<String, Long> byCode,
    long promptTokens,
    long cachedTokens,
    long completionTokens) {

  /** Whether every session that came in is out exactly once. */
  public boolean balanced() {
    return sessions == ok + failed + rejectedSessions;
  }
}
