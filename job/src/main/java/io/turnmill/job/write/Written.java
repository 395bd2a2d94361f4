package io.turnmill.job.write;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the output folder holds.
 *
 * @param ok sessions with a reply
 * @param failedByCode sessions whose inference failed
 * @param rejectedByScope rows of {@code rejected}, by scope and code
 * @param promptTokens tokens of all prompts
 * @param cachedTokens of these, not computed
 * @param completionTokens tokens of all replies
 * @param cachedReplies replies that were known from before
 * @param computedTokens tokens that went through the model
 */
public record Written(
    long ok,
    Map<String, Long> failedByCode,
    Map<String, Map<String, Long>> rejectedByScope,
    long promptTokens,
    long cachedTokens,
    long completionTokens,
    long cachedReplies,
    long computedTokens) {

  public long failed() {
    return sum(failedByCode);
  }

  /** Rows of {@code rejected} of one scope. */
  public long rejected(String scope) {
    return sum(rejectedByScope.getOrDefault(scope, Map.of()));
  }

  /** Rows of {@code rejected} by code. */
  public Map<String, Long> rejectedByCode() {
    Map<String, Long> all = new TreeMap<>();
    rejectedByScope.values().forEach(codes -> codes.forEach((c, n) -> all.merge(c, n, Long::sum)));
    return all;
  }

  static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
