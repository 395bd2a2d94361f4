package io.turnmill.job.metrics;

import io.turnmill.engine.decode.EngineStats;
import io.turnmill.inference.Outcome.FailureCode;
import java.util.EnumMap;
import java.util.Map;

/** An engine whose numbers a test sets. */
final class StatsForTests {
  private StatsForTests() {}

  /** So many steps of each kind, tokens and positions, and sequences in 8 slots. */
  static EngineStats of(long steps, int slotsInUse) {
    Map<FailureCode, Long> failed = new EnumMap<>(FailureCode.class);
    for (FailureCode code : FailureCode.values()) {
      failed.put(code, steps);
    }
    return new EngineStats(
        steps,
        3 * steps,
        0,
        10 * steps,
        100 * steps,
        20 * steps,
        30 * steps,
        900 * steps,
        1000 * steps,
        1_500_000_000L * steps,
        2_000_000_000L * steps,
        0,
        0,
        8,
        slotsInUse,
        8,
        5,
        9,
        2,
        2 * steps,
        3 * steps,
        failed,
        0);
  }
}
