package io.turnmill.job.metrics;

import io.turnmill.engine.decode.EngineStats;
import java.util.function.ToLongFunction;

/** What is measured of engines. Metrics of several engines add up. */
public enum EngineMetric {
  ENGINES("engines", Kind.COUNT, stats -> 1),
  PREFILL_STEPS("prefill_steps", Kind.COUNT, EngineStats::prefillSteps),
  DECODE_STEPS("decode_steps", Kind.COUNT, EngineStats::decodeSteps),
  OUT_OF_MEMORY_STEPS("out_of_memory_steps", Kind.COUNT, EngineStats::outOfMemorySteps),
  ROWS("rows", Kind.COUNT, EngineStats::rows),
  PROMPT_TOKENS(
      "prompt_tokens", Kind.COUNT, stats -> stats.prefilledTokens() + stats.cachedTokens()),
  CACHED_TOKENS("cached_tokens", Kind.COUNT, EngineStats::cachedTokens),
  GENERATED_TOKENS("generated_tokens", Kind.COUNT, EngineStats::generatedTokens),
  ATTENDED_POSITIONS("attended_positions", Kind.COUNT, EngineStats::attendedPositions),
  PADDED_POSITIONS("padded_positions", Kind.COUNT, EngineStats::paddedPositions),
  REPLIES("replies", Kind.COUNT, stats -> stats.stopped() + stats.cutOff()),
  FAILURES(
      "failures",
      Kind.COUNT,
      stats -> stats.failed().values().stream().mapToLong(Long::longValue).sum()),
  PREFILL("prefill", Kind.NANOS, EngineStats::prefillNanos),
  DECODE("decode", Kind.NANOS, EngineStats::decodeNanos),
  HOST("host", Kind.NANOS, EngineStats::hostNanos),
  IDLE("idle", Kind.NANOS, EngineStats::idleNanos),
  SLOTS("slots", Kind.NOW, EngineStats::slots),
  SLOTS_IN_USE("slots_in_use", Kind.NOW, EngineStats::slotsInUse),
  WAITING_REQUESTS("waiting_requests", Kind.NOW, EngineStats::waitingRequests),
  FEEDS("feeds", Kind.NOW, EngineStats::feeds);

  private enum Kind {
    /** Only grows. */
    COUNT,
    /** A time that only grows, in nanoseconds. */
    NANOS,
    /** As it is at present. */
    NOW
  }

  private final String label;
  private final Kind kind;

  @SuppressWarnings("ImmutableEnumChecker") // lambdas that capture nothing
  private final ToLongFunction<EngineStats> number;

  EngineMetric(String label, Kind kind, ToLongFunction<EngineStats> number) {
    this.label = label;
    this.kind = kind;
    this.number = number;
  }

  /** Whether it only grows, so that what came to it can be told. */
  boolean grows() {
    return kind != Kind.NOW;
  }

  /** Its name with the unit in which it is counted. */
  String countedName() {
    return kind == Kind.NANOS ? label + "_nanos" : label;
  }

  /** Its name with the unit of {@link #shown}. */
  public String shownName() {
    return kind == Kind.NANOS ? label + "_seconds" : label;
  }

  /** A number as it is shown: times in seconds. */
  public Number shown(long number) {
    return kind == Kind.NANOS ? (Number) (number / 1e9) : (Number) number;
  }

  long of(EngineStats stats) {
    return number.applyAsLong(stats);
  }
}
