package io.turnmill.job.trial;

import java.util.List;
import java.util.stream.LongStream;

/**
 * Some numbers in brief.
 *
 * @param mean of all
 * @param median half of the numbers are not greater
 * @param p95 95 of 100 are not greater
 * @param max the greatest
 */
record Spread(double mean, long median, long p95, long max) {

  /**
   * Percentiles are numbers that occur: the smallest of which that share is not greater.
   *
   * @param numbers at least one
   */
  static Spread of(List<Long> numbers) {
    long[] sorted = numbers.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Spread(
        LongStream.of(sorted).average().orElseThrow(),
        percentile(sorted, 50),
        percentile(sorted, 95),
        sorted[sorted.length - 1]);
  }

  private static long percentile(long[] sorted, int percent) {
    int place = (sorted.length * percent + 99) / 100;
    return sorted[Math.max(1, place) - 1];
  }
}
