package io.turnmill.job.metrics;

import io.turnmill.inference.Metric;
import io.turnmill.inference.Metrics;
import java.util.Map;

/** An engine whose numbers a test sets. */
final class StatsForTests {
  private StatsForTests() {}

  /** This many steps of each kind, tokens and positions, and sequences in 8 slots. */
  static Metrics of(long steps, int slotsInUse) {
    Map<Metric, Long> numbers =
        Map.ofEntries(
            Map.entry(Metric.ENGINES, 1L),
            Map.entry(Metric.PREFILL_STEPS, steps),
            Map.entry(Metric.DECODE_STEPS, 3 * steps),
            Map.entry(Metric.ROWS, 10 * steps),
            Map.entry(Metric.PROMPT_TOKENS, 120 * steps),
            Map.entry(Metric.CACHED_TOKENS, 20 * steps),
            Map.entry(Metric.GENERATED_TOKENS, 30 * steps),
            Map.entry(Metric.ATTENDED_POSITIONS, 900 * steps),
            Map.entry(Metric.PADDED_POSITIONS, 1000 * steps),
            Map.entry(Metric.REPLIES, 5 * steps),
            Map.entry(Metric.REPLIES_CUT_OFF, 3 * steps),
            Map.entry(Metric.FAILURES, 4 * steps),
            Map.entry(Metric.PREFILL, 1_500_000_000L * steps),
            Map.entry(Metric.DECODE, 2_000_000_000L * steps),
            Map.entry(Metric.SLOTS, 8L),
            Map.entry(Metric.SLOTS_IN_USE, (long) slotsInUse),
            Map.entry(Metric.SLOTS_IN_USE_PEAK, 8L),
            Map.entry(Metric.WAITING_REQUESTS, 5L),
            Map.entry(Metric.FEEDS, 2L));
    return Metrics.of(metric -> numbers.getOrDefault(metric, 0L));
  }
}
