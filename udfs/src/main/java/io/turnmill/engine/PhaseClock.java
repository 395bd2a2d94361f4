package io.turnmill.engine;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Where an engine thread's time goes. Owned by that thread. */
public final class PhaseClock {
  /** What the thread does. */
  public enum Phase {
    HOST,
    /** In a pass that computes tokens of prompts, or whole texts. */
    PREFILL,
    /** In a pass of replies alone. */
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

  /** The time until now belongs to the phase before, from now on to {@code next}. */
  void enter(Phase next) {
    long now = nanoClock.getAsLong();
    nanos.merge(phase, now - phaseStart, Long::sum);
    phase = next;
    phaseStart = now;
  }

  /** Counts the present phase until now. */
  void update() {
    enter(phase);
  }

  /** As of the last call of {@link #enter} or {@link #update}. */
  long nanos(Phase of) {
    return nanos.get(of);
  }
}
