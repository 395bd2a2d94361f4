package io.turnmill.job.prepare;

import java.util.Map;

/**
 * What one bucket of a staged data set holds.
 *
 * @param sessions that go on to the model
 * @param messages of these sessions
 * @param characters of these messages, in code points
 * @param rejected rows of the bucket's rejections, by scope and code
 */
public record StagedBucket(
    int bucket,
    long sessions,
    long messages,
    long characters,
    Map<String, Map<String, Long>> rejected) {
  public StagedBucket {
    rejected = Map.copyOf(rejected);
  }

  /** Rows of the bucket's rejections. */
  public long rejectedRows() {
    return rejected.values().stream()
        .flatMap(codes -> codes.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }
}
