package io.turnmill.engine;

import io.turnmill.engine.PhaseClock.Phase;
import io.turnmill.engine.TextOutcome.Failure;
import io.turnmill.engine.TextOutcome.FailureCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts what one engine for encoders does. Owned by the engine thread; others see {@link #latest}.
 */
final class EncoderMeter {
  private final PhaseClock clock;
  private final Map<FailureCode, Long> failed = new EnumMap<>(FailureCode.class);
  private long steps;
  private long outOfMemorySteps;
  private long rows;
  private long tokens;
  private long paddedTokens;
  private long attendedTokens;
  private long repeatedTexts;
  private int waitingTextsPeak;
  private long encoded;
  private long withdrawn;
  private volatile EncoderStats latest;

  EncoderMeter(LongSupplier nanoClock) {
    this.clock = new PhaseClock(nanoClock);
    for (FailureCode code : FailureCode.values()) {
      failed.put(code, 0L);
    }
    publish(0, 0);
  }

  /** The snapshot that {@link #publish} made last; for any thread. */
  EncoderStats latest() {
    return latest;
  }

  void enter(Phase next) {
    clock.enter(next);
  }

  void stepDone(TextPlan plan) {
    steps++;
    rows += plan.lots().size();
    tokens += plan.tokens();
    paddedTokens += plan.size();
    repeatedTexts += plan.lots().stream().mapToInt(lot -> lot.texts().size() - 1).sum();
  }

  /** A pass that returned took in so many tokens for attention, padding included. */
  void attended(long padded) {
    attendedTokens += padded;
  }

  /** A text whose vector was known. */
  void repeated() {
    repeatedTexts++;
  }

  void stepUndone() {
    outOfMemorySteps++;
  }

  void withdrawn(int texts) {
    withdrawn += texts;
  }

  void delivered(TextOutcome outcome) {
    if (outcome instanceof Failure failure) {
      failed.merge(failure.code(), 1L, Long::sum);
    } else {
      encoded++;
    }
  }

  /** Makes the counts visible to other threads. */
  void publish(int waitingTexts, int feeds) {
    clock.update();
    waitingTextsPeak = Math.max(waitingTextsPeak, waitingTexts);
    latest =
        new EncoderStats(
            steps,
            outOfMemorySteps,
            rows,
            tokens,
            paddedTokens,
            attendedTokens,
            repeatedTexts,
            clock.nanos(Phase.PREFILL),
            clock.nanos(Phase.HOST),
            clock.nanos(Phase.IDLE),
            waitingTexts,
            waitingTextsPeak,
            feeds,
            encoded,
            failed,
            withdrawn);
  }
}
