package io.turnmill.engine;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Measures how long an engine thread is in each phase. Owned by that thread. */
public final class PhaseClock {
  /** What the thread is doing. */
  public enum Phase {
    HOST,
    /** It is in a forward pass that computes tokens of prompts, or whole texts. */
    PREFILL,
    /** It is in a forward pass that computes tokens of replies only. */
    DECODE,
    IDLE
  }

  private final LongSupplier nanoClock;
  private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
  private Phase phase = Phase.HOST;
  private long phaseStart;

  PhaseClock(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.phaseStart = nanoClock.getAsLong();
    for (Phase each : Phase.values()) {
      nanos.put(each, 0L);
    }
  }

  /** Begins a phase: time counts for {@code next} from now on. */
  void enter(Phase next) {
    long now = nanoClock.getAsLong();
    nanos.merge(phase, now - phaseStart, Long::sum);
    phase = next;
    phaseStart = now;
  }

  /** Adds the time of the present phase until now. */
  void update() {
    enter(phase);
  }

  /**
   * The time of a phase up to the last call of {@link #enter} or {@link #update}, in nanoseconds.
   */
  long nanos(Phase of) {
    return nanos.get(of);
  }
}
