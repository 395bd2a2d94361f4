package io.turnmill.engine;

import io.turnmill.engine.Outcome.Completion;
import io.turnmill.engine.Outcome.Failure;
import io.turnmill.engine.Outcome.FailureCode;
import io.turnmill.engine.PhaseClock.Phase;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Counts what one engine does. Owned by the engine thread; others see {@link #latest}. */
final class Meter {
  private final PhaseClock clock;
  private final Map<FailureCode, Long> failed = new EnumMap<>(FailureCode.class);
  private long prefillSteps;
  private long decodeSteps;
  private long outOfMemorySteps;
  private long rows;
  private long prefilledTokens;
  private long cachedTokens;
  private long generatedTokens;
  private long attendedPositions;
  private long paddedPositions;
  private int slotsInUsePeak;
  private int waitingRequestsPeak;
  private long stopped;
  private long cutOff;
  private long withdrawn;
  private volatile EngineStats latest;

  /**
   * @param slots of the engine at first
   */
  Meter(LongSupplier nanoClock, int slots) {
    this.clock = new PhaseClock(nanoClock);
    for (FailureCode code : FailureCode.values()) {
      failed.put(code, 0L);
    }
    publish(slots, 0, 0, 0);
  }

  /** The snapshot that {@link #publish} made last; for any thread. */
  EngineStats latest() {
    return latest;
  }

  /** The time until now belongs to the phase before, from now on to {@code next}. */
  void enter(Phase next) {
    clock.enter(next);
  }

  void stepDone(StepPlan plan) {
    if (plan.prefills()) {
      prefillSteps++;
    } else {
      decodeSteps++;
    }
    rows += plan.pieces().size();
  }

  /** A pass that returned read so many positions for attention, without padding and with it. */
  void attended(long positions, long padded) {
    attendedPositions += positions;
    paddedPositions += padded;
  }

  void stepUndone() {
    outOfMemorySteps++;
  }

  void prefilled(int tokens) {
    prefilledTokens += tokens;
  }

  void cached(int tokens) {
    cachedTokens += tokens;
  }

  void generated() {
    generatedTokens++;
  }

  void withdrawn(int requests) {
    withdrawn += requests;
  }

  void delivered(Outcome outcome) {
    if (outcome instanceof Completion completion) {
      switch (completion.finishReason()) {
        case STOP -> stopped++;
        case LENGTH -> cutOff++;
      }
    } else if (outcome instanceof Failure failure) {
      failed.merge(failure.code(), 1L, Long::sum);
    }
  }

  /** Makes the counts visible to other threads. */
  void publish(int slots, int slotsInUse, int waitingRequests, int feeds) {
    clock.update();
    slotsInUsePeak = Math.max(slotsInUsePeak, slotsInUse);
    waitingRequestsPeak = Math.max(waitingRequestsPeak, waitingRequests);
    latest =
        new EngineStats(
            prefillSteps,
            decodeSteps,
            outOfMemorySteps,
            rows,
            prefilledTokens,
            cachedTokens,
            generatedTokens,
            attendedPositions,
            paddedPositions,
            clock.nanos(Phase.PREFILL),
            clock.nanos(Phase.DECODE),
            clock.nanos(Phase.HOST),
            clock.nanos(Phase.IDLE),
            slots,
            slotsInUse,
            slotsInUsePeak,
            waitingRequests,
            waitingRequestsPeak,
            feeds,
            stopped,
            cutOff,
            failed,
            withdrawn);
  }
}
